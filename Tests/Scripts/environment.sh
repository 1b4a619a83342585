# Sourced by the Makefile and the scripts: finds Swift 6.3 and what set-up and `make peers` fetched.
# Honours TAPEDECK_MONGO_URI, TAPEDECK_MONGOD, TAPEDECK_BROKERS, TAPEDECK_PYTHON and KAFKA_HOME as they are.

tapedeck_root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)

# The first Swift that is new enough, on PATH or where toolchains usually lie.
tapedeck_find_swift() {
    local folder version
    while IFS= read -r -d : folder; do
        [ -n "$folder" ] && [ -x "$folder/swift" ] || continue
        version=$("$folder/swift" --version 2>/dev/null | sed -n 's/.*Swift version \([0-9]*\.[0-9]*\).*/\1/p' | head -n 1)
        tapedeck_seen_swift="${tapedeck_seen_swift:-}${tapedeck_seen_swift:+, }$folder/swift (${version:-does not run})"
        case "$version" in
            6.[3-9] | 6.[1-9][0-9] | [7-9].* | [1-9][0-9].*)
                PATH="$folder:$PATH"
                export PATH
                return 0
                ;;
        esac
    done <<<"$PATH:/opt/swift/usr/bin:${HOME:-/root}/.local/share/swiftly/bin:/usr/local/swift/usr/bin:"
    return 1
}

tapedeck_require_swift() {
    tapedeck_find_swift && return 0
    echo "tapedeck: Swift 6.3 is needed; found: ${tapedeck_seen_swift:-none}." >&2
    echo "tapedeck: put a 6.3 toolchain on PATH or unpack it to /opt/swift, so that /opt/swift/usr/bin/swift runs." >&2
    return 1
}

if [ -z "${TAPEDECK_MONGO_URI:-}${TAPEDECK_MONGOD:-}" ] && [ -x "$tapedeck_root/.tools/mongod" ]; then
    export TAPEDECK_MONGOD="$tapedeck_root/.tools/mongod"
fi
if [ -z "${TAPEDECK_PYTHON:-}" ] && [ -x "$tapedeck_root/.tools/python/bin/python3" ]; then
    export TAPEDECK_PYTHON="$tapedeck_root/.tools/python/bin/python3"
fi
