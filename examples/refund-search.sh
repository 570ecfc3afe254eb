#!/usr/bin/env bash
# Refunds what a search finds, in two steps: plan and review, then apply.
#
#   refund-search.sh plan  yoga-gone --product 7c1e04ab --since 2026-03-01
#   refund-search.sh apply yoga-gone "98.00 EUR"
#
# A search finds something else tomorrow: refunded sales are no longer refundable, and new sales arrive. So `plan` keeps
# the sales that it found in NAME.list, and `apply` reads that file: both see the same lines. Any option of
# `retour transactions search` can follow the name. Only sales that are refundable without goodwill are included.
# With several currencies, give each total. Ends with the exit code of `retour`, 5 if the search finds nothing.
#
# REASON=returned sets the reason; the default is customer-request.
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

# The totals of a plan, one per line. The first line of a batch in JSON has its totals; the items follow.
totals() {
    sed -n '1s/.*"totals":\[\(.*\)\],"items".*/\1/p' | tr '{' '\n' | sed -n 's/.*"text":"\([^"]*\)".*/\1/p'
}

case $step in
plan)
    if [[ -e $list ]]; then
        echo "$list already exists: apply it, or use another name for another search" >&2
        exit 2
    fi
    # Renamed only when it is complete: a search that fails leaves no list to apply.
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
