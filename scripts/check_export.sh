#!/usr/bin/env bash
# Exports a model with its heatmap and runs it by the three programs of docs/EXPORT.md: Python, a browser, and Java
# without Limelight. Each must give the map of `limelight explain`. Ends with "N passed, N failed".
#   scripts/check_export.sh
set -euo pipefail

ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
# shellcheck source=../tools/common.sh
. "$ROOT/tools/common.sh"

WEB=onnxruntime-web@1.30.0
FIXTURES="$ROOT/lib/core/src/test/resources/fixtures"
LIMELIGHT="$ROOT/lib/cli/target/limelight/bin/limelight"

[ -x "$LIMELIGHT" ] || fail "the command line is not built; run ./lab test or mvn -B -q -DskipTests package first"
command -v npm >/dev/null || fail "npm is missing; install Node.js"
need_python
python="$ROOT/.lab/export/bin/python"
if ! cmp -s "$ROOT/scripts/requirements-export.txt" "$ROOT/.lab/export/.requirements"; then
  "$PYTHON" -m venv "$ROOT/.lab/export"
  "$python" -m pip install -q --disable-pip-version-check -r "$ROOT/scripts/requirements-export.txt"
  cp "$ROOT/scripts/requirements-export.txt" "$ROOT/.lab/export/.requirements"
fi
WORK=$(mktemp -d)
trap 'rm -rf "$WORK"' EXIT
(cd "$WORK" && npm install --silent --no-audit --no-fund "$WEB")

for method in grad-cam layer-cam saliency spotlight grad-spotlight; do
  mkdir -p "$WORK/$method"
  "$LIMELIGHT" export --model "$FIXTURES/tiny-resnet.onnx" --method "$method" --out "$WORK/$method/net-with-map.onnx" >/dev/null
  "$LIMELIGHT" explain --model "$FIXTURES/tiny-resnet.onnx" --tensor "$FIXTURES/golden.npz:x" --method "$method" \
    --out "$WORK/$method/explained" >/dev/null
  ln -s ../node_modules "$WORK/$method/node_modules"
done
# ONNX's own checker is stricter than ONNX Runtime.
"$LIMELIGHT" export --model "$ROOT/lib/onnx/src/test/resources/outputs/softmax.pt2" --out "$WORK/program.onnx" >/dev/null
"$python" -c 'import onnx, sys; onnx.checker.check_model(sys.argv[1], full_check=True)' "$WORK/program.onnx"
runtime=$(find "$ROOT/lib/cli/target/limelight/lib" -name 'onnxruntime-[0-9]*.jar')
"$python" "$ROOT/scripts/exported.py" "$ROOT/docs/EXPORT.md" "$FIXTURES/golden.npz" "$runtime" "$WORK"/{grad-cam,layer-cam,saliency,spotlight,grad-spotlight}
