#!/usr/bin/env bash
# Measures how long a newcomer waits: runs the two commands of README.md from an empty home folder, downloads included,
# until JupyterLab answers and until notebook 00 has run on its kernel. --write puts the times into docs/SETUP.md.
#   scripts/cold_start.sh [--write]
set -euo pipefail

ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
# shellcheck source=../tools/common.sh
. "$ROOT/tools/common.sh"

need_python
WORK=$(mktemp -d)
trap 'rm -rf "$WORK"' EXIT
mkdir "$WORK/home"
clone=$(sed -n 's#^git clone [^ ]* \(limelight && cd limelight\)$#git clone -q file://'"$ROOT"' \1#p' "$ROOT/README.md")
[ -n "$clone" ] && grep -qx './lab' "$ROOT/README.md" || fail "README.md has no \"git clone ... limelight && cd limelight\" and \"./lab\""

started=$(date +%s)
cd "$WORK"
eval "$clone"
cloning=$(($(date +%s) - started))
# Called from inside the environment that ./lab creates; the server needs a port but no browser.
took=$(bare "$WORK/home" "$(bare_path)" bash tools/served.sh "$PWD/.lab/venv/bin/python" 00-start-here.ipynb ./lab) \
  || fail "the two commands of README.md do not lead to a running notebook; see above"
"$PYTHON" - "$took" "$cloning" "$(cores)" "$(du -sm "$WORK" | cut -f 1)" >"$WORK/said" <<'PY'
import datetime, json, sys
took, cloning, cores, megabytes = json.loads(sys.argv[1]), *map(int, sys.argv[2:])
cores = f"{cores} core{'s' if cores > 1 else ''}"
print(
    f"Starting from an empty home folder, with all downloads included, JupyterLab answered after {cloning + took['answered']} s, the first heatmap of notebook 00\n"
    f"appeared after {cloning + took['first']} s and its last cell finished after {cloning + took['done']} s ({cores}, {datetime.date.today()}). This used {megabytes} MB of disk, with the downloads kept.\n"
    f"Measured by `scripts/cold_start.sh --write`, which runs these two commands."
)
PY
cat "$WORK/said"
if [ "${1:-}" = --write ]; then
  "$PYTHON" "$ROOT/tools/setup_page.py" "cold start" <"$WORK/said"
fi
