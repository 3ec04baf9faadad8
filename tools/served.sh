#!/usr/bin/env bash
# Starts a JupyterLab, waits until it answers and runs a notebook on one of its kernels, as a reader in a browser would.
#   tools/served.sh PYTHON NOTEBOOK COMMAND...   NOTEBOOK is a path on the server; PYTHON may be installed by COMMAND
# Prints the output of served.py.
set -euo pipefail

TOOLS=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
python=$1 notebook=$2
shift 2
port=$((20000 + RANDOM % 20000))
as_root=()
[ "$(id -u)" != 0 ] || as_root=(--allow-root)
export LIMELIGHT_TOKEN=$RANDOM$RANDOM
started=$(date +%s)
"$@" --no-browser --port="$port" --ServerApp.port_retries=0 --IdentityProvider.token="$LIMELIGHT_TOKEN" ${as_root[@]+"${as_root[@]}"} >&2 &
server=$!
trap 'kill "$server" 2>/dev/null; wait "$server" 2>/dev/null || true' EXIT
until (: <>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; do
  kill -0 "$server" 2>/dev/null || { echo "limelight: the server ended before it answered; see above" >&2; exit 1; }
  sleep 0.2
done
"$python" "$TOOLS/served.py" --port "$port" --server "$server" --started "$started" "$notebook"
