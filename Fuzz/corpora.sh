#!/bin/sh
# Makes Fuzz/Corpora again: of the samples, and of what the fuzzers have found so far (Fuzz/.corpora), as few files as
# take every way through the code that all of them take. The fuzzers must be built: run.sh does.
set -eu
cd "$(dirname "$0")/.."
export SWIFT_BACKTRACE=enable=no
seeds=$(mktemp -d)
trap 'rm -rf "$seeds"' EXIT
python3 Fuzz/seeds.py "$seeds"
for folder in "$seeds"/*; do
  name=$(basename "$folder")
  rm -rf "Fuzz/Corpora/$name"
  mkdir -p "Fuzz/Corpora/$name" "Fuzz/.corpora/$name"
  # What was found counts where it is short.
  find "Fuzz/.corpora/$name" -type f -size -300c -exec cp {} "$folder" \;
  "Fuzz/.build-libfuzzer/release/fuzz-$name" -set_cover_merge=1 -use_counters=0 -max_len=1000 "Fuzz/Corpora/$name" \
    "$folder" >/dev/null 2>&1
  echo "$name: $(ls "Fuzz/Corpora/$name" | wc -l) files, $(cat "Fuzz/Corpora/$name"/* | wc -c) bytes"
done
