#!/usr/bin/env bash
# Tries what README.md and docs/*.md tell users to do: asks Maven's repositories for each artefact, opens each link, runs
# the commands of the README, and checks the options and scripts of all others. Ends with "N passed, N failed".
#   scripts/check_documents.sh
set -euo pipefail

ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
# shellcheck source=../tools/common.sh
. "$ROOT/tools/common.sh"

[ -x "$ROOT/lib/cli/target/limelight/bin/limelight" ] \
  || fail "the command line is not built; run ./lab test or mvn -B -q -DskipTests package first"
need_maven
need_python
WORK=$(mktemp -d)
trap 'rm -rf "$WORK"' EXIT
"$PYTHON" "$ROOT/scripts/documents.py" "$ROOT" "$WORK"
