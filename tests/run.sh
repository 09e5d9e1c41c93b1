#!/usr/bin/env bash
# Builds everything, checks the formatting and runs every test. Needs the .NET 10 SDK; installs the rest where it may.
# The last line is always "N passed, N failed, N skipped"; the exit code is 0 only when nothing failed.
set -euo pipefail

cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.."
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1
# Compilers that stay for the next build would outlive this script.
export MSBUILDDISABLENODEREUSE=1 DOTNET_CLI_USE_MSBUILD_SERVER=0
# Every process started from here carries this in its environment: that is how those that were left behind are found.
export PROXYGUARD_TEST_RUN=$$.$RANDOM.$RANDOM

# Release: what is tested is what is shipped, and what config/demo.sh starts.
configuration=Release
results=$PWD/TestResults
passed=0 failed=0 skipped=0
failures=()

usage() {
  cat <<USAGE
bash tests/run.sh [core|app|fleet|browser|format]...

  core     ProxyGuard.Core.Tests: decisions, in seconds
  app      ProxyGuard.Tests: the whole application on real sockets, with scripted database nodes
  fleet    ProxyGuard.FleetTests: real servers that replicate; those that bash tests/servers.sh brought, too
  browser  ProxyGuard.BrowserTests: real Chromium, and Firefox
  format   whether dotnet format would change anything

Without an argument: all of them.
USAGE
}

say() { printf '\n== %s\n' "$*"; }

# Counts one failure that no test reports, and goes on.
fail() {
  failures+=("$1")
  failed=$((failed + 1))
}

finish() {
  local name
  end_leftovers KILL >/dev/null
  [ ${#failures[@]} -eq 0 ] || say "Failed"
  for name in "${failures[@]}"; do printf '  %s\n' "$name"; done
  printf '\n%d passed, %d failed, %d skipped\n' "$passed" "$failed" "$skipped"
  [ "$failed" -eq 0 ] || exit 1
  exit 0
}

# Signals what was left behind, found by the mark in its environment, and tells how many. This shell does not carry the mark.
end_leftovers() {
  local signal=$1 process id count=0
  for process in /proc/[0-9]*; do
    id=${process#/proc/}
    { tr '\0' '\n' <"$process/environ" | grep -qxF "PROXYGUARD_TEST_RUN=$PROXYGUARD_TEST_RUN"; } 2>/dev/null || continue
    kill "-$signal" "$id" 2>/dev/null && count=$((count + 1)) || true
  done
  echo "$count"
}

# A process that is just ending gets a moment.
count_leftovers() {
  local round
  for round in 1 2 3 4 5 6 7 8; do
    [ "$(end_leftovers 0)" -gt 0 ] || break
    sleep 0.5
  done
  end_leftovers KILL
}

interrupted() {
  trap - INT TERM HUP
  end_leftovers KILL >/dev/null
  fail "interrupted"
  finish
}
trap interrupted INT TERM HUP

# In the background and waited for, so that a signal is answered at once. Its output appears as it comes.
watched() {
  local limit=$1 log=$2 id tail_id code=0
  shift 2
  : >"$log"
  timeout --kill-after=20 "$limit" "$@" >"$log" 2>&1 </dev/null &
  id=$!
  tail -n +1 -s 0.2 --pid="$id" -f "$log" &
  tail_id=$!
  wait "$id" || code=$?
  wait "$tail_id" || true
  return "$code"
}

has() { PATH="$PATH:/usr/sbin:/usr/local/sbin:/usr/libexec" command -v "$1" >/dev/null 2>&1; }

wants() { [[ " $selected " == *" $1 "* ]]; }

missing_packages() {
  if wants fleet; then
    # The core packages have the programs and no service: installing them starts nothing.
    has mariadbd && has mariadb-install-db || echo mariadb-server-core mariadb-client-core
    has mariadb-dump || echo mariadb-client
  fi
  if wants browser; then
    has chromium || echo chromium
    # Without a font, text has no height and nothing can be clicked.
    [ -n "$(find /usr/share/fonts -name '*.ttf' -print -quit 2>/dev/null)" ] || echo fonts-dejavu-core
  fi
  if wants app; then
    # One test compares phrases.js with Phrases.cs.
    has node || echo nodejs
  fi
}

# What only makes tests skip, and say so, where it cannot be had.
welcome_packages() {
  if wants fleet; then
    { has php && php -r 'exit(extension_loaded("mysqli") && extension_loaded("pdo_mysql") ? 0 : 1);'; } || echo php-cli php-mysql
  fi
  if wants browser; then
    has firefox-esr || echo firefox-esr
  fi
  if wants app; then
    has nginx || echo nginx-light
    has php || echo php-cli
    compgen -G '/usr/sbin/php-fpm*' >/dev/null || echo php-fpm
  fi
}

as_root() {
  if [ "$(id -u)" -eq 0 ]; then "$@"; elif [ -t 0 ]; then sudo "$@"; else sudo -n "$@"; fi
}

# nginx and PHP-FPM would be started as services by installing them; a policy of its own keeps them from that, where there is none yet.
apt_install() {
  local policy=/usr/sbin/policy-rc.d ours=no code=0
  if [ ! -e "$policy" ] && printf '#!/bin/sh\nexit 101\n' | as_root install -m 755 /dev/stdin "$policy"; then ours=yes; fi
  as_root env DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=120 \
    install -y --no-remove --no-install-recommends "$@" </dev/null || code=$?
  [ "$ours" = no ] || as_root rm -f "$policy"
  return "$code"
}

# The package lists of a fresh machine are empty, and old ones name files that are gone: only then they are fetched.
try_install() {
  local log=$1
  shift
  say "Installing $*"
  command -v apt-get >/dev/null && { [ "$(id -u)" -eq 0 ] || command -v sudo >/dev/null; } \
    && { apt_install "$@" >"$log" 2>&1 \
      || { as_root apt-get update </dev/null >>"$log" 2>&1 && apt_install "$@" >>"$log" 2>&1; }; }
}

install_welcome() {
  local packages
  read -r -a packages <<<"$(welcome_packages | xargs)"
  [ ${#packages[@]} -eq 0 ] || try_install "$results/apt-welcome.log" "${packages[@]}" || echo "${packages[*]} could not be installed: tests that need them are skipped."
}

# WordPress and MediaWiki, and what runs them.
install_applications() {
  wants fleet || return 0
  bash tests/applications.sh >"$results/applications.log" 2>&1 </dev/null || { tail -n 5 "$results/applications.log"; echo "Their tests are skipped."; }
}

install_missing() {
  local packages log=$results/apt.log
  read -r -a packages <<<"$(missing_packages | xargs)"
  if [ ${#packages[@]} -eq 0 ] || try_install "$log" "${packages[@]}"; then return 0; fi

  [ ! -s "$log" ] || tail -n 15 "$log"
  printf '%s\n' "These packages are needed and could not be installed. As root, on Debian 12:" \
    "  apt-get update && apt-get install --no-install-recommends ${packages[*]}" \
    "Elsewhere, install what has the programs mariadbd, mariadb-install-db, chromium and node, and one TrueType font."
  fail "packages are missing: ${packages[*]}"
  finish
}

check_sdk() {
  local sdks=""
  ! command -v dotnet >/dev/null || sdks=$(dotnet --list-sdks)
  grep -q '^10\.' <<<"$sdks" && return 0
  printf '%s\n' "The .NET 10 SDK is missing: https://learn.microsoft.com/dotnet/core/install/linux" "Installed: ${sdks:-none}"
  fail "the .NET 10 SDK is missing"
  finish
}

build() {
  say "dotnet build ProxyGuard.sln ($configuration; a warning is an error)"
  if ! watched 900 "$results/build.log" dotnet build ProxyGuard.sln -c "$configuration" --nologo -v minimal --disable-build-servers; then
    fail "ProxyGuard.sln does not build"
    finish
  fi
}

check_format() {
  say "dotnet format ProxyGuard.sln --verify-no-changes"
  watched 600 "$results/format.log" dotnet format ProxyGuard.sln --verify-no-changes --no-restore \
    || fail "dotnet format --verify-no-changes: run dotnet format ProxyGuard.sln, look at what it changed, commit it"
}

# An attribute of a result file's <assembly> element.
count_in() { grep -o '<assembly [^>]*>' "$1" | grep -o " $2=\"[0-9]*\"" | tr -dc '0-9'; }

unescaped() { sed -e 's/\\&quot;/"/g' -e 's/&quot;/"/g' -e "s/&apos;/'/g" -e 's/&lt;/</g' -e 's/&gt;/>/g' -e 's/&amp;/\&/g'; }

names_of() {
  tr '\n' ' ' <"$1" | sed 's/<test /\n<test /g' | grep "^<test [^>]*result=\"$2\"" \
    | sed -E 's/^<test [^>]*[ ]name="([^"]*)".*/\1/' | unescaped
}

reasons_of_skipped() {
  tr '\n' ' ' <"$1" | sed 's/<test /\n<test /g' | grep '^<test [^>]*result="Skip"' \
    | sed -E 's/^<test [^>]*[ ]name="([^"]*)".*<reason>(<!\[CDATA\[)?([^]<]*).*/  \1: \3/' | unescaped
}

run_assembly() {
  local project=$1 limit=$2 code=0 left
  local log=$results/$project.log result=$results/$project.xml
  say "$project"
  watched "$limit" "$log" dotnet "tests/$project/bin/$configuration/net10.0/$project.dll" \
    -noColor -noLogo -result-xml "$result" -result-trx "$results/$project.trx" || code=$?
  left=$(count_leftovers)
  if [ "$left" -gt 0 ]; then fail "$project left $left processes behind (ended now)"; fi

  if [ "$code" -eq 124 ] || [ "$code" -eq 137 ]; then
    fail "$project did not end within $limit seconds"
  elif [ ! -s "$result" ]; then
    fail "$project crashed with exit code $code before it wrote its results"
  else
    count "$project" "$result" "$log" "$code"
  fi
}

count() {
  local project=$1 result=$2 log=$3 code=$4 total bad errors ignored
  total=$(count_in "$result" total) bad=$(count_in "$result" failed)
  errors=$(count_in "$result" errors) ignored=$(count_in "$result" skipped)
  passed=$((passed + $(count_in "$result" passed)))
  skipped=$((skipped + ignored))
  failed=$((failed + bad + errors))
  [ "$bad" -eq 0 ] || mapfile -t -O ${#failures[@]} failures < <(names_of "$result" Fail)
  [ "$errors" -eq 0 ] || failures+=("$project: $errors errors outside of tests, see above")
  [ "$total" -gt 0 ] || echo "$project has no tests yet."
  if [ "$ignored" -gt 0 ]; then
    echo "Skipped:"
    reasons_of_skipped "$result"
  fi

  # Crashed after the results were written; and the two accounts of one run must agree.
  if [ "$code" -ne 0 ] && [ $((bad + errors)) -eq 0 ]; then fail "$project ended with exit code $code though no test failed"; fi
  grep -qE "^ +$project +Total: $total(\$|, Errors: $errors, Failed: $bad, Skipped: $ignored,)" "$log" \
    || fail "$project: the summary on the console is not the one in $result"
}

selected="$*"
for argument in "$@"; do
  case $argument in
    core | app | fleet | browser | format) ;;
    -h | --help) usage; exit 0 ;;
    *) usage >&2; exit 2 ;;
  esac
done
[ -n "$selected" ] || selected="core app fleet browser format"

rm -rf "$results"
mkdir -p "$results"
check_sdk
install_missing
install_welcome
install_applications
build
if wants format; then check_format; fi
if wants core; then run_assembly ProxyGuard.Core.Tests 300; fi
if wants app; then run_assembly ProxyGuard.Tests 600; fi
if wants fleet; then run_assembly ProxyGuard.FleetTests 2700; fi
if wants browser; then run_assembly ProxyGuard.BrowserTests 900; fi
finish
