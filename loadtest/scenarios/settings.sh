#!/usr/bin/env bash
# "Settings of the build" in loadtest/README.md: relayd with other settings of the runtime and compiled ahead, in turn, each run
# with a process of its own, the server on processor 0 and the generator on processor 1. Some twelve minutes; name works to
# do those alone: settings.sh connect start. AHEAD may name a folder with relayd published with ReadyToRun; otherwise that is done first.
set -euo pipefail
export LC_ALL=C
cd "$(dirname "$0")/../.."
rounds=5
folder=$(mktemp -d)
trap 'rm -r "$folder"' EXIT
built=$PWD/src/Relay.Host/bin/Release/net10.0/relayd.dll
ahead=${AHEAD:-$folder/published}
if [ -z "${AHEAD:-}" ]; then
    # In a copy: publishing for one architecture restores anew, and would change lock files.
    git archive HEAD | tar -x --one-top-level="$folder/source"
    dotnet publish "$folder/source/src/Relay.Host" -c Release -a x64 --no-self-contained -p:PublishReadyToRun=true -p:UseAppHost=false \
        -o "$ahead" -v q -nologo
fi

names=()
variant() {
    printf '#!/bin/sh\nexec env %s dotnet %s "$@"\n' "$3" "$2" >"$folder/$1"
    chmod +x "$folder/$1"
    names+=("$1")
}
variant shipped "$built" ''
variant tiers "$built" 'DOTNET_TieredCompilation=1 DOTNET_TieredPGO=0'
variant tiers-and-pgo "$built" 'DOTNET_TieredCompilation=1 DOTNET_TieredPGO=1'
variant ahead "$ahead/relayd.dll" ''
variant ahead-and-tiers "$ahead/relayd.dll" 'DOTNET_TieredCompilation=1 DOTNET_TieredPGO=0'

works=("$@")
wanted() { [ "${#works[@]}" -eq 0 ] || [[ " ${works[*]} " == *" $1 "* ]]; }
each() {
    local metric=$1 commands=()
    for name in "${names[@]}"; do commands+=("$name=${2//VARIANT/$folder/$name}"); done
    loadtest/scenarios/alternate.sh "$rounds" "$metric" "${commands[@]}"
}
load() {
    wanted "$1" || return 0
    echo "$3: $2"
    each "$2" "dotnet loadtest/Relay.LoadTest/bin/Release/net10.0/relay-load.dll $3 --warmup 3 --start-server VARIANT --server-cpu 0 --cpu 1 --json \$JSON"
}

load connect    cpu_us_each       'connect --seconds 4'
load light      cpu_us_each       'light --seconds 3'
load batched    packets_per_cpu_s 'throughput --seconds 3'
load single     packets_per_cpu_s 'throughput --seconds 3 --batch 1'

# From the start of the process to its banner, and what it holds then.
start() {
    local since relayd
    since=$(date +%s%N)
    taskset -c 0 "$1" --dev --tls self-signed --listen 127.0.0.1:0 --stun-listen off --admin-listen 127.0.0.1:0 >"$JSON.banner" &
    relayd=$!
    until grep -qs 'Try it' "$JSON.banner"; do sleep 0.005; done
    printf '"start_ms": %s\n"resident_kb": %s\n' $((($(date +%s%N) - since) / 1000000)) "$(awk '/^VmRSS/ { print $2 }' "/proc/$relayd/status")" >"$JSON"
    kill "$relayd"
    wait "$relayd" || true
    rm "$JSON.banner"
}
export -f start
if wanted start; then
    for metric in start_ms resident_kb; do
        echo "start: $metric"
        each "$metric" 'start VARIANT'
    done
fi
