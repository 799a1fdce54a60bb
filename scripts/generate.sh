#!/usr/bin/env bash
# generate.sh: rewrites what is derived from the code. A file is replaced only once its new text is complete.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

fresh=$(mktemp)
trap 'rm -f "$fresh"' EXIT
# derive FILE SUBCOMMAND
derive() {
  cargo run --quiet --locked -- "$2" >"$fresh"
  cat "$fresh" >"$1"
}

derive schema.graphql schema
derive docs/settings.md settings
