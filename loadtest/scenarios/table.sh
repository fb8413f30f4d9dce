#!/usr/bin/env bash
# The table of loadtest/README.md: every row, the server on processor 0 and the generator on processor 1. Some eighteen minutes
# on a machine that does nothing else. Results go to a folder, artifacts/load unless another is named; name rows to run those
# alone: table.sh FOLDER batched stun
set -euo pipefail
cd "$(dirname "$0")/../.."
folder=${1:-artifacts/load}
shift || true
wanted=("$@")
mkdir -p "$folder"

row() {
    local name=$1
    shift
    [ "${#wanted[@]}" -eq 0 ] || [[ " ${wanted[*]} " == *" $name "* ]] || return 0
    dotnet loadtest/Relay.LoadTest/bin/Release/net10.0/relay-load.dll "$@" --start-server --server-cpu 0 --cpu 1 \
        --json "$folder/$name.json" --html "$folder/$name.html" | tee "$folder/$name.txt"
}

# A row beside two busy loops, which leave the server a third of its processor: a generator of one core can overload that.
crowded() {
    for loop in 1 2; do
        taskset -c 0 sh -c 'while :; do :; done' &
        loops+=($!)
    done
    row "$@"
    kill "${loops[@]}"
    loops=()
}
loops=()
trap 'kill "${loops[@]}" 2>/dev/null || true' EXIT

row batched         compare --against haproxy --seconds 3
row single          compare --against haproxy --seconds 3 --batch 1
row plain-batched   compare --against haproxy --seconds 3 --plain
row plain-single    compare --against haproxy --seconds 3 --plain --batch 1
row many            throughput --runs 5 --seconds 3 --pairs 300 --window 8 --batch 1
row light           light --runs 5 --seconds 6
row overload        overload --runs 5 --seconds 3
crowded overload-third overload --runs 5 --seconds 3
row overload-batch  overload --runs 5 --seconds 3 --batch 4 --rate 400000
row fairness        fairness --runs 5 --seconds 3
row connect         connect --runs 5 --seconds 5
row stun            stun --runs 5 --seconds 3
row pairs-10        throughput --runs 5 --seconds 3 --pairs 10 --rate 10000 --batch 1
row pairs-1000      throughput --runs 5 --seconds 3 --pairs 1000 --rate 100 --batch 1
row all-read        throughput --runs 5 --seconds 3
row one-frozen      throughput --runs 5 --seconds 3 --frozen 1
row mesh            compare --against local --nodes 2 --seconds 3
row mesh-single     compare --against local --nodes 2 --seconds 3 --batch 1
row mesh-crowd      compare --against local --nodes 3 --seconds 3 --pairs 150 --window 8 --batch 1
row mesh-light      compare light --against local --nodes 2 --seconds 4
row mesh-pingpong   compare pingpong --against local --nodes 2 --seconds 3
# A relay of its own each time: what the last clients left behind would be reused by the next.
for run in 1 2 3 4 5; do row "idle-$run" idle --seconds 2; done
