#!/bin/sh
# Runs retour for a page, as on a screen: both streams together, 100 columns, without the note about the fixed clock.
said=$(RETOUR_WIDTH=${RETOUR_WIDTH:-100} "$RETOUR_EXE" "$@" 2>&1)
code=$?
[ -z "$said" ] || printf '%s\n' "$said" | sed '/^note: the clock is fixed at /d'
exit "$code"
