#!/usr/bin/env bash
# Runs every benchmark on data made on the spot, each beside its peer in the same run (`make bench`).
#
#   bench.sh [NAME...]     of: frames forecast tape-reading replay pipeline recording; all of them by default
#
# replay takes the brokers in TAPEDECK_BROKERS, or an embedded one; pipeline takes the server in TAPEDECK_MONGO_URI, or a
# mongod of its own. What they print are ratios: absolute figures move with the machine's other work.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/environment.sh"
tapedeck_require_swift
cd "$tapedeck_root"

swift build -c release --product tapedeck
swift build -c release --product Benchmarks
swift build -c release --product ProduceLoop
bin=$(swift build -c release --show-bin-path)
work=$(mktemp -d "${TMPDIR:-/tmp}/tapedeck-bench.XXXXXX")
started=()
finish() {
    for process in "${started[@]:-}"; do [ -z "$process" ] || kill "$process" 2>/dev/null || true; done
    wait 2>/dev/null || true
    rm -rf "$work"
}
trap finish EXIT

names=("$@")
[ ${#names[@]} -gt 0 ] || names=(frames forecast tape-reading replay pipeline recording)

wait_for() { for _ in $(seq 300); do [ -s "$1" ] && return 0; sleep 0.1; done; echo "bench: $1 did not appear" >&2; return 1; }
tape() {
    [ -f "$work/tape.jsonl.gz" ] || "$bin/tapedeck" simulate -q -o "$work/tape.jsonl.gz" --symbols A,B,C,D,E,F,G,H \
        --trades 1000000 --rate 200 --seed 1 >/dev/null
}
brokers() {
    [ -z "${TAPEDECK_BROKERS:-}" ] || return 0
    "$bin/tapedeck" broker -q --listen 127.0.0.1:0 --ready-file "$work/broker" >/dev/null & started+=($!)
    wait_for "$work/broker"
    TAPEDECK_BROKERS=$(cat "$work/broker")
}
mongo() {
    [ -z "${TAPEDECK_MONGO_URI:-}" ] || return 0
    local port
    port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
    mkdir "$work/db"
    "${TAPEDECK_MONGOD:-mongod}" --dbpath "$work/db" --port "$port" --bind_ip 127.0.0.1 --logpath "$work/mongod.log" \
        >/dev/null & started+=($!)
    TAPEDECK_MONGO_URI="mongodb://127.0.0.1:$port"
}

for name in "${names[@]}"; do
    echo "== $name"
    case "$name" in
        frames)
            tape
            "$bin/tapedeck" tape cat --as frames "$work/tape.jsonl.gz" >"$work/frames.jsonl"
            "$bin/Benchmarks" frames "$work/frames.jsonl"
            ;;
        forecast) "$bin/Benchmarks" forecast ;;
        tape-reading) tape && "$bin/Benchmarks" tape-reading "$work/tape.jsonl.gz" ;;
        replay) tape && brokers && "$bin/Benchmarks" replay "$work/tape.jsonl.gz" "$TAPEDECK_BROKERS" ;;
        pipeline) mongo && "$bin/Benchmarks" pipeline "$TAPEDECK_MONGO_URI" ;;
        recording) "$bin/Benchmarks" recording 500000 3 "${TAPEDECK_PYTHON:-$(command -v python3)}" ;;
        *) echo "bench: no benchmark is named '$name'" >&2 && exit 2 ;;
    esac
done
