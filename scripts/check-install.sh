#!/bin/bash
# Installs into a folder of its own, reads every manual page as man does, and completes words as each shell does.
# Installs zsh, fish and man with apt where they are missing.
set -euo pipefail

for tool in zsh fish man groff; do
  command -v "$tool" >/dev/null && continue
  if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    apt-get update -qq && apt-get install -y -qq zsh fish man-db groff >/dev/null
    break
  fi
  echo "check-install: install $tool first" >&2
  exit 1
done

prefix=$(mktemp -d)
trap 'rm -rf "$prefix"' EXIT
make install PREFIX="$prefix" >"$prefix.log" 2>&1 || { cat "$prefix.log" >&2; exit 1; }
rm -f "$prefix.log"
PATH="$prefix/bin:$PATH"
passed=0

fail() { echo "check-install: $*" >&2; exit 1; }
expect() { # what it is, what must be in it, the text
  case $3 in *"$2"*) passed=$((passed + 1)) ;; *) fail "$1: no \"$2\" in: $3" ;; esac
}

expect "the program" "$(gguf --version)" "$("$prefix/bin/gguf" --version)"
commands=$(gguf --help | sed -n '/^SUBCOMMANDS:/,/^$/s/^  \([a-z]*\) .*/\1/p')
[ -n "$commands" ] || fail "no commands in the help"
for command in $commands; do
  page=$prefix/share/man/man1/gguf-$command.1
  [ -f "$page" ] || fail "no page gguf-$command"
  warnings=$(MANWIDTH=80 man --warnings -l "$page" 2>&1 >/dev/null)
  [ -z "$warnings" ] || fail "gguf-$command: $warnings"
  expect "the page of $command" "gguf $command" "$(MANWIDTH=80 man -l "$page" | col -b)"
done
expect "the page of gguf" "gguf-inspect(1)" "$(MANWIDTH=80 man -l "$prefix/share/man/man1/gguf.1" | col -b)"

completed_by_bash() {
  bash --norc -c '
    source "$1/share/bash-completion/completions/gguf"
    shift
    COMP_WORDS=("$@") COMP_CWORD=$(($# - 1)) COMP_LINE="$*" COMP_POINT=${#COMP_LINE} COMPREPLY=()
    _gguf "$1" "${COMP_WORDS[COMP_CWORD]}" "${COMP_WORDS[COMP_CWORD - 1]}"
    echo "${COMPREPLY[*]}"' bash "$prefix" "$@"
}
expect "bash, a command" inspect "$(completed_by_bash gguf ins)"
expect "bash, an option" --tensors "$(completed_by_bash gguf inspect --ten)"
expect "bash, a type" Q4_K "$(completed_by_bash gguf convert --type Q4)"

zsh -n "$prefix/share/zsh/site-functions/_gguf" || fail "zsh does not read its completions"
expect "zsh" "tensors" "$(cat "$prefix/share/zsh/site-functions/_gguf")"
zsh -fc "fpath=($prefix/share/zsh/site-functions \$fpath); autoload -Uz compinit; compinit -u -d $prefix/zcompdump; \
  [[ \${_comps[gguf]} = _gguf ]]" || fail "zsh does not find the completions"

completed_by_fish() {
  XDG_CONFIG_HOME=$prefix/config fish --no-config -c "source $prefix/share/fish/vendor_completions.d/gguf.fish
complete --do-complete '$*'" 2>&1
}
expect "fish, a command" inspect "$(completed_by_fish gguf ins)"
expect "fish, an option" --tensors "$(completed_by_fish gguf inspect --ten)"

echo "check-install: $passed passed, 0 failed"
