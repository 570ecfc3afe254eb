#!/usr/bin/env bash
# Refunds what a search finds, in two steps: plan, look, apply.
#
#   refund-search.sh plan  yoga-gone --product 7c1e04ab --since 2026-03-01
#   refund-search.sh apply yoga-gone "98.00 EUR"
#
# A search finds something else tomorrow: what is refunded is no longer refundable, and new sales have come. So `plan`
# keeps the sales that it found in NAME.list, and `apply` reads that file: both see the same lines. Whatever
# `retour transactions search` understands can follow the name. Only what is refundable without goodwill is taken.
# With several currencies, state each total. Ends with the exit code of `retour`, 5 when the search finds nothing.
#
# REASON=out-of-stock says why; else the customers asked for it.
set -euo pipefail

usage() {
    printf 'usage: %s plan NAME SEARCH…\n       %s apply NAME TOTAL…\n' "${0##*/}" "${0##*/}" >&2
    exit 2
}
(($# >= 3)) || usage
step=$1 name=$2
shift 2
list=$name.list

# refund FILE OPTION…
refund() {
    retour refund --from-file "$1" --reference "$name" --reason "${REASON:-customer-request}" "${@:2}"
}

# The totals of a plan, one a line. The first line of a batch in JSON holds its figures; the items come below it.
totals() {
    sed -n '1s/.*"totals":\[\(.*\)\],"items".*/\1/p' | tr '{' '\n' | sed -n 's/.*"text":"\([^"]*\)".*/\1/p'
}

case $step in
plan)
    if [[ -e $list ]]; then
        echo "$list is there already: apply it, or take another name for another search" >&2
        exit 2
    fi
    # Under its own name only when it is whole: a search that fails leaves no list to be applied.
    retour transactions search "$@" --refundable --fail-if-empty \
        --columns transaction_id --format tsv --no-header >"$list.part"
    # The plan reads the same lines from a pipe.
    refund - --dry-run <"$list.part"
    plan=$(refund - --dry-run --json --quiet <"$list.part")
    mv -- "$list.part" "$list"
    printf '\nTo record it: %s apply %q' "${0##*/}" "$name"
    totals <<<"$plan" | while read -r total; do printf ' "%s"' "$total"; done
    printf '\n'
    ;;
apply)
    stated=()
    for total in "$@"; do
        stated+=(--expect-total "$total")
    done
    refund "$list" --yes "${stated[@]}"
    ;;
*) usage ;;
esac
