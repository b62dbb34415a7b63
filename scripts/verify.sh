#!/usr/bin/env bash
# Installs what the tests need and then runs all of them. Where it may not install, it prints the command to run and fails.
set -euo pipefail
cd "$(dirname "$0")/.."

# Where clamd is: an ordinary user's path may lack it.
export PATH="$PATH:/usr/sbin"

# Commands that tests start, with the Debian package of each.
needed=("openssl:openssl" "redis-server:redis-server" "bwrap:bubblewrap" "clamd:clamav-daemon")

missing=()
for entry in "${needed[@]}"; do
  command -v "${entry%%:*}" >/dev/null || missing+=("${entry##*:}")
done
# A module for the Python of the system: the first one in the path may be another.
/usr/bin/python3 -c "import google.protobuf, grpc" 2>/dev/null || missing+=("python3-grpcio" "python3-protobuf")

if [ ${#missing[@]} -gt 0 ]; then
  if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    apt-get update -qq
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq "${missing[@]}"
  else
    echo "verify: the tests need ${missing[*]}. On Debian or Ubuntu: sudo apt-get install ${missing[*]}" >&2
    exit 1
  fi
fi

exec npm test
