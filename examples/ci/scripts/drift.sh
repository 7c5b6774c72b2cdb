#!/bin/sh
# drift.sh ENVIRONMENT [OPTION...]: compares the vendors with git. Exits with 2 if they differ.
#
# Writes drift-ENVIRONMENT.md, the text of an issue. ISSUE=on: keep one issue about it, with the token
# that issue.py names. PROJECT, REDACT: as for plan.sh. The options are those of `reconciler drift`: with
# -q nothing is printed where there is no drift.
set -u
here=$(cd "$(dirname -- "$0")" && pwd)
# shellcheck source=/dev/null
. "$here/run.sh"
usage "$#" 1 'drift.sh ENVIRONMENT [OPTION...]'
environment=$1
shift
cd "${PROJECT:-.}" || exit 3
code=0
run drift -e "$environment" --issue "drift-$environment.md" "$@" || code=$?
if [ "${ISSUE:-}" = on ]; then
  python3 "$here/issue.py" "drift-$environment.md" --project "${PROJECT:-.}" --environment "$environment" \
    --code "$code"
fi
exit "$code"
