#!/usr/bin/env bash
# Times what a newcomer waits for: the two commands of README.md from an empty home folder, downloads included, until
# JupyterLab answers, and until notebook 00 has run on its kernel. README.md gets the times.
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
# Spoken to from inside of the environment that ./lab makes; the server needs a port and no browser of this machine.
took=$(bare "$WORK/home" "$(bare_path)" bash tools/served.sh "$PWD/.lab/venv/bin/python" 00-start-here.ipynb ./lab) \
  || fail "the two commands of README.md do not end in a notebook that runs; see above"
"$PYTHON" - "$took" "$cloning" "$(cores)" "$(du -sm "$WORK" | cut -f 1)" >"$WORK/said" <<'PY'
import datetime, json, sys
took, cloning, cores, megabytes = json.loads(sys.argv[1]), *map(int, sys.argv[2:])
cores = f"{cores} core{'s' if cores > 1 else ''}"
print(
    f"From an empty home folder, all downloads included, JupyterLab answered after {cloning + took['answered']} s, the first heatmap of notebook 00 was there\n"
    f"after {cloning + took['first']} s and its last cell had run after {cloning + took['done']} s ({cores}, {datetime.date.today()}); {megabytes} MB of disk were in use then, downloads kept.\n"
    f"Measured by `scripts/cold_start.sh --write`, which runs these two commands."
)
PY
cat "$WORK/said"
if [ "${1:-}" = --write ]; then
  "$PYTHON" "$ROOT/tools/readme.py" "cold start" <"$WORK/said"
fi
