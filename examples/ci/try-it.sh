#!/bin/sh
# try-it.sh: rehearses the whole flow on this machine, from `init` to a reviewed, applied change.
#
# It needs git, curl, python3, and reconciler on the path. The vendor is the simulator, the forge is
# rehearsal/fake_forge.py, and everything lies in a new folder below /tmp, which is removed at the end.
# The scripts that run are those of a real job. Nobody is contacted.
set -eu
kit=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
work=$(mktemp -d)
simulator='' forge=''
trap 'kill $simulator $forge 2>/dev/null; rm -rf "$work"' EXIT
cd "$work"

step() { printf '\n== %s\n' "$1"; }
show() { # COMMAND...: prints a command and runs it
  printf '$ %s\n' "$*"
  "$@"
}
wait_for() { # FILE: until something is in it
  tries=0
  until [ -s "$1" ]; do
    tries=$((tries + 1))
    [ "$tries" -lt 200 ] || { echo "$1 stays empty" >&2; exit 1; }
    sleep 0.1
  done
}

step 'A vendor and a forge'
reconciler simulator --seed 1 --port 0 >simulator.log 2>&1 &
simulator=$!
python3 "$kit/rehearsal/fake_forge.py" "$work/forge.url" &
forge=$!
wait_for simulator.log
wait_for forge.url
vendor_url=$(sed -n 's/^Simulating .* at \(http[^ ]*\)\. .*/\1/p' simulator.log)
forge_url=$(cat forge.url)

# What a real job gets from its protected environment, and from its forge.
export CI=true KORE_JWT=simulator-token RECONCILER_STATE_DIR="$work/machine"
export RECONCILER_ALLOWED_STATE="$work/ledger" RECONCILER_ALLOWED_HOSTS="${vendor_url#http://}"
export GITHUB_WORKFLOW_REF=acme/campaigns/.github/workflows/apply.yml@refs/heads/main
export GITHUB_API_URL="$forge_url" GITHUB_REPOSITORY=acme/campaigns GITHUB_TOKEN=none
export ENVIRONMENT=production
export GIT_AUTHOR_NAME=Author GIT_AUTHOR_EMAIL=author@example.com
export GIT_COMMITTER_NAME=Author GIT_COMMITTER_EMAIL=author@example.com
export GIT_CONFIG_GLOBAL=/dev/null

tell() { # NAME JSON: tells the forge what happened
  curl -fsS -o answer -H 'Content-Type: application/json' -d "$2" "$forge_url/_/$1"
}
ran() { # ID COMMIT EVENT CONCLUSION
  case $3 in pull_request) file=plan branch=topic ;; *) file=apply branch=main ;; esac
  tell run "{\"id\": $1, \"run_number\": $1, \"head_sha\": \"$2\", \"head_branch\": \"$branch\",
    \"event\": \"$3\", \"conclusion\": \"$4\", \"path\": \".github/workflows/$file.yml\",
    \"head_repository\": {\"full_name\": \"acme/campaigns\"}}"
}
upload() { # RUN: the plan in this folder
  curl -fsS -o answer -H 'Content-Type: application/octet-stream' --data-binary @plan-production.json \
    "$forge_url/_/artifact?run=$1&name=plan-production.json"
}
plan_job() { # RUN COMMIT REQUEST
  (
    git clone -q "$work/origin" "$work/plan-$1" && cd "$work/plan-$1" && git checkout -q "$2"
    export HEAD_COMMIT="$2"
    show .ci/plan.sh "$ENVIRONMENT"
    ran "$1" "$2" pull_request success
    upload "$1"
    show python3 .ci/comment.py plan-production.md --environment "$ENVIRONMENT" --request "$3"
  )
}
apply_job() { # RUN COMMIT [CHOSEN [ALLOW]]: prints; its exit code is in `code`
  code=0
  (
    git clone -q "$work/origin" "$work/apply-$1" && cd "$work/apply-$1" && git checkout -q "$2"
    : >outputs
    export GITHUB_RUN_ID="$1" GITHUB_SHA="$2" GITHUB_OUTPUT=outputs ALLOW="${4:-}"
    show python3 .ci/reviewed.py --artifact plan-production.json --run "${3:-}"
    # The outputs are `name=value`, and no value of these has a blank.
    artifact=$(sed -n 's/^artifact=//p' outputs) sha256=$(sed -n 's/^sha256=//p' outputs) file=
    if [ -n "$artifact" ]; then
      file=reviewed.json
      curl -fsS -o "$file" "$forge_url/_/artifact/$artifact"
    fi
    code=0
    show .ci/apply.sh "$ENVIRONMENT" "$file" "$sha256" || code=$?
    if [ "$code" -eq 6 ]; then
      ran "$1" "$2" push failure
      upload "$1"
    fi
    exit "$code"
  ) || code=$?
}
ends() { # EXPECTED
  [ "$code" -eq "$1" ] || { echo "The apply job ended with $code instead of $1." >&2; exit 1; }
  case $1 in
    0) echo '-- As expected: the job succeeded (0).' ;;
    6) echo '-- As expected: refused with 6.' ;;
  esac
}
merge() { # BRANCH REQUEST HOW: merges on the forge; the new commit is in `merged`
  (
    git clone -q "$work/origin" "$work/merge-$2" && cd "$work/merge-$2"
    case $3 in
      merge) git merge -q --no-ff -m "Merge $1" "origin/$1" ;;
      squash) git merge -q --squash "origin/$1" >/dev/null && git commit -q -m "$1 (#$2)" ;;
    esac
    git push -q origin main
  )
  merged=$(git -C "$work/origin" rev-parse main)
  tell pull "{\"number\": $2, \"merged_at\": \"now\", \"merge_commit_sha\": \"$merged\",
    \"base\": {\"ref\": \"main\"}, \"head\": {\"sha\": \"$(git -C "$work/origin" rev-parse "$1")\"},
    \"commits\": [\"$merged\"]}"
}

step 'A repository with a project, and a ledger that outlives every job'
git init -q --bare --initial-branch=main origin
git clone -q origin author 2>/dev/null
cd author
git checkout -q -b main
CI='' reconciler init . >/dev/null
cp -r "$kit/scripts" .ci
mkdir -p "$work/ledger"
cat >reconciler.yaml <<END
apiVersion: reconciler/v1
kind: Project
manifests: [campaigns]
state: $work/ledger/state.db
planExpiry: 7d
environments:
  production:
    targets:
      retention:
        provider: kore
        baseUrl: $vendor_url
        api: v2
        appId: st-11111111-2222-5333-8444-555555555555
        accountId: 67777ce93e25326494e90000
        auth: {token: {env: KORE_JWT}}
        sendsOnWrite: possibly
END
git add -A && git commit -q -m 'A project' && git push -q origin main
show reconciler validate
show reconciler ledger init -e production --reason 'a rehearsal' --auto-approve

step 'Pull request 1: a new campaign. Its plan is reviewed, squashed and applied'
git checkout -q -b new-campaign
sed -i.bak 's/^  description: .*/  description: Reminds of a renewal./' campaigns/renewal-reminder.yaml
rm -f campaigns/*.bak
git commit -q -a -m 'Say what it is for' && git push -q origin new-campaign
plan_job 1 "$(git rev-parse HEAD)" 1
merge new-campaign 1 squash
apply_job 2 "$merged"
ends 0
echo '-- Somebody starts the same job again:'
apply_job 3 "$merged"
ends 0

step 'Pull request 2: the vendor changes between review and merge. A person looks again'
git checkout -q main && git pull -q origin main && git checkout -q -b other-priority
sed -i.bak 's/^  priority: .*/  priority: 4/' campaigns/renewal-reminder.yaml
rm -f campaigns/*.bak
git commit -q -a -m 'Another priority' && git push -q origin other-priority
plan_job 4 "$(git rev-parse HEAD)" 2
id=$(curl -fsS "$vendor_url/_simulator/campaigns" | python3 -c '
import json, sys
found = json.load(sys.stdin)["campaigns"]
print(next(one["id"] for one in found if one["name"] == "Renewal Reminder"))')
curl -fsS -o answer -X PATCH -d '{"description": "Edited in the console."}' \
  "$vendor_url/_simulator/campaigns/$id"
merge other-priority 2 merge
apply_job 5 "$merged"
ends 6
echo '-- After a look at the new plan:'
apply_job 6 "$merged" 5
ends 0

step 'A push without a pull request has no reviewed plan'
git checkout -q main && git pull -q origin main
sed -i.bak 's/^  priority: .*/  priority: 3/' campaigns/renewal-reminder.yaml
rm -f campaigns/*.bak
git commit -q -a -m 'Pushed' && git push -q origin main
apply_job 7 "$(git rev-parse HEAD)"
ends 6

step 'What the forge shows: the comment with the last plan, without its hidden marker'
curl -fsS "$forge_url/repos/acme/campaigns/issues/1/comments?per_page=100" | python3 -c '
import json, sys
print(*json.load(sys.stdin)[0]["body"].splitlines()[1:], sep="\n")'

step 'What the ledger remembers'
show reconciler history
printf '\nThe rehearsal went as it should.\n'
