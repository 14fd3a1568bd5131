# shellcheck shell=bash
# Shared by start.sh and test.sh: the virtual environment, its packages, the translations.
# Sourced with the project's folder as the working directory. Needs bash 3.2 and Python 3.11.
#
# Interrupted at any point, the next run puts it right: what says that a step is done is written
# last, and an environment that was not finished is made again from nothing.

readonly ENVIRONMENT=.venv
readonly PYTHON=$ENVIRONMENT/bin/python
readonly WHOLE=$ENVIRONMENT/whole # missing while packages change
readonly UV_LOCK=scripts/requirements-uv.txt

set_up() { # set_up LOCK...: all of these locks are installed, and the translations compiled
  [[ -f $WHOLE && "$(<"$WHOLE")" == "$(environment_wanted)" ]] || make_environment
  local lock
  for lock in "$@"; do
    if ! same "$lock" "$(stamp_of "$lock")"; then
      install "$@"
      break
    fi
  done
  compile_translations
}

say() { printf '%s\n' "$*"; }

fail() { # one sentence, and no more
  printf '%s\n' "$*" >&2
  exit 1
}

environment_wanted() {
  "$PYTHON" -V 2>/dev/null
  cat "$UV_LOCK"
}

same() { [[ -f $2 && "$(<"$1")" == "$(<"$2")" ]]; }

stamp_of() { printf '%s' "$ENVIRONMENT/installed-${1##*/}"; }

make_environment() {
  local python
  python=$(find_python) || exit 1
  if ! mkdir -p "$ENVIRONMENT" 2>/dev/null || [[ ! -w $ENVIRONMENT ]]; then
    fail "The folder $PWD cannot be written, so the packages have no place."
  fi
  say "Making the virtual environment with $("$python" -V) ..."
  run_or_fail "The virtual environment could not be made" "$python" -m venv --clear "$ENVIRONMENT"
  run_or_fail "The installer uv could not be installed" "$PYTHON" -m pip --disable-pip-version-check \
    install --quiet --no-cache-dir --require-hashes -r "$UV_LOCK"
  environment_wanted >"$WHOLE"
}

find_python() { # prints the first Python that can do it
  local name found=
  for name in python3 python3.13 python3.12 python3.11; do
    "$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1 || continue
    found=${found:-$name}
    if "$name" -c 'import ensurepip, venv' >/dev/null 2>&1; then
      printf '%s' "$name"
      return
    fi
  done
  [[ $found ]] || fail "Python 3.11 or later is needed, and there is none on the PATH."
  local version
  version=$("$found" -c 'import sys; print("%d.%d" % sys.version_info[:2])')
  fail "$found has no venv module; on Debian and Ubuntu it comes with: apt-get install python$version-venv"
}

install() {
  say "Installing the packages of $* ..."
  local lock locks=()
  for lock in "$@"; do
    locks+=(-r "$lock")
  done
  rm -f "$WHOLE"
  run_or_fail "The packages could not be installed" install_packages "${locks[@]}"
  for lock in "$@"; do
    cp "$lock" "$(stamp_of "$lock")"
  done
  environment_wanted >"$WHOLE"
}

install_packages() {
  # Without a home there is no place for uv's cache.
  [[ -d ${HOME:-} && -w ${HOME:-} ]] || export UV_NO_CACHE=1
  # pip came through a moment ago: where only it knows a mirror or certificate, it does the work.
  "$PYTHON" -m uv pip install --quiet --python "$PYTHON" --system-certs --compile-bytecode \
    --require-hashes "$@" || "$PYTHON" -m pip --disable-pip-version-check install --quiet \
    --no-cache-dir --require-hashes "$@"
}

compile_translations() {
  local texts
  for texts in marketplace/translations/*/LC_MESSAGES/messages.po; do
    [[ -f $texts && ! ${texts%.po}.mo -nt $texts ]] || continue
    say "Compiling the translations ..."
    run_or_fail "The translations could not be compiled" "$PYTHON" -m babel.messages.frontend \
      --quiet compile --directory marketplace/translations
    return
  done
}

run_or_fail() { # run_or_fail SENTENCE COMMAND...: what the command printed is shown when it fails
  local sentence=$1 output
  shift
  output=$("$@" 2>&1) && return
  printf '%s\n' "$output" >&2
  fail "$sentence; the reason is above."
}
