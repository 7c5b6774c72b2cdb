#!/bin/sh
# fork.sh NUMBER: says in the job's summary who can start the plan of a fork's pull request.
set -u
case ${1:-} in
  '' | *[!0-9]*) echo 'usage: fork.sh NUMBER' >&2; exit 3 ;;
esac
[ -z "${GITHUB_STEP_SUMMARY:-}" ] || exec >>"$GITHUB_STEP_SUMMARY"
cat <<END
The manifests are valid. There is no plan: this pull request comes from a fork, and a fork gets no
secret.

Whoever may push to this repository can start one, after they have read **every** changed file, not
only the manifests:

    git fetch origin pull/$1/head:fork-$1
    git push origin fork-$1

Then open a pull request for the branch \`fork-$1\`.
END
