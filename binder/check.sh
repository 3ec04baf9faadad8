#!/usr/bin/env bash
# Does by hand what Binder does, without Docker: a clean clone, a fresh environment, postBuild, and a
# notebook through start with the network cut. Ends with "N passed, N failed".
#   binder/check.sh [NOTEBOOK]      the first notebook by default
set -euo pipefail

HERE=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
WORK=$(mktemp -d)
trap 'rm -rf "$WORK"' EXIT
passed=0 failed=0
ok() { echo "ok: $*"; passed=$((passed + 1)); }
bad() { echo "FAILED: $*"; failed=$((failed + 1)); }
skip() { echo "skipped: $*"; }

PYTHON=${PYTHON:-python3}
MOST_MEGABYTES=1200

[ ! -e "$HERE/Dockerfile" ] && [ ! -e "$HERE/environment.yml" ] && [ ! -e "$HERE/binder/Dockerfile" ] \
  && [ ! -e "$HERE/binder/environment.yml" ] \
  && ok "nothing switches the files in binder/ off" || bad "a Dockerfile or environment.yml switches binder/ off"

for script in postBuild start; do
  [ -x "$HERE/binder/$script" ] && ok "binder/$script can be run" || bad "binder/$script is not executable"
done

if command -v apt-get >/dev/null 2>&1; then
  # shellcheck disable=SC2046
  apt-get -s -qq install $(cat "$HERE/binder/apt.txt") >/dev/null 2>"$WORK/apt" \
    && ok "apt knows every package of apt.txt" || skip "apt-get -s install: $(tail -n 1 "$WORK/apt")"
else
  skip "apt.txt: there is no apt here"
fi

git clone -q "file://$HERE" "$WORK/clone"
"$PYTHON" -m venv "$WORK/venv"
"$WORK/venv/bin/python" -m pip install -q --disable-pip-version-check -r "$WORK/clone/binder/requirements.txt" \
  && ok "requirements.txt installs into a fresh environment" || bad "requirements.txt does not install"

# Binder's own start is as bare as this: a path and a home. Jupyter's own files stay out of the home.
JAVA_BIN=$(dirname "$(command -v java)")
bare=(env -i "PATH=$WORK/venv/bin:$JAVA_BIN:/usr/local/bin:/usr/bin:/bin" "HOME=$HOME" LANG=C.UTF-8
  "JUPYTER_DATA_DIR=$WORK/jupyter")
(cd "$WORK/clone" && "${bare[@]}" bash binder/postBuild) \
  && ok "postBuild runs in a bare environment" || bad "postBuild fails"

cut=()
if unshare -rn true 2>/dev/null; then
  # A network of its own with nothing but the way to itself, which the kernel's sockets need.
  cut=(unshare -rn bash -c 'ip link set lo up 2>/dev/null || python3 -c "
import fcntl, socket, struct
s = socket.socket(); r = struct.pack(\"16sh\", b\"lo\", 0)
f = struct.unpack(\"16sh\", fcntl.ioctl(s, 0x8913, r))[1]
fcntl.ioctl(s, 0x8914, struct.pack(\"16sh\", b\"lo\", f | 1))"; exec "$@"' --)
else
  skip "cutting the network: unshare -rn is not allowed here"
fi

notebook=${1:-$(cd "$WORK/clone/notebooks" 2>/dev/null && ls ./*.ipynb 2>/dev/null | head -n 1)}
if [ -z "$notebook" ]; then
  skip "running a notebook: there is none"
else
  name=$(basename "$notebook" .ipynb)
  cat >"$WORK/run.py" <<'PY'
import sys, threading
import nbformat, psutil
from nbclient import NotebookClient
most, over = [0], threading.Event()
def watch():
    while not over.wait(0.5):
        total = 0
        for child in psutil.Process().children(recursive=True):
            try:
                total += child.memory_info().rss
            except psutil.Error:
                pass
        most[0] = max(most[0], total // 2**20)
threading.Thread(target=watch, daemon=True).start()
notebook = nbformat.read(sys.argv[1], 4)
try:
    NotebookClient(notebook, kernel_name="java", timeout=900, resources={"metadata": {"path": sys.argv[2]}}).execute(stderr=-3)
finally:
    over.set()
print(most[0])
PY
  if megabytes=$(cd "$WORK/clone" && ${cut[@]+"${cut[@]}"} "${bare[@]}" bash binder/start python "$WORK/run.py" "notebooks/$name.ipynb" notebooks | tail -n 1); then
    ok "$name runs through start${cut:+ without a network}"
    [ "$megabytes" -le "$MOST_MEGABYTES" ] && ok "its kernel needs $megabytes MB" \
      || bad "its kernel needs $megabytes MB, more than $MOST_MEGABYTES"
  else
    bad "$name does not run through start"
  fi
fi

if command -v jupyter-repo2docker >/dev/null 2>&1; then
  jupyter-repo2docker --no-build --debug "$WORK/clone" >"$WORK/dockerfile" 2>&1 \
    && grep -q postBuild "$WORK/dockerfile" && ok "repo2docker writes its Dockerfile" || bad "repo2docker: $(tail -n 1 "$WORK/dockerfile")"
else
  skip "repo2docker: not installed (binder/requirements-test.txt)"
fi

echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
