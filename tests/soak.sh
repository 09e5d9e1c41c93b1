#!/usr/bin/env bash
# Builds, and runs what takes minutes: servers that hang or are frozen, side by side, for as long as people leave them. It waits more than it works.
# The last line is "N passed, N failed, N skipped"; the exit code is 0 only when nothing failed.
set -euo pipefail

cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.."
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 MSBUILDDISABLENODEREUSE=1 DOTNET_CLI_USE_MSBUILD_SERVER=0

project=tests/ProxyGuard.FleetTests
results=$PWD/TestResults
log=$results/soak.log result=$results/soak.xml

usage() {
  cat <<USAGE
bash tests/soak.sh [METHOD]...

  Without an argument: servers that hang for ten minutes each, side by side (12 minutes), and servers that are frozen for a hundred
  seconds and count interrupted handshakes (6 minutes). METHOD is a filter for other explicit tests, such as
    '*on_the_other_servers'        every remedy on MariaDB 10.5, 10.11, 11.8 and MySQL 9.7 (9 minutes)
    '*speak_another_language'      every remedy on servers whose own words are German or French (14 minutes)
    '*nothing_in_ten_minutes'      what looks like a stalled primary and is none (41 minutes)
    '*wrote_for_five_minutes'      own writes while replicas stop and start (6 minutes)
  Full volumes are small tmpfs mounts: as root. Servers that are not there are left out: bash tests/servers.sh brings them.
USAGE
}

count_in() { grep -o '<assembly [^>]*>' "$result" | grep -o " $1=\"[0-9]*\"" | tr -dc '0-9'; }

case ${1-} in -h | --help) usage; exit 0 ;; esac
[ $# -gt 0 ] || set -- '*hang_for_ten_minutes*' '*frozen_for_a_hundred_seconds*'

filters=()
for method in "$@"; do filters+=(-method "$method"); done

mkdir -p "$results"
dotnet build "$project" -c Release --nologo -v minimal --disable-build-servers
code=0
timeout --kill-after=20 3600 dotnet "$project/bin/Release/net10.0/ProxyGuard.FleetTests.dll" "${filters[@]}" -explicit only \
  -noColor -noLogo -showLiveOutput -result-xml "$result" </dev/null 2>&1 | tee "$log" || code=$?
[ -s "$result" ] || { echo "the tests ended with exit code $code before they wrote their results"; exit 1; }
printf '\n%d passed, %d failed, %d skipped\n' "$(count_in passed)" "$(($(count_in failed) + $(count_in errors)))" "$(count_in skipped)"
exit "$code"
