#!/usr/bin/env bash
# Builds, then runs all tests, several files at a time. usage: npm test [-- OPTIONS OF MOCHA]
set -euo pipefail
cd "$(dirname "$0")/.."

npm run --silent build
npm run --silent build:test
# Tests of several files would build at the same time into one folder.
export GARRISON_TESTS_BUILT=1

# How much of a rate is used can only be told on a machine that has time for it.
alone=test/integration/nodes/rate.test.ts
# The longest first, so that none of them is left for the end.
long='^test/integration/(nodes|simulation)/'
files() { find test -name '*.test.ts' ! -path "$alone" | sort | grep "$@"; }
mapfile -t all < <(files -E "$long" && files -vE "$long")

failed=0
# Many tests wait for other processes: one file more than there are cores.
npx --no-install mocha --parallel --jobs "$(($(nproc) + 1))" "$@" "${all[@]}" || failed=1
npx --no-install mocha "$@" "$alone" || failed=1
exit "$failed"
