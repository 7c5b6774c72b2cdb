# shellcheck shell=sh
# `. run.sh`: gives the other scripts `usage`, `run` and `through`.

# usage GIVEN NEEDED LINE: ends the script with 3 if it has fewer words than it needs.
usage() {
  [ "$1" -ge "$2" ] || { echo "usage: $3" >&2; exit 3; }
}

# through FILTER COMMAND...: the output of a command through a filter; ends as the command does.
#
# A pipe, as the job's own log is one: into a file, reconciler writes neither annotations nor the lines
# that keep the runner from obeying foreign text.
through() (
  filter=$1
  shift
  status=$(mktemp)
  {
    code=0
    "$@" || code=$?
    echo "$code" >"$status"
  } | "$filter"
  code=$(cat "$status")
  rm -f "$status"
  exit "$code"
)

# run COMMAND...: reconciler with these words.
# REDACT: lists,texts in a public repository, whose log everybody reads. Then only annotations, which
# hide them, and the hashes of a plan are printed.
run() {
  if [ -z "${REDACT:-}" ]; then
    reconciler "$@"
  else
    through public everything "$@" --redact "$REDACT"
  fi
}

everything() { reconciler "$@" 2>&1; }
public() { grep -E '^(::(error|warning|notice)[ :]|  (plan|sha256|changes_sha256): )'; }
