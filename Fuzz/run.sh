#!/bin/sh
# Fuzzes the parsers with libFuzzer and AddressSanitizer, all at the same time: run.sh SECONDS [NAME...]
#
# Each begins with what it has found so far (Fuzz/.corpora, not in the repository) and the files of Fuzz/Corpora. An
# input that breaks something is left in Fuzz/found, and the exit code is 1.
set -eu
cd "$(dirname "$0")/.."
seconds=$1
shift
[ $# -gt 0 ] || set -- gguf safetensors shard-index raw-description zstandard chat-template configuration \
  tokenizer-definition sentencepiece model-config
build=Fuzz/.build-libfuzzer
export SWIFT_BACKTRACE=enable=no
# LeakSanitizer takes constants for leaks to which Swift keeps pointers with bits of its own in them; memory that grows
# from input to input ends at the limit below.
export ASAN_OPTIONS=detect_leaks=0
# SwiftPM writes the sanitizers in the order of a set, and builds all again where that has changed.
export SWIFT_DETERMINISTIC_HASHING=1

for name in "$@"; do
  # The compiler takes the last of several -sanitize only. The parsers' insides are `package`, which another package
  # sees through @testable.
  ${SWIFT:-swift} build --package-path Fuzz --scratch-path $build --configuration release --product "fuzz-$name" \
    --sanitize fuzzer --sanitize address -Xswiftc -sanitize=address,fuzzer -Xswiftc -enable-testing
done
mkdir -p Fuzz/found
running=
for name in "$@"; do
  mkdir -p "Fuzz/.corpora/$name" "Fuzz/Corpora/$name"
  # An input is a few kilobytes: whoever needs half a gigabyte or twenty seconds for it has a bug, with as many fuzzers
  # side by side as there are.
  nice "$build/release/fuzz-$name" "-max_total_time=$seconds" -timeout=20 -rss_limit_mb=768 -malloc_limit_mb=512 \
    -max_len=16384 -detect_leaks=0 -print_final_stats=1 "-artifact_prefix=Fuzz/found/$name-" \
    "Fuzz/.corpora/$name" "Fuzz/Corpora/$name" >"Fuzz/found/$name.log" 2>&1 &
  running="$running $name:$!"
done
trap 'for one in $running; do kill "${one##*:}" 2>/dev/null || true; done' INT TERM
status=0
for one in $running; do
  name=${one%%:*}
  result=0
  wait "${one##*:}" || result=$?
  log=Fuzz/found/$name.log
  executions=$(sed -n 's/^stat::number_of_executed_units: *//p' "$log" | tail -n 1)
  memory=$(sed -n 's/^stat::peak_rss_mb: *//p' "$log" | tail -n 1)
  if [ "$result" = 0 ]; then
    echo "$name: $executions inputs in $seconds s, at most $memory MB, nothing found"
  else
    echo "$name: stopped after ${executions:-some} inputs; $log has why:" >&2
    grep -E 'Fatal error|ERROR|Test unit written' "$log" >&2 || tail -n 5 "$log" >&2
    status=1
  fi
done
exit $status
