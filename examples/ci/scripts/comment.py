"""Puts a plan on its pull request: one comment, replaced by each later run. Standard library only.

    python3 comment.py plan.md --project . --environment production

It finds its comment by a marker *and* by its author, so that nobody else's text is taken for it.
The marker holds the project's path and the environments, so that each of them gets a comment.

Whatever the forge answers, it exits with 0 and at most prints a warning: the plan is good without a
comment.

GitHub: GITHUB_TOKEN (with pull-requests: write), and the variables that every job has.
GitLab: RECONCILER_COMMENT_TOKEN (scope api), and the variables that every job has.
"""

import argparse
import json
import os
import sys
import time
import urllib.parse
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple, Protocol

from forge import Forge, Refused, Unavailable, github, hidden, repeated, say, writer

LONGEST = 65_000
"""In UTF-16 units; GitHub takes 65,536."""


class Comment(NamedTuple):
    """A comment on a pull request."""

    id: int
    author: str
    body: str


class Thread(Protocol):
    """The comments of one pull request."""

    forge: Forge

    def author(self) -> str:
        """The name under which we write."""

    def comments(self) -> Iterator[Comment]:
        """All of them, the oldest first."""

    def create(self, body: str) -> None:
        """Add a comment."""

    def replace(self, comment: Comment, body: str) -> None:
        """Give a comment another text."""

    def remove(self, comment: Comment) -> None:
        """Remove a comment."""


class GitHub:
    """A pull request on GitHub."""

    def __init__(self, forge: Forge, repository: str, number: int) -> None:
        self.forge = forge
        self._issues = f"/repos/{repository}/issues"
        self._number = number

    def author(self) -> str:
        """See `Thread.author`."""
        return writer(self.forge)

    def comments(self) -> Iterator[Comment]:
        """See `Thread.comments`."""
        for row in self.forge.pages(f"{self._issues}/{self._number}/comments"):
            yield Comment(row["id"], (row["user"] or {}).get("login", ""), row["body"] or "")

    def create(self, body: str) -> None:
        """See `Thread.create`."""
        self.forge.send("POST", f"{self._issues}/{self._number}/comments", {"body": body})

    def replace(self, comment: Comment, body: str) -> None:
        """See `Thread.replace`."""
        self.forge.send("PATCH", f"{self._issues}/comments/{comment.id}", {"body": body})

    def remove(self, comment: Comment) -> None:
        """See `Thread.remove`."""
        self.forge.send("DELETE", f"{self._issues}/comments/{comment.id}")


class GitLab:
    """A merge request on GitLab."""

    def __init__(self, forge: Forge, project: str, number: int) -> None:
        self.forge = forge
        project = urllib.parse.quote(project, safe="")
        self._notes = f"/projects/{project}/merge_requests/{number}/notes"

    def author(self) -> str:
        """See `Thread.author`."""
        return str(self.forge.get("/user")["username"])

    def comments(self) -> Iterator[Comment]:
        """See `Thread.comments`."""
        for row in self.forge.pages(self._notes, sort="asc", order_by="created_at"):
            yield Comment(row["id"], row["author"]["username"], row["body"])

    def create(self, body: str) -> None:
        """See `Thread.create`."""
        self.forge.send("POST", self._notes, {"body": body})

    def replace(self, comment: Comment, body: str) -> None:
        """See `Thread.replace`."""
        self.forge.send("PUT", f"{self._notes}/{comment.id}", {"body": body})

    def remove(self, comment: Comment) -> None:
        """See `Thread.remove`."""
        self.forge.send("DELETE", f"{self._notes}/{comment.id}")


def marker(project: str, environments: Sequence[str]) -> str:
    """The invisible line that a comment begins with."""
    return hidden({"environments": sorted(environments), "project": project})


def publish(thread: Thread, mark: str, text: str) -> None:
    """Replace our comment that has the marker, or add one; raises Refused or Unavailable."""
    body = f"{mark}\n{text}"
    if len(body.encode("utf-16-le")) > 2 * LONGEST:
        body = f"{mark}\n{_TOO_LONG}"
    try:
        repeated(lambda: _put(thread, mark, body), thread.forge.pause)
    except Refused as problem:
        if problem.status not in (400, 413, 422):
            raise
        _put(thread, mark, f"{mark}\n{_TOO_LONG}")


_TOO_LONG = "The plan cannot be shown here. The job that made it shows all of it."


def _put(thread: Thread, mark: str, body: str) -> None:
    """Look again in each try: what seemed to fail may have arrived."""
    author = thread.author()
    ours = [
        one
        for one in thread.comments()
        if one.author == author and one.body.partition("\n")[0].strip() == mark
    ]
    if not ours:
        thread.create(body)
        return
    if ours[0].body != body:
        thread.replace(ours[0], body)
    for further in ours[1:]:
        thread.remove(further)


def thread_of(
    environ: Mapping[str, str], number: int | None, pause: Callable[[float], None]
) -> Thread | None:
    """The pull request of this job, or the one with this number; None if there is none."""
    if environ.get("GITLAB_CI") == "true":
        number = number or int(environ.get("CI_MERGE_REQUEST_IID") or 0)
        token = environ.get("RECONCILER_COMMENT_TOKEN", "")
        forge = Forge(environ["CI_API_V4_URL"], {"PRIVATE-TOKEN": token}, pause)
        return GitLab(forge, environ["CI_PROJECT_ID"], number) if number else None
    number = number or _number_of_event(environ)
    if not number:
        return None
    return GitHub(github(environ, pause), environ["GITHUB_REPOSITORY"], number)


def _number_of_event(environ: Mapping[str, str]) -> int:
    event = json.loads(Path(environ["GITHUB_EVENT_PATH"]).read_text("utf-8"))
    return int(event.get("pull_request", {}).get("number", 0))


def main(
    arguments: Sequence[str],
    environ: Mapping[str, str],
    pause: Callable[[float], None] = time.sleep,
) -> int:
    """Read the options and publish the comment; always 0, except for wrong options."""
    parser = argparse.ArgumentParser(description="Puts a plan on its pull request.")
    parser.add_argument("file", type=Path, help="the Markdown")
    parser.add_argument("--project", default=".", help="the project's path in the repository")
    parser.add_argument("--environment", action="append", default=[], dest="environments")
    parser.add_argument("--request", type=int, help="the number of the pull request")
    given = parser.parse_args(arguments)
    try:
        thread = thread_of(environ, given.request, pause)
        if thread is None:
            say("This run has no pull request, so there is no comment.")
            return 0
        text = given.file.read_text("utf-8")
        publish(thread, marker(given.project, given.environments), text)
    except (Refused, Unavailable, OSError, KeyError, TypeError, ValueError) as problem:
        why = f"{problem} is not set" if isinstance(problem, KeyError) else str(problem)
        say(f"The plan is not on its pull request: {why}", "warning")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:], os.environ))
