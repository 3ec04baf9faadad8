#!/usr/bin/env bash
# Runs Binder's steps without Docker: a clean clone, an empty home folder, Binder's initial environment,
# postBuild, and a notebook on the server that start runs, without a network. Ends with "N passed, N failed".
#   binder/check.sh [--cold] [--write]
#     --cold    download every Java library again, instead of linking to those of this machine
#     --write   put the measured memory into docs/SETUP.md
set -euo pipefail

ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
# shellcheck source=../tools/common.sh
. "$ROOT/tools/common.sh"
cold=0 write=0
for option in "$@"; do
  case "$option" in
    --cold) cold=1 ;;
    --write) write=1 ;;
    *) fail "unknown option \"$option\"; choose from: --cold, --write" ;;
  esac
done

NOTEBOOK=notebooks/00-start-here.ipynb
# Binder guarantees 1 GB and gives up to 2; a second kernel must fit in.
MOST_MEGABYTES=1200
need_python
PYTHON=$(command -v "$PYTHON")
WORK=$(mktemp -d)
trap 'rm -rf "$WORK"' EXIT
passed=0 failed=0
ok() { echo "ok: $*"; passed=$((passed + 1)); }
bad() { echo "FAILED: $*"; failed=$((failed + 1)); }
skip() { echo "skipped: $*"; }
closing() { echo "$passed passed, $failed failed"; [ "$failed" = 0 ]; }

for folder in . binder; do
  for file in Dockerfile environment.yml; do
    [ ! -e "$ROOT/$folder/$file" ] || bad "$folder/$file switches the other files of binder/ off"
  done
done
for script in postBuild start; do
  [ -x "$ROOT/binder/$script" ] && ok "binder/$script can be run" || bad "binder/$script is not executable"
done

if command -v apt-get >/dev/null 2>&1; then
  # shellcheck disable=SC2046
  apt-get -s -qq install $(cat "$ROOT/binder/apt.txt") >/dev/null 2>"$WORK/apt" \
    && ok "apt knows every package of apt.txt" || skip "apt-get -s install: $(tail -n 1 "$WORK/apt")"
else
  skip "apt.txt: there is no apt here"
fi

git clone -q "file://$ROOT" "$WORK/clone"

# In a separate environment, as on Binder, where it is outside the image.
tool="$ROOT/.lab/binder"
if { [ -x "$tool/bin/jupyter-repo2docker" ] || "$PYTHON" -m venv "$tool"; } \
    && "$tool/bin/python" -m pip install -q --disable-pip-version-check -r "$WORK/clone/binder/requirements-test.txt" \
    && "$tool/bin/jupyter-repo2docker" --no-build --debug "$WORK/clone" >"$WORK/dockerfile" 2>&1; then
  for line in 'apt-get install .*maven openjdk-17-jdk-headless' 'pip install .*binder/requirements.txt' \
      'RUN ./binder/postBuild' 'R2D_ENTRYPOINT=.*/binder/start'; do
    grep -Eq "$line" "$WORK/dockerfile" && ok "repo2docker writes: $line" || bad "repo2docker's Dockerfile lacks: $line"
  done
else
  bad "repo2docker: $(tail -n 1 "$WORK/dockerfile" 2>/dev/null || echo "it cannot be installed")"
fi

[ "$cold" = 1 ] || link_repository "$WORK/home/.m2/repository"
mkdir -p "$WORK/home"
# The folder of the checkout is passed as on Binder, so that postBuild cleans up after itself.
within=(bare "$WORK/home" "$WORK/venv/bin:$(bare_path)" env "REPO_DIR=$WORK/clone")

# repo2docker starts with its own versions, and our requirements are installed over them. Binder opens JupyterLab, so
# pip's warning that the older notebook package needs an older JupyterLab has no effect.
base=$(sed -nE 's#.*/(notebook|jupyterlab)-([0-9.]+)-.*#\1==\2#p' \
  "$tool"/lib/python*/site-packages/repo2docker/buildpacks/conda/environment.py-3.11-linux-64.lock 2>/dev/null || true)
"$PYTHON" -m venv "$WORK/venv"
# shellcheck disable=SC2086
(cd "$WORK/clone" && "${within[@]}" python -m pip install -q --disable-pip-version-check $base \
  && "${within[@]}" python -m pip install -q --disable-pip-version-check -r binder/requirements.txt) \
  && ok "requirements.txt installs over ${base//$'\n'/ and }" || bad "requirements.txt does not install"

started=$SECONDS
if (cd "$WORK/clone" && "${within[@]}" bash binder/postBuild); then
  ok "postBuild runs with an empty home in $((SECONDS - started)) s"
else
  bad "postBuild fails"
  closing
  exit
fi
[ -f "$WORK/clone/.lab/models/layout_cdla.onnx" ] && ok "the document layout detector of notebook 11 is in the image" \
  || skip "the document layout detector of notebook 11 was not downloaded; see above"
engines=$(ls "$WORK/home/.djl.ai")
[ "$engines" = mxnet ] && ok "it unpacked MXNet, and no other engine" || bad "it unpacked: ${engines:-no engine}"
others=$(cd "$WORK/clone/lib" && find . -name '*pytorch-native*' -o -name 'spark-*.jar' | head -n 3)
[ -z "$others" ] && ok "no engine of PyTorch and no Spark is in the image" || bad "the image has $others"

cut=()
if unshare -rn true 2>/dev/null; then
  # A separate network with only the loopback interface, which the kernel's sockets need.
  cut=(unshare -rn bash -c 'ip link set lo up 2>/dev/null || python3 -c "
import fcntl, socket, struct
s = socket.socket(); r = struct.pack(\"16sh\", b\"lo\", 0)
f = struct.unpack(\"16sh\", fcntl.ioctl(s, 0x8913, r))[1]
fcntl.ioctl(s, 0x8914, struct.pack(\"16sh\", b\"lo\", f | 1))"; exec "$@"' --)
else
  skip "cutting the network: unshare -rn is not allowed here"
fi
if took=$(cd "$WORK/clone" && "${within[@]}" ${cut[@]+"${cut[@]}"} bash tools/served.sh "$WORK/venv/bin/python" "$NOTEBOOK" \
    bash binder/start jupyter lab 2>"$WORK/server"); then
  read -r kernel all < <("$PYTHON" -c 'import json, sys
most = json.load(sys.stdin)["megabytes"]; print(most["kernel"], most["all"])' <<<"$took")
  ok "$NOTEBOOK runs on the server${cut:+ without a network}"
  memory="its kernel needs $kernel MB, with the server $all MB"
  [ "$all" -le "$MOST_MEGABYTES" ] && ok "$memory" || bad "$memory, more than $MOST_MEGABYTES"
  if [ "$write" = 1 ]; then
    echo "Notebook 00 used $kernel MB of memory in its kernel, and $all MB with JupyterLab (measured on $(date +%F) by \`binder/check.sh --write\`)." \
      | "$PYTHON" "$ROOT/tools/setup_page.py" binder
  fi
else
  tail -n 20 "$WORK/server"
  bad "$NOTEBOOK does not run on the server"
fi
closing
