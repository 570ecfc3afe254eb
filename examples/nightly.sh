#!/usr/bin/env bash
# A night at the desk, for cron: takes in what lies in FOLDER/inbox, records the refunds that lie in FOLDER/refunds,
# and says what is due in the morning. Every exit code of `retour` is answered with a deed and a sentence.
#
#   15 3 * * *  nightly.sh ~/desk >>~/night.log
#
#   FOLDER/inbox/*                 exports and notifications of the platform
#   FOLDER/refunds/NAME.csv        a batch: transaction_id and reason, and what else a line needs
#   FOLDER/refunds/NAME.total      what it comes to, one total a line, stated by whoever wrote the batch
#   FOLDER/done                    where finished files go, with the results of a batch
#
# Nobody is there to look at a plan, so the total has to come from the person who made the list: a list without one is
# not recorded. A night that was interrupted is simply run again: an import changes nothing the second time, and a
# batch under the same name pays nobody twice. Ends with 0 when nothing needs a person, else with 1.
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

# person SENTENCE: what somebody has to look at in the morning.
person() {
    needs_a_person=1
    printf '! %s\n' "$1"
}

# stop SENTENCE: the night cannot go on.
stop() {
    person "$1"
    exit 1
}

# act CODE FILE: what the exit code of the command that worked on FILE means. True when the file is finished.
act() {
    local code=$1 file=$2
    case $code in
    0) printf '  %s: done\n' "$file" ;;
    1) person "$file: could not be read, or the disk failed; nothing was recorded, the next night tries again" && false ;;
    2) person "$file: a mistake in the file or in the configuration; nothing was recorded, mend it" && false ;;
    3) person "$file: done in part, and the rest is named above and beside the file in done/" ;;
    4) person "$file: refused by a rule or by its total; nothing was recorded, decide about the lines above" && false ;;
    5) person "$file: something it names was not found; nothing was recorded" && false ;;
    6) stop "the store cannot be used, so the night ends here: retour store check" ;;
    7) person "$file: nobody has stated its total; nothing was recorded, write it into the .total file" && false ;;
    8) person "$file: recorded, but the answer was lost: is the disk full? The next night asks for it again" && false ;;
    70) stop "a bug of retour, so the night ends here; report it with the lines above" ;;
    130) stop "interrupted, nothing was recorded for $file: run the night again" ;;
    *) stop "$file: ended with $code, which this script does not know: look before anything else is done" ;;
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
