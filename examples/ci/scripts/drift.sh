#!/bin/sh
# drift.sh ENVIRONMENT: compares the vendors with git. Exits with 2 if they differ.
#
# Writes drift-ENVIRONMENT.md, the text of an issue. ISSUE=on: keep one issue about it, with the token
# that issue.py names. PROJECT, REDACT: as for plan.sh.
set -u
here=$(cd "$(dirname -- "$0")" && pwd)
# shellcheck source=/dev/null
. "$here/run.sh"
cd "${PROJECT:-.}" || exit 3
code=0
run drift -e "$1" --issue "drift-$1.md" || code=$?
if [ "${ISSUE:-}" = on ]; then
  python3 "$here/issue.py" "drift-$1.md" --project "${PROJECT:-.}" --environment "$1" --code "$code"
fi
exit "$code"
