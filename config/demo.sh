#!/usr/bin/env bash
# A photo site on a real MariaDB fleet behind ProxyGuard, on this machine, with a way to break and mend it.
set -euo pipefail

here=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd)
root=$(dirname -- "$here")
demo=$root/src/ProxyGuard.Demo/bin/Release/net10.0/ProxyGuard.Demo.dll
proxyguard=$root/src/ProxyGuard/bin/Release/net10.0/ProxyGuard.dll
export PROXYGUARD_DEMO_COMMAND="bash ${BASH_SOURCE[0]}"
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1

usage() {
  cat <<USAGE
Shows what ProxyGuard does: three database nodes, three web nodes, ProxyGuard in front and a few members, all on
this machine and only there. It touches no database you already run, and leaves nothing behind.

  bash config/demo.sh [run]                start it; ends with Ctrl-C. Then look at http://127.0.0.1:8080/
  bash config/demo.sh break backlog        both replicas have much to catch up: watch banner and status page for some 90 seconds
  bash config/demo.sh break duplicate-key  both replicas stop with error 1062; the primary goes on
  bash config/demo.sh break stop-primary   nothing can be written
  bash config/demo.sh break cut-network    the replicas hear nothing new
  bash config/demo.sh break lag            the replicas fall behind without any error
  bash config/demo.sh mend                 undo all of it
  bash config/demo.sh status               how ProxyGuard sees it; also: hold read-only --for 10m | release | audit
  bash config/demo.sh stop                 end it from another terminal

Options of run:
  --port N          the site (default 8080)
  --admin-port N    ProxyGuard's management listener (default 8081)
  --first-port N    the first of six ports in a row, for the web and database nodes (default 9001)
  --members N       how many members browse and post (default 5)
  --proxyguard none the site without ProxyGuard, to compare
  --dry-run         ProxyGuard refuses nothing and tells what it would have refused (/api/v1/dry-run)
  --count-views     each look at a photo is written down: a GET that writes
Option of all:
  --directory DIR   where it keeps its data (default: \$XDG_RUNTIME_DIR or /tmp, proxyguard-demo-<your user id>).
                    It needs 500 MB there.

Needs Linux, the .NET 10 SDK and the MariaDB server. On Debian and Ubuntu a missing MariaDB is installed; no service
is started.
USAGE
}

fail() { printf '%s\n' "$@" >&2; exit 1; }

# A server may live in sbin, which is not on every user's PATH.
has() { PATH="$PATH:/usr/sbin:/usr/local/sbin:/usr/libexec" command -v "$1" >/dev/null 2>&1; }

mariadb_is_there() { { has mariadbd || has mysqld; } && { has mariadb-install-db || has mysql_install_db; }; }

as_root() { if [ "$(id -u)" -eq 0 ]; then "$@"; else sudo "$@"; fi; }

install_mariadb() {
  command -v apt-get >/dev/null 2>&1 || fail \
    "The MariaDB server is missing, and this script can install it on Debian and Ubuntu only." \
    "Install the package that has mariadbd and mariadb-install-db, then start this again:" \
    "  Fedora, RHEL: dnf install mariadb-server      Arch: pacman -S mariadb      openSUSE: zypper install mariadb" \
    "No service needs to run; the demo starts servers of its own."
  [ "$(id -u)" -eq 0 ] || command -v sudo >/dev/null 2>&1 || fail \
    "The MariaDB server is missing, and there is no sudo. As root: apt-get install --no-install-recommends mariadb-server-core mariadb-client-core"
  echo "Installing the MariaDB server (only its programs; no service is set up) ..."
  # The core packages bring mariadbd and mariadb-install-db without an init script, so nothing is started by installing.
  # --no-remove: rather fail than replace a MySQL that somebody needs.
  local log
  log=$(mktemp)
  if ! { as_root apt-get update && as_root env DEBIAN_FRONTEND=noninteractive \
      apt-get install -y --no-remove --no-install-recommends mariadb-server-core mariadb-client-core; } >"$log" 2>&1; then
    tail -n 20 "$log" >&2
    fail "apt-get could not install mariadb-server-core and mariadb-client-core; the whole output is in $log"
  fi
  rm -f "$log"
  mariadb_is_there || fail "mariadb-server-core is installed, but mariadbd and mariadb-install-db are not to be found."
}

check_dotnet() {
  command -v dotnet >/dev/null 2>&1 || fail \
    "The .NET 10 SDK is missing. How to install it: https://learn.microsoft.com/dotnet/core/install/linux"
  # Captured first: with pipefail, grep -q closing the pipe early would count as a failure.
  local sdks
  sdks=$(dotnet --list-sdks)
  grep -q '^10\.' <<<"$sdks" || fail \
    "The .NET 10 SDK is missing; these are installed:" "${sdks:-  none}" \
    "How to install it: https://learn.microsoft.com/dotnet/core/install/linux"
}

build() {
  echo "Building (the first time takes a minute) ..."
  local project log
  log=$(mktemp)
  for project in ProxyGuard ProxyGuard.Demo; do
    echo "  src/$project"
    if ! dotnet build -c Release --nologo -v quiet "$root/src/$project" >"$log" 2>&1; then
      cat "$log" >&2
      fail "src/$project does not build."
    fi
  done
  rm -f "$log"
}

command=${1:-run}
case $command in
  -h | --help | help) usage; exit 0 ;;
  run) [ $# -eq 0 ] || shift ;;
  -*) ;; # options without a command: of run
  *)
    [ -f "$demo" ] || fail "No demo is running: it has not even been built. Start one with: $PROXYGUARD_DEMO_COMMAND"
    exec dotnet "$demo" "$@"
    ;;
esac

[ "$(uname -s)" = Linux ] || fail "The demo needs Linux; elsewhere, run it in a virtual machine or a container."
for argument in "$@"; do
  case $argument in -h | --help) usage; exit 0 ;; esac
done
mariadb_is_there || install_mariadb
check_dotnet
build
case " $* " in
  *" --proxyguard"*) exec dotnet "$demo" run "$@" ;;
  *) exec dotnet "$demo" run --proxyguard "$proxyguard" "$@" ;;
esac
