"""Keeps one issue about drift per environment: made, replaced and closed. Standard library only.

    python3 issue.py drift.md --project . --environment production --code 2

With code 2 (drift) the issue has the text of the file, and is made if there is none. With code 0 it
is closed. With any other code nobody knows, and it stays as it is.

It finds its issue by a marker *and* by its author, as `comment.py` does, and only among open ones:
drift that comes back gets a new issue. Whatever the forge answers, it exits with 0.

GitHub: GITHUB_TOKEN (with issues: write). GitLab: RECONCILER_COMMENT_TOKEN (scope api).
"""

import argparse
import os
import sys
import time
import urllib.parse
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple, Protocol

from forge import Forge, Refused, Unavailable, github, hidden, repeated, say, writer

DRIFT, CALM = 2, 0
_OVER = "There is no drift any more."


class Issue(NamedTuple):
    """An open issue."""

    number: int
    author: str
    body: str


class Tracker(Protocol):
    """The open issues of one repository."""

    forge: Forge

    def author(self) -> str:
        """The name under which we write."""

    def issues(self) -> Iterator[Issue]:
        """The open ones."""

    def open(self, title: str, body: str) -> None:
        """Make an issue."""

    def replace(self, issue: Issue, body: str) -> None:
        """Give an issue another text."""

    def close(self, issue: Issue, body: str) -> None:
        """Give it a last text and close it."""


class GitHub:
    """A repository on GitHub."""

    def __init__(self, forge: Forge, repository: str) -> None:
        self.forge = forge
        self._issues = f"/repos/{repository}/issues"

    def author(self) -> str:
        """See `Tracker.author`."""
        return writer(self.forge)

    def issues(self) -> Iterator[Issue]:
        """See `Tracker.issues`; pull requests are issues, too, and are left out."""
        for row in self.forge.pages(self._issues, state="open"):
            if "pull_request" not in row:
                yield Issue(row["number"], (row["user"] or {}).get("login", ""), row["body"] or "")

    def open(self, title: str, body: str) -> None:
        """See `Tracker.open`."""
        self.forge.send("POST", self._issues, {"title": title, "body": body})

    def replace(self, issue: Issue, body: str) -> None:
        """See `Tracker.replace`."""
        self.forge.send("PATCH", f"{self._issues}/{issue.number}", {"body": body})

    def close(self, issue: Issue, body: str) -> None:
        """See `Tracker.close`."""
        state = {"body": body, "state": "closed", "state_reason": "completed"}
        self.forge.send("PATCH", f"{self._issues}/{issue.number}", state)


class GitLab:
    """A project on GitLab."""

    def __init__(self, forge: Forge, project: str) -> None:
        self.forge = forge
        self._issues = f"/projects/{urllib.parse.quote(project, safe='')}/issues"

    def author(self) -> str:
        """See `Tracker.author`."""
        return str(self.forge.get("/user")["username"])

    def issues(self) -> Iterator[Issue]:
        """See `Tracker.issues`."""
        for row in self.forge.pages(self._issues, state="opened", scope="created_by_me"):
            yield Issue(row["iid"], row["author"]["username"], row["description"] or "")

    def open(self, title: str, body: str) -> None:
        """See `Tracker.open`."""
        self.forge.send("POST", self._issues, {"title": title, "description": body})

    def replace(self, issue: Issue, body: str) -> None:
        """See `Tracker.replace`."""
        self.forge.send("PUT", f"{self._issues}/{issue.number}", {"description": body})

    def close(self, issue: Issue, body: str) -> None:
        """See `Tracker.close`."""
        state = {"description": body, "state_event": "close"}
        self.forge.send("PUT", f"{self._issues}/{issue.number}", state)


def marker(project: str, environment: str) -> str:
    """The invisible line that an issue begins with."""
    return hidden({"drift": environment, "project": project})


def keep(tracker: Tracker, mark: str, title: str, text: str, code: int) -> None:
    """Make, replace or close our issue; raises Refused or Unavailable."""
    repeated(lambda: _keep(tracker, mark, title, text, code), tracker.forge.pause)


def _keep(tracker: Tracker, mark: str, title: str, text: str, code: int) -> None:
    """Look again in each try: what seemed to fail may have arrived."""
    author = tracker.author()
    ours = [
        one
        for one in tracker.issues()
        if one.author == author and one.body.partition("\n")[0].strip() == mark
    ]
    body = f"{mark}\n{text}"
    if code == CALM:
        for one in ours:
            tracker.close(one, f"{mark}\n{_OVER}")
    elif not ours:
        tracker.open(title, body)
    elif ours[0].body != body:
        tracker.replace(ours[0], body)


def tracker_of(environ: Mapping[str, str], pause: Callable[[float], None]) -> Tracker:
    """The repository of this job."""
    if environ.get("GITLAB_CI") == "true":
        token = environ.get("RECONCILER_COMMENT_TOKEN", "")
        forge = Forge(environ["CI_API_V4_URL"], {"PRIVATE-TOKEN": token}, pause)
        return GitLab(forge, environ["CI_PROJECT_ID"])
    return GitHub(github(environ, pause), environ["GITHUB_REPOSITORY"])


def main(
    arguments: Sequence[str],
    environ: Mapping[str, str],
    pause: Callable[[float], None] = time.sleep,
) -> int:
    """Read the options and keep the issue; always 0, except for wrong options."""
    parser = argparse.ArgumentParser(description="Keeps one issue about drift.")
    parser.add_argument("file", type=Path, help="the Markdown that drift --issue wrote")
    parser.add_argument("--project", default=".", help="the project's path in the repository")
    parser.add_argument("--environment", required=True)
    parser.add_argument("--code", type=int, required=True, help="the exit code of drift")
    given = parser.parse_args(arguments)
    if given.code not in (DRIFT, CALM):
        say("Whether there is drift is not known, so the issue stays as it is.")
        return 0
    try:
        text = given.file.read_text("utf-8") if given.code == DRIFT else ""
        title = f"Drift in {given.environment}"
        mark = marker(given.project, given.environment)
        keep(tracker_of(environ, pause), mark, title, text, given.code)
    except (Refused, Unavailable, OSError, KeyError, TypeError, ValueError) as problem:
        why = f"{problem} is not set" if isinstance(problem, KeyError) else str(problem)
        say(f"The issue about drift was not kept: {why}", "warning")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:], os.environ))
