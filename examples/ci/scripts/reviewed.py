"""Finds the plan that people reviewed before a commit was merged. GitHub; standard library only.

    python3 reviewed.py --artifact plan-production.json [--run ID]

1. For a commit of the merge queue: the plan run of exactly this commit.
2. Otherwise: the last successful plan run of the head commit of the pull request that was merged as
   this commit, whether merged, squashed or rebased.
3. With `--run`, which a person gives: that run, if it is one of the default branch.

It prints outputs for the next steps: `found`, `run`, `artifact`, `sha256`, `request`. The hash is
that of the API, computed when the file was uploaded: no comment and no file is trusted.

Exits with 0 whether there is a plan or not (`reason` says why not), and with 1 if the forge does
not answer.
"""

import argparse
import os
import re
import sys
import time
import urllib.parse
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from forge import Forge, Refused, Unavailable, say

PLAN = ".github/workflows/plan.yml"
APPLY = ".github/workflows/apply.yml"
_DIGEST = re.compile(r"sha256:([0-9a-f]{64})")


class NotFound(Exception):
    """There is no plan that was reviewed for this commit; the text says why."""


class Repository:
    """The repository of this job, and its runs."""

    def __init__(self, forge: Forge, name: str) -> None:
        self._forge = forge
        self._name = name
        self._path = f"/repos/{name}"

    def default_branch(self) -> str:
        """Its name."""
        return str(self._forge.get(self._path)["default_branch"])

    def merged_request(self, commit: str) -> Any:
        """The pull request that was merged as this commit; raises NotFound."""
        base = self.default_branch()
        found = [
            one
            for one in self._forge.get(f"{self._path}/commits/{commit}/pulls", per_page=100)
            if one["merged_at"] and one["merge_commit_sha"] == commit and one["base"]["ref"] == base
        ]
        if len(found) != 1:
            raise NotFound(f"commit {commit} is not the merge of one pull request")
        return found[0]

    def run_of(self, commit: str, event: str) -> Any:
        """The last successful plan run of a commit, of this repository; raises NotFound."""
        workflow = urllib.parse.quote(PLAN.rpartition("/")[2])
        query: dict[str, str | int] = {"head_sha": commit, "event": event, "status": "success"}
        answer = self._forge.get(
            f"{self._path}/actions/workflows/{workflow}/runs", **query, per_page=100
        )
        runs = [
            one
            for one in answer["workflow_runs"]
            if (one["head_sha"], one["event"], one["conclusion"]) == (commit, event, "success")
            and self._is_ours(one, PLAN)
        ]
        if not runs:
            raise NotFound(f"no plan run of commit {commit} succeeded")
        return max(runs, key=lambda one: int(one["run_number"]))

    def chosen_run(self, number: int) -> Any:
        """A run that a person chose, of the default branch; raises NotFound for any other."""
        run = self._forge.get(f"{self._path}/actions/runs/{number}")
        if not self._is_ours(run, APPLY) or run["head_branch"] != self.default_branch():
            raise NotFound(f"run {number} is not an apply run of the default branch")
        return run

    def artifact(self, run: Any, name: str) -> tuple[int, str]:
        """The id and the SHA-256 of a run's artifact; raises NotFound."""
        path = f"{self._path}/actions/runs/{run['id']}/artifacts"
        rows = self._forge.get(path, name=name, per_page=100)["artifacts"]
        found = [one for one in rows if one["name"] == name]
        if not found:
            raise NotFound(f"run {run['id']} has no artifact {name}")
        last = max(found, key=lambda one: int(one["id"]))
        if last["expired"]:
            raise NotFound(f"artifact {name} of run {run['id']} has expired")
        digest = _DIGEST.fullmatch(str(last.get("digest")))
        of = last.get("workflow_run") or {}
        if (of.get("id"), of.get("head_sha")) != (run["id"], run["head_sha"]) or digest is None:
            raise NotFound(f"artifact {name} is not proven to be of run {run['id']}")
        return int(last["id"]), digest[1]

    def _is_ours(self, run: Any, workflow: str) -> bool:
        """Whether a run is of this workflow and of a branch of this repository, not of a fork."""
        head = (run["head_repository"] or {}).get("full_name")
        return head == self._name and str(run["path"]).partition("@")[0] == workflow


def find(repository: Repository, commit: str, artifact: str, chosen: int) -> Iterator[str]:
    """The outputs, line by line; the last one says whether there is a plan."""
    try:
        if chosen:
            run = repository.chosen_run(chosen)
        else:
            run, request = _run_of_merge(repository, commit)
            yield f"request={request}" if request else ""
        number, sha256 = repository.artifact(run, artifact)
    except NotFound as problem:
        yield f"reason={problem}"
        yield "found=false"
        return
    yield from (f"run={run['id']}", f"artifact={number}", f"sha256={sha256}", "found=true")


def _run_of_merge(repository: Repository, commit: str) -> tuple[Any, int]:
    """The plan run that was reviewed, and the number of its pull request or 0."""
    try:
        return repository.run_of(commit, "merge_group"), 0
    except NotFound:
        request = repository.merged_request(commit)
    return repository.run_of(request["head"]["sha"], "pull_request"), int(request["number"])


def main(
    arguments: Sequence[str],
    environ: Mapping[str, str],
    pause: Callable[[float], None] = time.sleep,
) -> int:
    """Print the outputs, and append them to GITHUB_OUTPUT."""
    parser = argparse.ArgumentParser(description="Finds the plan that people reviewed.")
    parser.add_argument("--artifact", required=True)
    parser.add_argument("--run", default="", help="the id of a run; empty for none")
    given = parser.parse_args(arguments)
    if given.run and not given.run.isdecimal():
        parser.error("a run's id is a number")
    headers = {
        "Authorization": f"Bearer {environ.get('GITHUB_TOKEN', '')}",
        "Accept": "application/vnd.github+json",
        "X-GitHub-Api-Version": "2022-11-28",
    }
    forge = Forge(environ.get("GITHUB_API_URL", "https://api.github.com"), headers, pause)
    repository = Repository(forge, environ["GITHUB_REPOSITORY"])
    try:
        found = find(repository, environ["GITHUB_SHA"], given.artifact, int(given.run or 0))
        lines = [line for line in found if line]
    except (Refused, Unavailable) as problem:
        say(f"The reviewed plan cannot be looked up: {problem}", "error")
        return 1
    text = "".join(f"{line}\n" for line in lines)
    sys.stdout.write(text)
    if path := environ.get("GITHUB_OUTPUT"):
        with Path(path).open("a", encoding="utf-8") as outputs:
            outputs.write(text)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:], os.environ))
