# shellcheck shell=sh
# `. .ci/oidc.sh`: lets the forge's token stand for LEDGER_ROLE, so that no key of the bucket is stored.
#
# Bitbucket gives BITBUCKET_STEP_OIDC_TOKEN, GitLab what `id_tokens` names LEDGER_TOKEN.
token_file=$(mktemp)
printf '%s' "${BITBUCKET_STEP_OIDC_TOKEN:-$LEDGER_TOKEN}" >"$token_file"
export AWS_ROLE_ARN="$LEDGER_ROLE" AWS_WEB_IDENTITY_TOKEN_FILE="$token_file"
