#!/bin/sh
# Installs the program, its manual pages and its shell completions, all made by the program itself:
#   sh scripts/install.sh PROGRAM GENERATE_MANUAL PREFIX
set -eu
program=$1 generator=$2 prefix=$3

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# The day of the commit, so that the same sources give the same pages; without git today.
date=$(git log -1 --format=%cs 2>/dev/null || date +%Y-%m-%d)
"$generator" "$program" --multi-page --date "$date" -o "$work" >/dev/null

install -d "$prefix/bin" "$prefix/share/man/man1" "$prefix/share/bash-completion/completions" \
  "$prefix/share/zsh/site-functions" "$prefix/share/fish/vendor_completions.d"
install -m 755 "$program" "$prefix/bin/gguf"

# `man gguf inspect` looks for gguf-inspect. The help command has nothing to say on a page.
rm -f "$work/gguf.help.1"
for page in "$work"/*.1; do
  name=$(basename "$page" | sed 's/^gguf\.\(.*\)\.1$/gguf-\1.1/')
  sed -e 's/^$/.Pp/' -e '/^\.Xr gguf\.help 1/d' -e 's/^\.Xr gguf\./.Xr gguf-/' -e 's/^\.Dt GGUF\./.Dt GGUF-/' "$page" >"$work/page"
  install -m 644 "$work/page" "$prefix/share/man/man1/$name"
done

for shell in bash zsh fish; do "$program" --generate-completion-script "$shell" >"$work/completions.$shell"; done
install -m 644 "$work/completions.bash" "$prefix/share/bash-completion/completions/gguf"
install -m 644 "$work/completions.zsh" "$prefix/share/zsh/site-functions/_gguf"
install -m 644 "$work/completions.fish" "$prefix/share/fish/vendor_completions.d/gguf.fish"
