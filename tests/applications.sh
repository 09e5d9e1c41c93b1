#!/usr/bin/env bash
# Brings the distribution's own WordPress and MediaWiki, with PHP-FPM and nginx to run them. No service is started, and nothing is set up:
# the tests run their own servers on their own copies. What is there already is left alone. The last line says what is there.
set -euo pipefail

as_root() {
  if [ "$(id -u)" -eq 0 ]; then "$@"; elif [ -t 0 ]; then sudo "$@"; else sudo -n "$@"; fi
}

has() { PATH="$PATH:/usr/sbin" command -v "$1" >/dev/null 2>&1; }

# "php" comes before the applications: with PHP-FPM there, nothing brings Apache's module.
missing() {
  [ -f /usr/share/wordpress/wp-settings.php ] && [ -d /usr/share/wordpress/wp-content/themes/twentytwentythree ] \
    || echo wordpress wordpress-theme-twentytwentythree
  [ -f /usr/share/mediawiki/api.php ] || echo mediawiki
  compgen -G '/usr/sbin/php-fpm*' >/dev/null || echo php-fpm
  has php && php -r 'foreach (["mysqli", "xml", "mbstring", "intl", "gd"] as $e) if (!extension_loaded($e)) exit(1);' \
    || echo php php-cli php-mysql php-xml php-mbstring php-intl php-gd
  has nginx || echo nginx-light
}

# Installed services would be started at once; a policy of its own keeps them from that, where there is none yet.
apt_install() {
  local policy=/usr/sbin/policy-rc.d ours=no code=0
  if [ ! -e "$policy" ] && printf '#!/bin/sh\nexit 101\n' | as_root install -m 755 /dev/stdin "$policy"; then ours=yes; fi
  as_root env DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=120 \
    install -y --no-remove --no-install-recommends "$@" </dev/null || code=$?
  [ "$ours" = no ] || as_root rm -f "$policy"
  return "$code"
}

bring() {
  echo "Installing $*"
  command -v apt-get >/dev/null && { [ "$(id -u)" -eq 0 ] || command -v sudo >/dev/null; } || return 1
  apt_install "$@" >/dev/null 2>&1 || { as_root apt-get update </dev/null >/dev/null 2>&1 && apt_install "$@" >/dev/null; }
}

case ${1:-} in
  "") ;;
  *)
    printf '%s\n' "bash tests/applications.sh" "" "  installs wordpress, mediawiki, PHP-FPM and nginx where they are missing; needs root or sudo"
    [ "$1" = -h ] || [ "$1" = --help ] || exit 2
    exit 0
    ;;
esac

read -r -a packages <<<"$(missing | xargs)"
[ ${#packages[@]} -eq 0 ] || bring "${packages[@]}" || echo "${packages[*]} could not be installed: their tests are skipped." >&2
left=$(missing | xargs)
echo "Missing: ${left:-nothing}"
[ -z "$left" ]
