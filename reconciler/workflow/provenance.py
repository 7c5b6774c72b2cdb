"""The commit of the manifests and the page of the CI run, from the runner's variables and from git.

git itself is not run, because the settings of a repository may name commands.
"""

import re
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Final

from reconciler.ledger.git_index import work_tree
from reconciler.regular_file import read_regular
from reconciler.system_text import from_system

COMMITS: Final = {
    "GITHUB_SHA": "GitHub Actions",
    "CI_COMMIT_SHA": "GitLab",
    "GIT_COMMIT": "Jenkins",
    "BUILD_SOURCEVERSION": "Azure Pipelines",
    "BITBUCKET_COMMIT": "Bitbucket",
    "CIRCLE_SHA1": "CircleCI",
    "BUILDKITE_COMMIT": "Buildkite",
}
"""The variables that name a commit, and whose they are; the first that is set counts."""
RUN_PAGES: Final = {
    "CI_JOB_URL": "GitLab",
    "BUILD_URL": "Jenkins",
    "CIRCLE_BUILD_URL": "CircleCI",
    "BUILDKITE_BUILD_URL": "Buildkite",
}
"""The variables that hold the URL of a run, and whose they are."""
_COMMIT = re.compile(r"[0-9a-f]{7,64}")
_REFERENCE = re.compile(r"refs/[^\s\\]+")
_LARGEST = 4 * 1024 * 1024


def commit_of(environ: Mapping[str, str], folder: Path) -> str:
    """The commit of the manifests: the runner's, or else what is checked out; "" if none is known.

    Changes that are not committed do not show.
    """
    named = (environ[name].strip().lower() for name in COMMITS if name in environ)
    found = next((one for one in named if _COMMIT.fullmatch(one)), "")
    return found or _checked_out(folder)


def page_of(environ: Mapping[str, str]) -> str:
    """The page of the CI run, or "" if the runner does not set it."""
    server, repository, run = (
        environ.get(f"GITHUB_{key}", "") for key in ("SERVER_URL", "REPOSITORY", "RUN_ID")
    )
    if server and repository and run:
        return from_system(f"{server}/{repository}/actions/runs/{run}")
    return from_system(next((environ[key] for key in RUN_PAGES if key in environ), ""))


def _checked_out(folder: Path) -> str:
    """The commit that `.git/HEAD` names, directly or by a branch."""
    with suppress(OSError):
        tree = work_tree(folder.resolve() / "any")
        if tree is not None:
            return _resolved(tree.git)
    return ""


def _resolved(git: Path) -> str:
    head = _text(git / "HEAD")
    name = head.removeprefix("ref:").strip()
    if head.startswith("ref:") and _REFERENCE.fullmatch(name) and ".." not in name:
        # A work tree of its own keeps its branches with the repository's other ones.
        common = git / (_text(git / "commondir") or ".")
        packed = (line.partition(" ") for line in _text(common / "packed-refs").splitlines())
        by_name = {reference: commit for commit, _, reference in packed}
        head = _text(common / name) or by_name.get(name, "")
    return head if _COMMIT.fullmatch(head) else ""


def _text(file: Path) -> str:
    try:
        return read_regular(file, _LARGEST).decode("ascii", "replace").strip()
    except OSError:
        return ""
