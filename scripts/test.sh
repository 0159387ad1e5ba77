#!/usr/bin/env bash
# Runs every test program under tests/ and closes with one line: N passed, N failed[, N skipped].
# usage: scripts/test.sh [NAME]...   only the projects whose name holds one of the words
set -uo pipefail
cd "$(dirname "$0")/.."

configuration=${CONFIGURATION:-Release}
# A shell that was started in the background ignores interrupts and passes that on; tests send them.
defaults=()
env --default-signal=INT true 2>/dev/null && defaults=(env --default-signal=INT)
results=$(mktemp -d)
trap 'rm -rf "$results"' EXIT
passed=0 failed=0 skipped=0
broken=()
for project in tests/*/*.csproj; do
    name=$(basename "$project" .csproj)
    if [ $# -gt 0 ]; then
        wanted=no
        for word in "$@"; do [[ $name == *"$word"* ]] && wanted=yes; done
        [ $wanted = yes ] || continue
    fi
    program=$(ls -d "$(dirname "$project")/bin/$configuration"/*/"$name" 2>/dev/null | head -1)
    if [ -z "$program" ]; then
        echo "$name is not built" >&2
        broken+=("$name")
        continue
    fi
    echo "== $name"
    log=$results/$name.log
    "${defaults[@]}" "$program" --progress off --ansi off >"$log" 2>&1
    code=$?
    grep -vE '^(xUnit|$)' "$log" | tail -n 200
    count() { grep -oE "^ *$1: *[0-9]+" "$log" | tail -1 | grep -oE '[0-9]+$' || echo 0; }
    p=$(count succeeded) f=$(count failed) s=$(count skipped)
    passed=$((passed + p)) failed=$((failed + f)) skipped=$((skipped + s))
    # A program that stopped without counting its tests, or whose count cannot be read, is a failure of its own.
    if { [ $code -ne 0 ] && [ "$f" = 0 ]; } || [ $((p + f + s)) -eq 0 ]; then
        broken+=("$name")
    fi
done
failed=$((failed + ${#broken[@]}))
# Once more at the very end, where a long log is read first: what failed, with the beginning of why.
grep -hE -A 12 '^failed ' "$results"/*.log 2>/dev/null
[ ${#broken[@]} -eq 0 ] || echo "did not run to the end, or counted no tests: ${broken[*]}"
echo
if [ $skipped -gt 0 ]; then
    echo "$passed passed, $failed failed, $skipped skipped"
else
    echo "$passed passed, $failed failed"
fi
[ $failed -eq 0 ] && [ $passed -gt 0 ]
