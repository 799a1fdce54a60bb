#!/usr/bin/env bash
# secrets.sh: refuses committed keys, paths of a developer's machine, and URLs of package registries.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

found=0
# refuse REASON GIT-GREP-ARGUMENTS...
refuse() {
  local reason=$1 hits
  shift
  if hits=$(git grep --line-number -I "$@"); then
    printf '%s:\n%s\n' "$reason" "$hits" | cut -c1-160 >&2
    found=1
  fi
}

refuse "a private key" -E 'BEGIN [A-Z ]*PRIVATE KEY'
refuse "a key of a cloud, a code host or an AI service" \
  -E '(AKIA[0-9A-Z]{16}|gh[opsu]_[A-Za-z0-9]{36}|github_pat_[A-Za-z0-9_]{22}|sk-ant-[A-Za-z0-9]{3}[A-Za-z0-9_-]{17}|xox[abprs]-[0-9]{8})'
refuse "a key of a network or of Telegram" -E '(EAA[A-Za-z0-9]{60}|ya29\.[A-Za-z0-9_-]{30}|AIza[A-Za-z0-9_-]{35}|[0-9]{9,10}:AA[A-Za-z0-9_-]{33})'
refuse "a path of this machine" -F "$PWD/"
refuse "a home folder" -E '/(home|Users)/[a-z]'
refuse "the URL that a package came from" -E '"resolved": "http' -- '*package-lock.json'
if git grep --line-number '^source = ' -- Cargo.lock | grep -v 'registry+https://github.com/rust-lang/crates.io-index'; then
  echo "Cargo.lock: a package that is not from crates.io" >&2
  found=1
fi
exit "$found"
