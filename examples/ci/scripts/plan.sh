#!/bin/sh
# plan.sh ENVIRONMENT: makes the plan that people review, and prints what an apply can be bound to.
#
# Writes plan-ENVIRONMENT.json, the same for people as plan-ENVIRONMENT.md, and its changes_sha256 as
# changes-ENVIRONMENT.txt.
# PROJECT: the project's folder, by default this one. HEAD_COMMIT: the commit that people review.
# REDACT: see run.sh.
set -u
# shellcheck source=/dev/null
. "$(dirname -- "$0")/run.sh"
usage "$#" 1 'plan.sh ENVIRONMENT'
environment=$1
cd "${PROJECT:-.}" || exit 3
plan=plan-$environment.json
changes=changes-$environment.txt
log=plan-$environment.log
rm -f "$plan" "$changes"

# shellcheck disable=SC2329 # `through` calls it
keep() { tee "$log"; }
code=0
through keep run plan -e "$environment" --out "$plan" --markdown "plan-$environment.md" || code=$?
[ -z "${HEAD_COMMIT:-}" ] || echo "  head commit: $HEAD_COMMIT"
sed -n 's/^  changes_sha256: //p' "$log" | head -n 1 >"$changes"
rm -f "$log"
exit $code
