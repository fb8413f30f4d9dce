#!/usr/bin/env bash
# What being watched costs: one relayd, whose metrics are fetched every second in one run and not in the next, with few clients
# and with 2,000 idle ones besides, since a scrape walks all clients; and the CPU time of a scrape by itself. Server on
# processor 0, everything else on processor 1.
set -euo pipefail
export LC_ALL=C
cd "$(dirname "$0")/../.."
rounds=${1:-7}
folder=$(mktemp -d)
LOAD="dotnet $PWD/loadtest/Relay.LoadTest/bin/Release/net10.0/relay-load.dll"
trap 'kill $(jobs -p) 2>/dev/null || true; rm -r "$folder"' EXIT

taskset -c 0 dotnet src/Relay.Host/bin/Release/net10.0/relayd.dll --dev --tls self-signed \
    --listen 127.0.0.1:0 --stun-listen off --admin-listen 127.0.0.1:0 >"$folder/banner" 2>&1 &
RELAYD=$!
until grep -q 'Try it' "$folder/banner"; do sleep 0.1; done
URL=$(grep -o 'https://[^/]*' "$folder/banner" | head -1)
METRICS=$(grep -o 'http://[^ ]*/metrics' "$folder/banner")

asked="while sleep 1; do curl -s -o /dev/null $METRICS; done & trap \"kill \$!\" EXIT;"
compare() {
    echo "$1"
    local run="$LOAD throughput --warmup 1 --seconds 3 --url $URL --server-pid $RELAYD --cpu 1 --json \$JSON $2"
    taskset -c 1 loadtest/scenarios/alternate.sh "$rounds" packets_per_cpu_s "not-asked=$run" "asked=$asked $run"
}

# Fields 14 and 15 of proc(5)'s stat, in hundredths of a second.
scrape() {
    local before after
    before=$(awk '{ print $14 + $15 }' "/proc/$RELAYD/stat")
    for ((i = 0; i < 200; i++)); do curl -s -o /dev/null "$METRICS"; done
    after=$(awk '{ print $14 + $15 }' "/proc/$RELAYD/stat")
    echo "a scrape, $1: $(awk "BEGIN { print ($after - $before) * 10 / 200 }") ms of CPU time"
}

compare '20 clients, 16 frames a write' ''
compare '20 clients, one frame a write' '--batch 1'
scrape 'no clients'
# 500 of them are there to warm up.
taskset -c 1 $LOAD idle --count 1500 --seconds 86400 --url "$URL" --server-pid "$RELAYD" >/dev/null 2>&1 &
until [ "$(curl -s "$METRICS" | grep -c '^relay_clients{.* 2000$')" = 1 ]; do sleep 0.5; done
compare '2,020 clients, 16 frames a write' ''
compare '2,020 clients, one frame a write' '--batch 1'
scrape '2,000 clients'
