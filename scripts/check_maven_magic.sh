#!/usr/bin/env bash
# Follows "In your own notebook" in README.md to the letter: its install, with an empty home folder, and its three
# cells on a bare JJava kernel outside the checkout. Ends with "N passed, N failed".
#   scripts/check_maven_magic.sh
set -euo pipefail

ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
# shellcheck source=../tools/common.sh
. "$ROOT/tools/common.sh"

python="$ROOT/.lab/venv/bin/python"
[ -x "$python" ] || fail "there is no .lab/venv; run ./lab setup first"
WORK=$(mktemp -d)
trap 'rm -rf "$WORK"' EXIT

git clone -q "file://$ROOT" "$WORK/clone"
mkdir -p "$WORK/home" "$WORK/notebook"
link_repository "$WORK/home/.m2/repository"
cp -R "$ROOT/notebooks/data/models/cats-vs-dogs" "$ROOT/notebooks/data/photos/tabby_cat.jpg" "$WORK/notebook"
path="$ROOT/.lab/venv/bin:$(bare_path)"

install=$(sed -n 's/^mvn .* install$/&/p' "$ROOT/README.md")
[ -n "$install" ] || fail 'README.md has no line "mvn ... install"'
# shellcheck disable=SC2086
if ! (cd "$WORK/clone" && bare "$WORK/home" "$path" $install); then
  echo "FAILED: $install"
  echo "0 passed, 1 failed"
  exit 1
fi
echo "ok: $install"
status=0
bare "$WORK/home" "$path" "$python" "$ROOT/scripts/three_cells.py" "$ROOT/README.md" "$WORK/notebook" || status=1
echo "$((2 - status)) passed, $status failed"
exit "$status"
