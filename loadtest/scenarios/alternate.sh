#!/usr/bin/env bash
# alternate.sh ROUNDS METRIC NAME=COMMAND...: does several things in turn, round by round, so that what disturbs the machine
# disturbs all of them, and prints the median and the range of a figure for each, and of its ratio to the first one's in the
# same round. A command is a line for bash that leaves relay-load's JSON in the file $JSON; METRIC is a name in there.
set -euo pipefail
export LC_ALL=C
rounds=$1
metric=$2
shift 2
folder=$(mktemp -d)
trap 'rm -r "$folder"' EXIT
export JSON="$folder/result.json"

# Of the numbers on standard input, one a line.
median_and_range() {
    sort -g | awk -v format="$1" '{ value[NR] = $1 } END {
        middle = (value[int((NR + 1) / 2)] + value[int(NR / 2) + 1]) / 2
        printf format " (" format " to " format ")", middle, value[1], value[NR] }'
}

for ((round = 1; round <= rounds; round++)); do
    for named in "$@"; do
        bash -c "${named#*=}" >"$folder/output" 2>&1 || { cat "$folder/output" >&2; exit 1; }
        grep -m 1 "\"$metric\":" "$JSON" | grep -o '[0-9.][0-9.E+-]*' >>"$folder/${named%%=*}"
        rm "$JSON"
    done
done
for named in "$@"; do
    name=${named%%=*}
    printf '%-24s %s   ratio %s\n' "$name" "$(median_and_range %.1f <"$folder/$name")" \
        "$(paste "$folder/$name" "$folder/${1%%=*}" | awk '{ print $1 / $2 }' | median_and_range %.3f)"
done
