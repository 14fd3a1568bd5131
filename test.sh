#!/usr/bin/env bash
# Set up what the tests need and run all of them: ./test.sh [pytest arguments]
#
# All of them run side by side, in three processes: with two a processor would be idle while tests
# wait. With arguments they run one after the other; for all of them that is "-n 0".
#
# With CI=true a test that would be skipped fails (tests/plugins/no_skips.py).
set -euo pipefail
cd -- "$(dirname -- "${BASH_SOURCE[0]}")"
source scripts/set_up.sh
source scripts/debian.sh

main() {
  [[ $# -gt 0 ]] || set -- -n 3 # how: tests/plugins/side_by_side.py
  [[ -n ${HOME:-} && -w $HOME ]] || export HOME=${TMPDIR:-/tmp}
  if may_install_debian_packages; then
    install_missing_debian_packages
  fi
  set_up requirements.txt requirements-dev.txt

  check "ruff" ruff check --quiet .
  check "ruff format" ruff format --check --quiet .
  check "mypy" mypy --no-error-summary
  check "djlint" djlint --quiet --lint templates
  check "pytest" pytest "$@"

  report_missing_programs
  [[ -z $failed ]] || fail "Not good:$failed."
  say "All good."
}

failed=

check() { # check NAME MODULE ARGUMENT...
  local name=$1
  shift
  say "$name ..."
  "$PYTHON" -m "$@" || failed+=" $name;"
}

main "$@"
