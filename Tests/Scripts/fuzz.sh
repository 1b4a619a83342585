#!/usr/bin/env bash
# Fuzzes what reads foreign bytes (`make fuzz`): first the frame decoder, then tape reader, verification and recovery.
#
#   SECONDS_EACH=600 fuzz.sh [frame-decoder] [tape-reader]
#
# Starts from Fixtures/fuzz/NAME and keeps what it learns in .build/fuzz/corpus/NAME. A finding ends it: the input is in
# .build/fuzz/findings, and once its cause is mended belongs into Fixtures/fuzz/NAME as finding-WHAT, where every test run
# tries it. After a clean run: -set_cover_merge=1 of the corpus into an empty folder gives the inputs to keep.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/environment.sh"
tapedeck_require_swift
cd "$tapedeck_root"

seconds=${SECONDS_EACH:-600}
names=("$@")
[ ${#names[@]} -gt 0 ] || names=(frame-decoder tape-reader)
# Swift's own crash report would hide libFuzzer's.
export TAPEDECK_FUZZ=1 SWIFT_BACKTRACE=enable=no
build=(swift build --scratch-path .build/fuzz -c release -Xswiftc -sanitize=fuzzer)

for name in "${names[@]}"; do
    case "$name" in
        frame-decoder) program=FrameDecoderFuzzer limits=(-max_len=2048 -timeout=5 -rss_limit_mb=512) ;;
        tape-reader) program=TapeReaderFuzzer limits=(-max_len=4096 -timeout=20 -rss_limit_mb=1024) ;;
        *) echo "fuzz: nothing to fuzz is named '$name': frame-decoder, tape-reader" >&2 && exit 2 ;;
    esac
    "${build[@]}" --product "$program"
    mkdir -p ".build/fuzz/corpus/$name" .build/fuzz/findings
    echo "== $name: $seconds s"
    ".build/fuzz/release/$program" ".build/fuzz/corpus/$name" "Fixtures/fuzz/$name" "${limits[@]}" \
        -dict="Tests/Scripts/$name.dict" -max_total_time="$seconds" -artifact_prefix=.build/fuzz/findings/ \
        -print_final_stats=1
done
