#!/usr/bin/env bash
# check.sh: everything that can be checked without starting the product.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

cargo fmt --all --check
scripts/secrets.sh
scripts/build-times.py --list >/dev/null
scripts/dependencies.sh
# The pages are part of the binary: built now, they do not cause a second build of it for the tests.
scripts/web.sh build
cargo clippy --quiet --locked --workspace --all-targets -- -D warnings
# With the whole workspace, as everywhere: a package alone has other features of its dependencies, and is built again.
cargo test --quiet --locked --workspace --test it -- architecture:: licences::
scripts/generate.sh --check
scripts/web.sh check
scripts/clients.sh lint
echo "check: passed"
