#!/bin/sh
# drift.sh ENVIRONMENT: compares the vendors with git. Exits with 2 if they differ.
#
# Writes drift-ENVIRONMENT.md. PROJECT, REDACT: as for plan.sh.
set -u
# shellcheck source=/dev/null
. "$(dirname -- "$0")/run.sh"
cd "${PROJECT:-.}" || exit 3
run drift -e "$1" --markdown "drift-$1.md"
