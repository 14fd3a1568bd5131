#!/usr/bin/env bash
# Set up what is missing and serve: ./start.sh [--demo]
set -euo pipefail
cd -- "$(dirname -- "${BASH_SOURCE[0]}")"
source scripts/set_up.sh

case "$*" in
  "") ;;
  --demo)
    [[ ${APP_ENV:-} != production ]] ||
      fail "--demo is refused with APP_ENV=production: everybody knows its passwords."
    ;;
  *) fail "Usage: ./start.sh [--demo]; it knows no '$*'." ;;
esac

set_up requirements.txt
exec "$PYTHON" serve.py "$@"
