"""Finds the plan that people reviewed before a commit was merged. GitHub; standard library only.

    python3 reviewed.py --artifact plan-production.json [--workflow plan.yml] [--run ID]

1. For a commit of the merge queue: the plan run of exactly this commit.
2. Otherwise: the last successful plan run of the head commit of the pull request that was merged as
   this commit, whether merged, squashed or rebased.
3. With `--run`, which a person gives: that run of this workflow, on the default branch.

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
from typing import Any, NamedTuple

from forge import Forge, Refused, Unavailable, github, say

_FOLDER = ".github/workflows"
_DIGEST = re.compile(r"sha256:([0-9a-f]{64})")


class NotFound(Exception):
    """There is no plan that was reviewed for this commit; the text says why."""


class Wanted(NamedTuple):
    """What is looked for."""

    artifact: str
    commit: str
    workflow: str
    """The file name of the workflow that plans."""
    own_workflow: str
    """The path of the workflow that runs this."""
    run: int
    """The run that a person chose, or 0."""


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

    def run_of(self, commit: str, event: str, workflow: str) -> Any:
        """The last successful plan run of a commit, of this repository; raises NotFound."""
        query: dict[str, str | int] = {"head_sha": commit, "event": event, "status": "success"}
        answer = self._forge.get(
            f"{self._path}/actions/workflows/{urllib.parse.quote(workflow)}/runs",
            **query,
            per_page=100,
        )
        runs = [
            one
            for one in answer["workflow_runs"]
            if (one["head_sha"], one["event"], one["conclusion"]) == (commit, event, "success")
            and self._is_ours(one, f"{_FOLDER}/{workflow}")
        ]
        if not runs:
            raise NotFound(f"no plan run of commit {commit} succeeded")
        return max(runs, key=lambda one: int(one["run_number"]))

    def chosen_run(self, number: int, workflow: str) -> Any:
        """A run that a person chose, of the default branch and the workflow; raises NotFound."""
        run = self._forge.get(f"{self._path}/actions/runs/{number}")
        if not self._is_ours(run, workflow) or run["head_branch"] != self.default_branch():
            raise NotFound(f"run {number} is not a run of {workflow} on the default branch")
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


def find(repository: Repository, wanted: Wanted) -> Iterator[str]:
    """The outputs, line by line; the last one says whether there is a plan."""
    try:
        if wanted.run:
            run = repository.chosen_run(wanted.run, wanted.own_workflow)
        else:
            run, request = _run_of_merge(repository, wanted)
            yield f"request={request}" if request else ""
        number, sha256 = repository.artifact(run, wanted.artifact)
    except NotFound as problem:
        yield f"reason={problem}"
        yield "found=false"
        return
    yield from (f"run={run['id']}", f"artifact={number}", f"sha256={sha256}", "found=true")


def _run_of_merge(repository: Repository, wanted: Wanted) -> tuple[Any, int]:
    """The plan run that was reviewed, and the number of its pull request or 0."""
    try:
        return repository.run_of(wanted.commit, "merge_group", wanted.workflow), 0
    except NotFound:
        request = repository.merged_request(wanted.commit)
    run = repository.run_of(request["head"]["sha"], "pull_request", wanted.workflow)
    return run, int(request["number"])


def main(
    arguments: Sequence[str],
    environ: Mapping[str, str],
    pause: Callable[[float], None] = time.sleep,
) -> int:
    """Print the outputs, and append them to GITHUB_OUTPUT."""
    parser = argparse.ArgumentParser(description="Finds the plan that people reviewed.")
    parser.add_argument("--artifact", required=True)
    parser.add_argument("--workflow", default="plan.yml", help="the file that plans")
    parser.add_argument("--run", default="", help="the id of a run; empty for none")
    given = parser.parse_args(arguments)
    if given.run and not given.run.isdecimal():
        parser.error("a run's id is a number")
    name = environ["GITHUB_REPOSITORY"]
    repository = Repository(github(environ, pause), name)
    wanted = Wanted(
        artifact=given.artifact,
        commit=environ["GITHUB_SHA"],
        workflow=given.workflow,
        own_workflow=environ["GITHUB_WORKFLOW_REF"].partition("@")[0].partition(f"{name}/")[2],
        run=int(given.run or 0),
    )
    try:
        lines = [line for line in find(repository, wanted) if line]
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
