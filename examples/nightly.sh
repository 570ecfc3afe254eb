#!/usr/bin/env bash
# A nightly run of the desk, for cron: imports the files in FOLDER/inbox, records the refunds in FOLDER/refunds, and
# prints what is due. It handles and explains every exit code of `retour`.
#
#   15 3 * * *  nightly.sh ~/desk >>~/night.log
#
#   FOLDER/inbox/*                 exports and notifications from the platform
#   FOLDER/refunds/NAME.csv        a batch: transaction_id and reason, and other columns as needed
#   FOLDER/refunds/NAME.total      its total, one per currency and line, from the person who wrote the batch
#   FOLDER/done                    where finished files go, with the results of a batch
#
# No one reviews the plan at night, so the total must come from the person who wrote the list: a list without a total is
# not recorded. After an interrupted run, run the script again: a second import changes nothing, and a batch under the
# same name never pays twice. Exits with 0 if nothing needs a person, else with 1.
set -euo pipefail

if (($# != 1)); then
    echo "usage: ${0##*/} FOLDER" >&2
    exit 2
fi
cd -- "$1"
mkdir -p inbox refunds done
shopt -s nullglob
export RETOUR_NO_INPUT=1

needs_a_person=0

# person SENTENCE: something that a person must look at.
person() {
    needs_a_person=1
    printf '! %s\n' "$1"
}

# stop SENTENCE: the run cannot continue.
stop() {
    person "$1"
    exit 1
}

# act CODE FILE: explains the exit code of the command that processed FILE. True if the file is finished.
act() {
    local code=$1 file=$2
    case $code in
    0) printf '  %s: done\n' "$file" ;;
    1) person "$file: could not be read, or the disk failed; nothing was recorded, the next run tries again" && false ;;
    2) person "$file: a mistake in the file or in the configuration; nothing was recorded, fix it" && false ;;
    # An unread report blocks its sales until it is matched, and is listed below as due.
    3) person "$file: partly done; the rest is listed above and beside the file in done/" ;;
    4) person "$file: refused by a rule or by its total; nothing was recorded, decide about the lines above" && false ;;
    5) person "$file: something in it was not found; nothing was recorded" && false ;;
    6) stop "the store cannot be used, so the run ends here: retour store check" ;;
    7) person "$file: its total is missing; nothing was recorded, write it into the .total file" && false ;;
    8) person "$file: recorded, but the answer was lost: is the disk full? The next run asks for it again" && false ;;
    70) stop "a bug in retour, so the run ends here; report it with the lines above" ;;
    130) stop "interrupted, nothing was recorded for $file: run the script again" ;;
    *) stop "$file: ended with $code, which this script does not know: check it before the next run" ;;
    esac
}

for file in inbox/*; do
    [[ -f $file ]] || continue
    name=${file##*/}
    code=0
    retour import --quiet "$file" --rejects "done/$name.rejects" || code=$?
    if act "$code" "$file"; then mv -- "$file" done/; fi
done

for file in refunds/*.csv; do
    name=$(basename -- "$file" .csv)
    stated=()
    if [[ -f refunds/$name.total ]]; then
        while read -r total || [[ -n $total ]]; do
            stated+=(--expect-total "$total")
        done <"refunds/$name.total"
    fi
    code=0
    retour refund --quiet --from-file "$file" --reference "$name" --yes ${stated[@]+"${stated[@]}"} \
        --results "done/$name.results.jsonl" || code=$?
    if act "$code" "$file"; then mv -- "$file" "refunds/$name.total" done/; fi
done

code=0
due=$(retour refunds due --quiet --fail-if-empty) || code=$?
case $code in
0) person "this is due:" && printf '%s\n' "$due" ;;
5) echo "  nothing is due" ;;
*) act "$code" "refunds due" || true ;;
esac
exit "$needs_a_person"
