# shellcheck shell=bash
# For test.sh: the programs that the tests run beside the site.

readonly DEBIAN_PACKAGES=(mariadb-server redis-server nginx openssl systemd chromium
  chromium-headless-shell fonts-dejavu-core fonts-noto-color-emoji)
readonly PROGRAMS=(mariadbd redis-server nginx openssl systemd-analyze chromium)
readonly POLICY=/usr/sbin/policy-rc.d

may_install_debian_packages() { [[ $EUID -eq 0 && -e /etc/debian_version ]]; }

install_missing_debian_packages() {
  local package missing=()
  for package in "${DEBIAN_PACKAGES[@]}"; do
    [[ $(dpkg-query -W -f='${db:Status-Status}' "$package" 2>/dev/null) == installed ]] ||
      missing+=("$package")
  done
  [[ ${#missing[@]} -gt 0 ]] || return 0
  say "Installing ${missing[*]} ..."
  (
    trap allow_services EXIT
    forbid_services
    export DEBIAN_FRONTEND=noninteractive
    run_or_fail "The Debian packages could not be installed" apt_install "${missing[@]}"
  ) || say "Going on without them."
}

apt_install() {
  apt-get -q update &&
    apt-get -q -y -o DPkg::Lock::Timeout=120 install --no-install-recommends "$@" </dev/null
}

# The tests start servers of their own; the packages' services stay down.
forbid_services() {
  [[ ! -e $POLICY ]] || mv "$POLICY" "$POLICY.kept"
  printf '#!/bin/sh\nexit 101\n' >"$POLICY"
  chmod +x "$POLICY"
}

allow_services() {
  rm -f "$POLICY"
  [[ ! -e $POLICY.kept ]] || mv "$POLICY.kept" "$POLICY"
}

report_missing_programs() {
  local program missing=()
  for program in "${PROGRAMS[@]}"; do
    PATH=$PATH:/usr/sbin:/sbin command -v "$program" >/dev/null || missing+=("$program")
  done
  [[ ${#missing[@]} -eq 0 ]] ||
    say "Skipped what needs a program that is not installed: ${missing[*]}."
}
