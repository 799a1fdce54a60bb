#!/usr/bin/env bash
# test.sh [NAME]: every test, on servers of its own; with NAME, the Rust tests whose name contains it.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

scripts/setup.sh
if [ "$#" -gt 0 ]; then
  scripts/with-services.sh cargo test --locked --workspace "$1"
  exit
fi

# The pages are part of the binary under test, so they are built first.
scripts/web.sh build
scripts/web.sh test
cargo test --locked --workspace --no-run
scripts/with-server.sh scripts/web.sh e2e
# With the usual limits, most responses would be refusals.
limits="FANFARE_COST_PER_MINUTE=1000000000 FANFARE_CREATES_PER_MINUTE=1000000 FANFARE_OAUTH_STARTS_PER_MINUTE=1000000 FANFARE_SIMULATOR_LATENCY_MS=0"
SERVER_SETTINGS="$limits FANFARE_REGISTRATIONS_PER_MINUTE=1000000" scripts/with-server.sh scripts/clients.sh test
SERVER_SETTINGS=$limits scripts/with-server.sh scripts/schemathesis.sh
scripts/with-services.sh cargo test --locked --workspace --no-fail-fast
