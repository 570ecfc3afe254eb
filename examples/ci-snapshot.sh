#!/usr/bin/env bash
# For CI: would a change of the configuration change what may be refunded? Imports made-up sales into a rehearsal store
# with a fixed clock, and compares the desk's answers with the snapshot that is kept with the code.
#
#   ci-snapshot.sh              compares; prints the difference and exits with 1 if there is one
#   ci-snapshot.sh --accept     keeps the current answers, to be read in review
#
# CONFIG, SALES and SNAPSHOT replace the files beside this script. No store of real refunds is touched: the script works
# in a temporary folder, and with RETOUR_NOW set `retour` only writes into a rehearsal store.
set -euo pipefail

here=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd)
sales=${SALES:-$here/sales.csv}
snapshot=${SNAPSHOT:-$here/ci-snapshot.txt}

folder=$(mktemp -d)
trap 'rm -rf -- "$folder"' EXIT

# Everything that the answers depend on: the rules, the store, the day.
export RETOUR_CONFIG=${CONFIG:-$here/desk.toml}
export RETOUR_STORE=$folder/rehearsal.db
export RETOUR_NOW=2026-03-25T10:00:00+01:00
export RETOUR_ACTOR=ci RETOUR_NO_INPUT=1 RETOUR_FORMAT=tsv
unset RETOUR_WIDTH RETOUR_LOG

retour init --quiet >/dev/null
retour import --quiet "$sales" >/dev/null

{
    echo "# What may be refunded"
    retour transactions search --quiet --columns transaction_id,refundable,refundable_code,refundable_until,left
    echo "# What a batch of it would come to, and when the money would arrive"
    retour transactions search --quiet --refundable --columns transaction_id --no-header |
        retour refund --quiet --from-file - --reference ci --reason returned --dry-run
} >"$folder/said"

if [[ ${1:-} == --accept ]]; then
    cp -- "$folder/said" "$snapshot"
    echo "kept: $snapshot"
elif diff -u --label kept --label now "$snapshot" "$folder/said"; then
    echo "as kept"
else
    echo "the answers differ from $snapshot: fix the configuration, or accept them: ${0##*/} --accept" >&2
    exit 1
fi
