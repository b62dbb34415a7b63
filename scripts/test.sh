#!/usr/bin/env bash
# Builds, then runs all tests, several files at a time. usage: npm test [-- OPTIONS OF MOCHA]
set -euo pipefail
cd "$(dirname "$0")/.."

# What `npm install` has built is not built again.
is_built() { [ -e dist/.built ] && [ -z "$(find src proto scripts package.json tsconfig*.json -newer dist/.built -print -quit)" ]; }
{ is_built || npm run --silent build; } &
build=$!
npm run --silent build:test
wait "$build"
# Tests of several files would build at the same time into one folder.
export GARRISON_TESTS_BUILT=1

# How soon something happens, or how much of a rate is used, can only be told on a machine that has time for it.
alone=(integration/nodes/{rate,cancel,ownership} integration/respond/isolation)
# The longest first, so that none of them is left for the end.
long='^integration/(nodes|simulation|cli)/'
# By their sources: `.test/` may still have tests that are gone.
names() { find test -name '*.test.ts' -printf '%P\n' | sed 's/\.test\.ts$//' | grep -vxF "$(printf '%s\n' "${alone[@]}")" | sort | grep "$@"; }
run() { npx --no-install mocha --config .mocharc.built.cjs "$@"; }
compiled() { sed 's|.*|.test/test/&.test.js|'; }
mapfile -t all < <({ names -E "$long" && names -vE "$long"; } | compiled)

failed=0
# Many tests wait for other processes: two files more than there are cores.
run --parallel --jobs "$(($(nproc) + 2))" "$@" "${all[@]}" || failed=1
mapfile -t quiet < <(printf '%s\n' "${alone[@]}" | compiled)
run "$@" "${quiet[@]}" || failed=1
exit "$failed"
