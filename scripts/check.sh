#!/usr/bin/env bash
# check.sh: what can be told without running the product.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

cargo fmt --check
# The pages are part of the binary: built now, they need not have it compiled again for the tests.
scripts/web.sh build
cargo clippy --quiet --locked --all-targets -- -D warnings
cargo test --quiet --locked --test it -- architecture:: licences:: generated::
scripts/web.sh check
scripts/secrets.sh
echo "check: all well"
