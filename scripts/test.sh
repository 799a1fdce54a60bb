#!/usr/bin/env bash
# test.sh [NAME]: every test, on servers of its own; with NAME, the Rust tests whose name contains it.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

scripts/setup.sh
if [ "$#" -gt 0 ]; then
  scripts/with-services.sh cargo test --locked "$1"
  exit
fi

# The pages are part of the binary under test, so they are built first.
scripts/web.sh build
scripts/web.sh test
cargo test --locked --no-run
scripts/with-server.sh scripts/web.sh e2e
scripts/with-services.sh cargo test --locked --no-fail-fast
