"""Every environment variable that reconciler itself reads, with its meaning; data only.

Not listed: variables that only libraries read, such as those of object stores, and variables that
a project file names for its credentials, except their prefixes.
"""

from collections.abc import Mapping

VARIABLES: Mapping[str, str] = {
    "RECONCILER_CONFIG": "The project file, if `-c` is not given; `reconciler.yaml` by default.",
    "RECONCILER_ENV": "The environment, if `-e` is not given; `defaultEnvironment` by default.",
    "RECONCILER_IN_AUTOMATION": "If set, the run is unattended: `plan` does not say what to run "
    "next. Empty, `0`, `false` and `no` count as unset.",
    "CI": "Like `RECONCILER_IN_AUTOMATION`. Runs also wait 20 minutes for a lock by default, and "
    "`ledger init` refuses a ledger file inside a git work tree.",
    "RECONCILER_STATE_DIR": "A folder of this machine that outlives the run. It holds the highest "
    "state of each ledger that this machine has seen (gate `ledger-behind`), by default in the "
    "platform's folder for state, such as `~/.local/state/reconciler`. If it is set, `ledger init` "
    "accepts a ledger file inside a git work tree although `CI` is set.",
    "RECONCILER_ALLOWED_HOSTS": "Hosts, with or without a port and separated by commas, that "
    "`baseUrl` may name in addition to the provider's own. If `CI` is set, this machine must be "
    "listed, too.",
    "RECONCILER_ALLOWED_CREDENTIALS": "The credentials that targets may use, separated by commas; "
    "see below. By default each provider has names of its own.",
    "RECONCILER_CREDENTIAL_*": "Variables for credentials of any provider. No other variable that "
    "begins with `RECONCILER_` is ever a credential.",
    "RECONCILER_EXEC_*": "The command line of a credential helper: `RECONCILER_EXEC_NAME` for "
    "`{exec: NAME}`.",
    "CREDENTIALS_DIRECTORY": "The folder of a service's credentials, which systemd sets. A "
    "project file may name files below it.",
    "RECONCILER_PLAN_KEY": "The keys that sign and check saved plans, separated by commas: the "
    "first one signs, and each is accepted. A key has at least 32 bytes.",
    "RECONCILER_ALLOWED_STATE": "Places of the ledger: URL prefixes such as `s3://bucket/team` and "
    "folders, separated by commas. If it or `CI` is set, `state` must be on the list, or below "
    "the project's `.reconciler`.",
    "RECONCILER_CACHE_DIR": "A folder for the cache of readings. By default the cache lies in the "
    "bucket of the ledger, or beside its file; if `CI` is set, no cache in a work tree is used.",
    "RECONCILER_PROXY": "The proxy to the vendors, such as "
    "`http://user:password@proxy.example:3128`. It is not used for this machine.",
    "RECONCILER_CA_FILE": "A PEM file of certificates to trust in addition to the public roots.",
    "RECONCILER_NOTIFY": "Webhooks that `drift` tells when drift begins, grows and ends, one URL a "
    "line; see [notifications](../guides/drift.md#messages).",
    "RECONCILER_HEARTBEAT": "A URL that `drift` calls after each run that looked at everything.",
    "RECONCILER_CI_OUTPUT": "If `off`, a run on GitHub Actions or GitLab writes no annotations, "
    "outputs, summary and counts; see [outputs](outputs.md).",
    "NO_COLOR": "If set, output is not coloured.",
    "COLUMNS": "The width of the terminal, if it is not the one that the terminal tells.",
    "TERM": "If `dumb`, the terminal gets lines in place of bars.",
    "GITHUB_ACTIONS": "If `true`, the runner is told to obey no line of the output; see "
    "[output](commands.md#output). It gets [annotations, outputs and a summary](outputs.md).",
    "GITHUB_OUTPUT": "The file for the outputs of the step.",
    "GITHUB_STEP_SUMMARY": "The file for the summary of the step.",
    "GITHUB_WORKSPACE": "The repository's folder: annotations and reports name files below it.",
    "GITLAB_CI": "If `true`, `plan` writes its [counts](outputs.md#gitlab) for the merge request.",
    "CI_PROJECT_DIR": "The repository's folder on GitLab.",
    "GITHUB_SERVER_URL": "With the next two: the URL of the CI run, for locks and the history.",
    "GITHUB_REPOSITORY": "See `GITHUB_SERVER_URL`.",
    "GITHUB_RUN_ID": "See `GITHUB_SERVER_URL`.",
    "CI_JOB_URL": "The URL of the CI run on GitLab, for locks and the history.",
    "BUILD_URL": "The URL of the CI run on Jenkins, for locks and the history.",
    "CIRCLE_BUILD_URL": "The URL of the CI run on CircleCI, for locks and the history.",
    "BUILDKITE_BUILD_URL": "The URL of the CI run on Buildkite, for locks and the history.",
    "GITHUB_SHA": "The commit, for plans and the history. If none of these variables is set, it is "
    "read from `.git`. Changes that are not committed do not show.",
    "CI_COMMIT_SHA": "The commit on GitLab.",
    "GIT_COMMIT": "The commit on Jenkins.",
    "BUILD_SOURCEVERSION": "The commit on Azure Pipelines.",
    "BITBUCKET_COMMIT": "The commit on Bitbucket.",
    "CIRCLE_SHA1": "The commit on CircleCI.",
    "BUILDKITE_COMMIT": "The commit on Buildkite.",
}
