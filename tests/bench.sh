#!/usr/bin/env bash
# What ProxyGuard costs: against bare YARP and nginx, and its read port against HAProxy, on this machine. And how true its catch-up estimate is.
set -euo pipefail

here=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd)
root=$(dirname -- "$here")
benchmarks=$root/tests/ProxyGuard.Benchmarks/bin/Release/net10.0/ProxyGuard.Benchmarks.dll
proxyguard=$root/src/ProxyGuard/bin/Release/net10.0/ProxyGuard.dll
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1

usage() {
  cat <<USAGE
Measures ProxyGuard against bare YARP and nginx, the cost of one verdict, its memory, and what asking ten nodes costs; prints one table and four lines.
A second table compares its read port with a direct connection to a replica and with HAProxy's TCP mode. A third judges the catch-up estimate on recordings of real replicas (tests/recordings, and ../shared/data where that is there).

  bash tests/bench.sh             about thirteen minutes
  bash tests/bench.sh --quick     about four minutes; less certain, and without the rows on inline completions
  bash tests/bench.sh --estimates the table on the estimate alone, in a second after the build
  bash tests/bench.sh --read-port the table on the read port alone, in four minutes; with --quick in two
  bash tests/bench.sh --unpinned  every process may use every core; without it, the proxies have one for themselves
  bash tests/bench.sh --keep      leaves configurations and logs behind, and says where

Exit code 0: measured, 1: it could not be. It does not judge; the targets stand beside the numbers.
Needs Linux, the .NET 10 SDK, nginx, wrk, HAProxy and the MariaDB server. It starts servers of its own, on loopback only.
USAGE
}

fail() { printf '%s\n' "$@" >&2; exit 1; }

has() { PATH="$PATH:/usr/sbin:/usr/local/sbin:/usr/libexec" command -v "$1" >/dev/null 2>&1; }

install_missing() {
  local missing=()
  has nginx || missing+=(nginx-light)
  has wrk || missing+=(wrk)
  has haproxy || missing+=(haproxy)
  { has mariadbd && has mariadb-install-db; } || missing+=(mariadb-server-core mariadb-client-core)
  [ ${#missing[@]} -gt 0 ] || return 0
  { [ "$(id -u)" -eq 0 ] && has apt-get; } || fail "Missing: ${missing[*]}. On Debian and Ubuntu, as root: apt-get install --no-install-recommends ${missing[*]}"
  echo "Installing ${missing[*]} ..." >&2
  # nginx and HAProxy would be started as services by installing them; a policy of its own keeps them from that, where there is none yet.
  local policy=/usr/sbin/policy-rc.d ours=no installed=yes
  if [ ! -e "$policy" ]; then
    printf '#!/bin/sh\nexit 101\n' >"$policy"
    chmod +x "$policy"
    ours=yes
  fi
  if ! { apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-remove --no-install-recommends "${missing[@]}"; } >"$directory/apt.log" 2>&1; then
    installed=no
  fi
  [ "$ours" = no ] || rm -f "$policy"
  [ "$installed" = yes ] || { tail -n 20 "$directory/apt.log" >&2; fail "apt-get could not install ${missing[*]}."; }
}

build() {
  echo "Building ..." >&2
  local project
  for project in src/ProxyGuard tests/ProxyGuard.Benchmarks; do
    if ! dotnet build -c Release --nologo -v quiet "$root/$project" >"$directory/build.log" 2>&1; then
      cat "$directory/build.log" >&2
      fail "$project does not build."
    fi
  done
}

# Normally the program has ended everything it started, and no pid file is left.
end_leftovers() {
  local file pid
  for file in "$directory"/pids/*; do
    [ -e "$file" ] || continue
    pid=${file##*/}
    # The working directory shows that the process id still belongs to what we started.
    if [ "$(readlink "/proc/$pid/cwd" 2>/dev/null)" = "$directory" ]; then
      kill "$pid" 2>/dev/null || true
    fi
  done
}

clean_up() {
  trap '' INT TERM
  if [ -n "$program" ] && kill -0 "$program" 2>/dev/null; then
    kill "$program" 2>/dev/null || true
    wait "$program" || true
  fi
  end_leftovers
  if [ "$keep" = yes ]; then
    echo "Configurations and logs: $directory" >&2
  else
    rm -rf -- "$directory"
  fi
}

judge_estimates() {
  dotnet "$benchmarks" estimates --recordings "$root/tests/recordings" --recordings "$root/../shared/data"
}

# In the background, because a signal is only heard between commands; wait can be interrupted.
measure_read_port() {
  dotnet "$benchmarks" read-port --proxyguard "$proxyguard" --directory "$directory" "${arguments[@]}" &
  program=$!
  wait "$program" || exit 1
}

arguments=()
keep=no
only_read_port=no
only_estimates=no
for argument in "$@"; do
  case $argument in
    -h | --help) usage; exit 0 ;;
    --quick | --unpinned) arguments+=("$argument") ;;
    --keep) keep=yes ;;
    --estimates) only_estimates=yes ;;
    --read-port) only_read_port=yes ;;
    *) usage >&2; fail "" "$argument is not known." ;;
  esac
done

[ "$(uname -s)" = Linux ] || fail "It needs Linux; elsewhere, run it in a virtual machine or a container."
has dotnet || fail "The .NET 10 SDK is missing. How to install it: https://learn.microsoft.com/dotnet/core/install/linux"

program=
directory=$(readlink -f "$(mktemp -d)")
trap clean_up EXIT
trap 'exit 1' INT TERM HUP

if [ "$only_estimates" = yes ]; then
  build
  judge_estimates
  exit
fi

install_missing
build
if [ "$only_read_port" = yes ]; then
  measure_read_port
  exit
fi

dotnet "$benchmarks" compare --proxyguard "$proxyguard" --directory "$directory" "${arguments[@]}" &
program=$!
wait "$program" || exit 1

probing=()
for argument in "${arguments[@]}"; do
  [ "$argument" != --quick ] || probing+=("$argument")
done
# As ProxyGuard's own runtime configuration has it; the benchmarks share theirs with bare YARP.
DOTNET_ThreadPool_UnfairSemaphoreSpinLimit=0 dotnet "$benchmarks" probing --directory "$directory" "${probing[@]}" &
program=$!
wait "$program" || exit 1
measure_read_port
judge_estimates
