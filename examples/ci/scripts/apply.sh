#!/bin/sh
# apply.sh ENVIRONMENT [FILE SHA256]: applies exactly what was reviewed, and nothing else.
#
# FILE is a saved plan, or a .txt file with the changes_sha256 of one, and SHA256 is the hash of FILE
# as the forge computed it. Without them nothing was reviewed.
# Whenever it is refused (6), a new plan is made. If that has nothing to do, as when the job runs again
# after a success, this is a success. Otherwise a person looks at it, and starts it by hand.
# ALLOW: gates that this person accepts, such as "delete,recreate".
# PROJECT, REDACT: as for plan.sh.
set -uf
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
# shellcheck source=/dev/null
. "$here/run.sh"
usage "$#" 1 'apply.sh ENVIRONMENT [FILE SHA256]'
environment=$1 file=${2:-} sha256=${3:-}
cd "${PROJECT:-.}" || exit 3

# look_first: says how a person goes on after a look at the new plan.
look_first() {
  if [ -z "${GITHUB_RUN_ID:-}" ]; then
    echo "A person looks at this plan, and starts a new run by hand."
    return
  fi
  workflow=${GITHUB_WORKFLOW_REF%%@*}
  cat <<END
A person looks at this plan, and then runs
    gh workflow run ${workflow##*/} -f run=$GITHUB_RUN_ID
If gates are listed, with those that they accept: -f allow=GATE,GATE
END
}

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
  planned=0
  (PROJECT=. "$here/plan.sh" "$environment") || planned=$?
  case $planned in
    0)
      if grep -q '^{"applyable":false,' "plan-$environment.json"; then
        echo "Nothing is left to apply."
        exit 0
      fi
      look_first >&2
      ;;
    7) look_first >&2 ;;
    *) echo "The new plan failed ($planned). Start the job again when the cause is gone." >&2 ;;
  esac
fi
exit "$code"
