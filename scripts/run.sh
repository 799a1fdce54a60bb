#!/usr/bin/env bash
# run.sh: builds what is missing, showing cargo's own progress, and starts the server on http://127.0.0.1:8000.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

# Measured on 2 cores, from a fresh clone to the first answer, with npm packages and the pages.
first_build_minutes=8

if [ -x "${CARGO_TARGET_DIR:-target}/local/fanfare" ]; then
  echo "Building what has changed in the web app and the server since the last run."
else
  echo "Building the web app, the server and its dependencies. The first build takes about $first_build_minutes minutes on 2 cores."
fi
scripts/web.sh build
# The profile `local` compiles faster than `release` and optimises next to nothing; see Cargo.toml.
cargo build --locked --profile local --bin fanfare
exec "${CARGO_TARGET_DIR:-target}/local/fanfare" serve
