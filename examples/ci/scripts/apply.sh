#!/bin/sh
# apply.sh ENVIRONMENT [FILE SHA256]: applies exactly what was reviewed, and nothing else.
#
# FILE is a saved plan, or a .txt file with the changes_sha256 of one, and SHA256 is the hash of FILE
# as the forge computed it. Without them nothing was reviewed.
# Whenever it is refused (6), a new plan is made, for a person to look at and to start by hand. If
# nothing was reviewed and nothing is to be done, that is a success.
# ALLOW: gates that this person acknowledges, such as "delete,recreate".
# PROJECT, REDACT: as for plan.sh.
set -uf
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
# shellcheck source=/dev/null
. "$here/run.sh"
environment=$1 file=${2:-} sha256=${3:-}
cd "${PROJECT:-.}" || exit 3

set --
for gate in $(printf '%s' "${ALLOW:-}" | tr ',' ' '); do
  set -- "$@" --allow "$gate"
done

case $file in
  '')
    echo "No reviewed plan was found for this commit." >&2
    code=6
    ;;
  *.txt)
    if echo "$sha256  $file" | sha256sum --check --status; then
      run apply -e "$environment" --auto-approve --expect-changes "$(cat "$file")" "$@"
      code=$?
    else
      echo "$file is missing, or is not the file that was uploaded." >&2
      code=6
    fi
    ;;
  *)
    run apply "$file" --expect-sha256 "$sha256" "$@"
    code=$?
    ;;
esac

if [ "$code" -eq 6 ]; then
  echo "Not applied. What would be applied now:"
  if (PROJECT=. "$here/plan.sh" "$environment") && [ -z "$file" ] &&
    grep -q '^{"applyable":false,' "plan-$environment.json"; then
    echo "Nothing is left to apply."
    exit 0
  fi
  echo "A person looks at this plan, and starts the apply job by hand with the id of this run." >&2
fi
exit "$code"
