#!/usr/bin/env bash
# generate.sh [--check]: rewrites what is derived from the code; with --check it only compares. A file is replaced only
# when its new text is complete.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
mode=${1:-}

# The program as the tests build it: `cargo run` would compile it once more, with fewer features of its dependencies.
cargo test --quiet --locked --workspace --test it --no-run
binary=${CARGO_TARGET_DIR:-target}/debug/fanfare

fresh=$(mktemp)
trap 'rm -f "$fresh"' EXIT
# derive FILE SUBCOMMAND
derive() {
  "$binary" "$2" >"$fresh"
  if [ "$mode" != --check ]; then
    cat "$fresh" >"$1"
  elif ! diff --unified=0 "$1" "$fresh" >&2; then
    echo "$1 is out of date: run make generate" >&2
    exit 1
  fi
}

derive schema.graphql schema
derive docs/settings.md settings
