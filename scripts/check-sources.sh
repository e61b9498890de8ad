#!/bin/sh
# What the compiler and the formatter do not check.
set -eu
status=0

report() {
  echo "check-sources: $1" >&2
  printf '%s\n' "$2" >&2
  status=1
}

# Nothing that a file's content could turn into a trap.
found=$(grep -rnE '(try!|as!|fatalError\(|unsafelyUnwrapped)' Sources || true)
[ -z "$found" ] || report "these end the program instead of throwing:" "$found"

# The libraries do not print, exit, or read the environment.
found=$(grep -rnE '(^|[^.A-Za-z])(print|exit|getenv)\(|ProcessInfo' Sources \
  --include='*.swift' | grep -v '^Sources/GGUFCommands/' || true)
[ -z "$found" ] || report "only GGUFCommands prints, exits or looks at its surroundings:" "$found"

# Every step that the compiler cannot vouch for says why it is safe, at the latest six lines above it.
found=$(find Sources -name '*.swift' -exec awk '
  FNR == 1 { safe = -99 }
  /\/\/ Safe/ { safe = FNR }
  /(^|[^A-Za-z\/"-])unsafe [a-zA-Z(&]/ && !/^ *\/\// && FNR - safe > 8 { print FILENAME ":" FNR ": " $0 }
' {} +)
[ -z "$found" ] || report "no // Safe: comment beside:" "$found"

found=$(find Sources Tests scripts integrations Conformance Benchmarks Fuzz Measurements samples formats \
  \( -name .venv -o -name .cache -o -name '.build*' -o -name .peer \) -prune -o -type f \
  \( -name '*.swift' -o -name '*.h' -o -name '*.c' -o -name '*.py' -o -name '*.sh' \) -print |
  xargs wc -l | awk '$2 != "total" && $1 > 500')
[ -z "$found" ] || report "more than 500 lines:" "$found"

found=$(grep -rnwE 'TODO|FIXME|XXX|HACK' Sources Tests scripts Fuzz/Sources Measurements/Sources Benchmarks/Sources Benchmarks/*.py integrations --exclude-dir=.venv || true)
found=$(printf '%s' "$found" | grep -v '^scripts/check-sources.sh' || true)
[ -z "$found" ] || report "left to do:" "$found"

[ $status = 0 ] && echo "check-sources: nothing found"
exit $status
