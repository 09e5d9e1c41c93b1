#!/usr/bin/env bash
# Takes the README's pictures from a demo of its own, which it breaks, mends and ends.
set -euo pipefail

here=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd)
root=$(dirname -- "$here")
demo() { bash "$root/config/demo.sh" "$@"; }

usage() {
  cat <<USAGE
Takes the README's pictures from a demo that it starts, breaks and ends by itself:

  bash docs/pictures.sh

  docs/banner.png         the photos with the banner, while the replicas catch up
  docs/banner-phone.png   the same at a phone's width
  docs/status.png         the status page, while the replicas catch up

PICTURES_DIRECTORY  where to put them (default docs)
PICTURES_LOCALE     the reader's language, such as de-DE (default en-GB)
PICTURES_SCHEME     light or dark (default light)
PICTURES_PORT       the first of eight free ports in a row (default 8380)

Needs what config/demo.sh needs, Chromium in /usr/bin/chromium, curl, and 500 MB in /tmp.
USAGE
}

case ${1:-} in
  "") ;;
  -h | --help | help) usage; exit 0 ;;
  *) usage >&2; exit 1 ;;
esac

port=${PICTURES_PORT:-8380}
first=$((port + 2))
site=http://127.0.0.1:$port
work=$(mktemp -d)
export PICTURES_SITE=$site/ PICTURES_DIRECTORY=${PICTURES_DIRECTORY:-$here}
started=

finish() {
  if [ -n "$started" ]; then
    demo stop --directory "$work/demo" || true
    wait "$started" || true
  fi
  rm -rf "$work"
}
trap finish EXIT

fail() { printf '%s\n' "$@" >&2; exit 1; }

# $1: seconds. $2: what for. Then a command.
wait_until() {
  local left=$1 what=$2
  shift 2
  until "$@"; do
    [ "$left" -gt 0 ] || fail "$what has not come; the demo said:" "$(cat "$work/demo.log")"
    left=$((left - 1))
    sleep 1
  done
}

is_open() { grep -q "The photo club is open" "$work/demo.log"; }
is_read_only() { curl -fsS "$site/_proxyguard/status.json" | grep -q '"mode":"read-only"'; }

take() {
  dotnet test --no-build --project "$root/tests/ProxyGuard.BrowserTests/ProxyGuard.BrowserTests.csproj" \
    --explicit only --filter-method "ProxyGuard.BrowserTests.Pictures.$1" >"$work/take.log" 2>&1 || fail "$(cat "$work/take.log")"
}

mkdir -p "$PICTURES_DIRECTORY"
dotnet build --nologo -v quiet "$root/tests/ProxyGuard.BrowserTests" >"$work/build.log" 2>&1 || fail "$(cat "$work/build.log")"
demo run --port "$port" --admin-port $((port + 1)) --first-port "$first" --directory "$work/demo" >"$work/demo.log" 2>&1 &
started=$!
wait_until 300 "The demo" is_open

# They catch up for some ninety seconds, on every machine.
demo break backlog --directory "$work/demo"
wait_until 30 "Read-only mode" is_read_only
take The_banner_over_the_photos
take The_banner_over_the_photos_on_a_phone
take The_status_page_while_the_replicas_catch_up
ls -l "$PICTURES_DIRECTORY"/*.png
