"""Every environment variable that reconciler itself reads, with its meaning; data only.

Variables that only libraries read, such as those of object stores, and those that a project file
names for its credentials are not among them.
"""

from collections.abc import Mapping

VARIABLES: Mapping[str, str] = {
    "RECONCILER_CONFIG": "The project file, if `-c` is not given; `reconciler.yaml` by default.",
    "RECONCILER_ENV": "The environment, if `-e` is not given; `defaultEnvironment` by default.",
    "RECONCILER_IN_AUTOMATION": "If set, nobody watches this run: a create that finds no existing "
    "ledger stops at gate `new-ledger`.",
    "CI": "As `RECONCILER_IN_AUTOMATION`; runs also wait 5 minutes for a lock by default.",
    "RECONCILER_ALLOWED_HOSTS": "Hosts, with or without a port and separated by commas, that "
    "`baseUrl` may name besides the vendors' own and this machine.",
    "RECONCILER_ALLOW_EXEC": "`1` allows `exec` references to credentials, which run a command.",
    "RECONCILER_PROXY": "The proxy to the vendors, such as "
    "`http://user:password@proxy.example:3128`. This machine is reached without it.",
    "RECONCILER_CA_FILE": "A PEM file of certificates that are trusted besides the public roots.",
    "NO_COLOR": "If set, nothing is coloured.",
    "GITHUB_SERVER_URL": "With the next two: the address of the CI run, for locks and the history.",
    "GITHUB_REPOSITORY": "See `GITHUB_SERVER_URL`.",
    "GITHUB_RUN_ID": "See `GITHUB_SERVER_URL`.",
    "CI_JOB_URL": "The address of the CI run on GitLab, for locks and the history.",
    "BUILD_URL": "The address of the CI run on Jenkins, for locks and the history.",
    "CIRCLE_BUILD_URL": "The address of the CI run on CircleCI, for locks and the history.",
    "GITHUB_SHA": "The commit, for the history.",
    "CI_COMMIT_SHA": "The commit on GitLab, for the history.",
}
