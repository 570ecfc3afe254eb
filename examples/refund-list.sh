#!/usr/bin/env bash
# Refunds the sales in a list, in two steps: plan and review, then record.
#
#   refund-list.sh march.txt march                the plan and its total; nothing is recorded
#   refund-list.sh march.txt march "98.00 EUR"    records it, if the total is still the same
#
# The list: one transaction ID per line, or CSV with a header, or JSON Lines. With several currencies, give each total.
# The name makes the second step safe to repeat: lines that were already recorded are replayed. The result of each line
# is kept beside the list, in NAME.results.jsonl. Ends with the exit code of `retour`.
#
# REASON=returned sets the reason of lines without one; the default is customer-request.
set -euo pipefail

if (($# < 2)); then
    echo "usage: ${0##*/} LIST NAME [TOTAL…]" >&2
    exit 2
fi
list=$1 name=$2
shift 2

refund() {
    retour refund --from-file "$list" --reference "$name" --reason "${REASON:-customer-request}" "$@"
}

# The totals of a plan, one per line. The first line of a batch in JSON has its totals; the items follow.
totals() {
    sed -n '1s/.*"totals":\[\(.*\)\],"items".*/\1/p' | tr '{' '\n' | sed -n 's/.*"text":"\([^"]*\)".*/\1/p'
}

if (($# == 0)); then
    # For people. A mistake in the list or a refused line ends the script here.
    refund --dry-run
    # For the next command, from the same plan as data.
    plan=$(refund --dry-run --json --quiet)
    printf '\nTo record it: %s %q %q' "${0##*/}" "$list" "$name"
    totals <<<"$plan" | while read -r total; do printf ' "%s"' "$total"; done
    printf '\n'
    exit
fi

stated=()
for total in "$@"; do
    stated+=(--expect-total "$total")
done
refund --yes "${stated[@]}" --results "$(dirname -- "$list")/$name.results.jsonl"
