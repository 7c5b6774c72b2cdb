"""A forge on this machine: as much of the APIs of GitHub and GitLab as the scripts here ask for.

    python3 fake_forge.py FILE     serves until it is ended, and writes its address into FILE

A rehearsal tells it what happened with `POST /_/NAME`: `pull`, `run`, `artifact`. A test sets the
attributes of `FakeForge` instead, such as `failures`.
"""

import hashlib
import json
import re
import sys
import threading
import urllib.parse
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

REPOSITORY = "acme/campaigns"
Answer = tuple[int, Any]
_LONGEST = 65_536


class FakeForge:
    """What the forge has, and what it answers."""

    def __init__(self) -> None:
        self.login: str | None = None
        """Whose token it is; None for one that may not ask, as GITHUB_TOKEN."""
        self.writer = "github-actions[bot]"
        """The author of new comments."""
        self.comments: list[dict[str, Any]] = []
        self.issues: list[dict[str, Any]] = []
        self.pulls: list[dict[str, Any]] = []
        self.runs: list[dict[str, Any]] = []
        self.artifacts: list[dict[str, Any]] = []
        self.files: dict[int, bytes] = {}
        self.failures: list[tuple[str, int]] = []
        """Method and status of the next failures; a write that fails with 502 arrives anyway."""
        self.requests: list[tuple[str, str]] = []

    def answer(self, method: str, url: str, body: Any) -> Answer:
        """The status and the document for a request."""
        split = urllib.parse.urlsplit(url)
        query = dict(urllib.parse.parse_qsl(split.query))
        self.requests.append((method, split.path))
        status = self._failure(method)
        if status and status != 502:
            return status, {"message": "planned"}
        for verb, pattern, act in self._routes():
            found = re.fullmatch(pattern, split.path)
            if found and verb == method:
                done = act(query, body, *found.groups())
                return (status, {"message": "Bad gateway"}) if status else done
        return 404, {"message": "Not Found"}

    def _failure(self, method: str) -> int:
        if self.failures and self.failures[0][0] == method:
            return self.failures.pop(0)[1]
        return 0

    def _routes(self) -> Iterator[tuple[str, str, Callable[..., Answer]]]:
        github = f"/repos/{REPOSITORY}"
        notes = r"/projects/[^/]+/merge_requests/\d+/notes"
        yield "GET", "/user", self._user
        for many, one, verb in (
            (github + r"/issues/\d+/comments", github + r"/issues/comments/(\d+)", "PATCH"),
            (notes, notes + r"/(\d+)", "PUT"),
        ):
            yield "GET", many, self._list
            yield "POST", many, self._create
            yield verb, one, self._replace
            yield "DELETE", one, self._remove
        for issues, verb in ((github + "/issues", "PATCH"), (r"/projects/[^/]+/issues", "PUT")):
            yield "GET", issues, self._open_issues
            yield "POST", issues, self._open_issue
            yield verb, issues + r"/(\d+)", self._change_issue
        yield "GET", github, lambda *_: (200, {"default_branch": "main"})
        yield "GET", github + r"/commits/(\w+)/pulls", self._pulls
        yield "GET", github + r"/actions/workflows/([\w.]+)/runs", self._runs
        yield "GET", github + r"/actions/runs/(\d+)", self._run
        yield "GET", github + r"/actions/runs/(\d+)/artifacts", self._artifacts
        yield "POST", "/_/pull", self._add(self.pulls)
        yield "POST", "/_/run", self._add(self.runs)
        yield "POST", "/_/artifact", self._upload
        yield "GET", r"/_/artifact/(\d+)", lambda _, __, number: (200, self.files[int(number)])

    def _user(self, *_: Any) -> Answer:
        if self.login is None:
            return 403, {"message": "Resource not accessible by integration"}
        return 200, {"login": self.login, "username": self.login}

    def _list(self, query: dict[str, str], _: Any) -> Answer:
        size, page = int(query.get("per_page", 30)), int(query.get("page", 1))
        return 200, self.comments[size * (page - 1) : size * page]

    def _create(self, _: dict[str, str], body: dict[str, str]) -> Answer:
        if len(body["body"].encode("utf-16-le")) > 2 * _LONGEST:
            return 422, {"message": "body is too long"}
        self.add_comment(self.writer, body["body"])
        return 201, self.comments[-1]

    def add_comment(self, author: str, body: str) -> None:
        """Add somebody's comment."""
        who = {"login": author, "username": author}
        number = len(self.comments) + 1
        self.comments.append({"id": number, "user": who, "author": who, "body": body})

    def _replace(self, _: dict[str, str], body: dict[str, str], number: str) -> Answer:
        (found,) = (one for one in self.comments if one["id"] == int(number))
        found["body"] = body["body"]
        return 200, found

    def _remove(self, _: dict[str, str], __: Any, number: str) -> Answer:
        self.comments[:] = [one for one in self.comments if one["id"] != int(number)]
        return 204, None

    def _pulls(self, _: dict[str, str], __: Any, commit: str) -> Answer:
        return 200, [one for one in self.pulls if commit in one["commits"]]

    def _runs(self, query: dict[str, str], _: Any, workflow: str) -> Answer:
        chosen = [
            one
            for one in self.runs
            if one["path"].endswith(f"/{workflow}")
            and (one["head_sha"], one["event"]) == (query["head_sha"], query["event"])
            and one["conclusion"] == query["status"]
        ]
        return 200, {"workflow_runs": chosen}

    def _open_issues(self, query: dict[str, str], _: Any) -> Answer:
        start = (int(query["page"]) - 1) * int(query["per_page"])
        found = [one for one in self.issues if one["state"] == "open"]
        return 200, found[start : start + int(query["per_page"])]

    def _open_issue(self, _: dict[str, str], body: Any) -> Answer:
        text = body.get("body", body.get("description"))
        number = len(self.issues) + 1
        writer = {"login": self.writer, "username": self.writer}
        self.issues.append(
            {"number": number, "iid": number, "state": "open", "title": body["title"]}
            | {"body": text, "description": text, "user": writer, "author": writer}
        )
        return 201, self.issues[-1]

    def _change_issue(self, _: dict[str, str], body: Any, number: str) -> Answer:
        issue = self.issues[int(number) - 1]
        issue["body"] = issue["description"] = body.get("body", body.get("description"))
        closes = body.get("state") == "closed" or body.get("state_event") == "close"
        issue["state"] = "closed" if closes else issue["state"]
        return 200, issue

    def _run(self, _: dict[str, str], __: Any, number: str) -> Answer:
        found = [one for one in self.runs if one["id"] == int(number)]
        return (200, found[0]) if found else (404, {"message": "Not Found"})

    def _artifacts(self, query: dict[str, str], _: Any, number: str) -> Answer:
        of = [one for one in self.artifacts if one["workflow_run"]["id"] == int(number)]
        return 200, {"artifacts": [one for one in of if one["name"] == query["name"]]}

    def _add(self, rows: list[dict[str, Any]]) -> Callable[..., Answer]:
        def add(_: dict[str, str], row: dict[str, Any]) -> Answer:
            rows.append(row)
            return 201, row

        return add

    def _upload(self, query: dict[str, str], data: bytes) -> Answer:
        return 201, self.upload(int(query["run"]), query["name"], data)

    def upload(self, run: int, name: str, data: bytes) -> dict[str, Any]:
        """Keep a file as an artifact of a run, with its hash."""
        (of,) = (one for one in self.runs if one["id"] == run)
        made = {
            "id": len(self.artifacts) + 1,
            "name": name,
            "expired": False,
            "digest": f"sha256:{hashlib.sha256(data).hexdigest()}",
            "workflow_run": {"id": run, "head_sha": of["head_sha"]},
        }
        self.artifacts.append(made)
        self.files[int(str(made["id"]))] = data
        return made


def run(number: int, commit: str, event: str = "pull_request", **changes: Any) -> dict[str, Any]:
    """A successful run, of the plan workflow unless it is a push or was started by hand."""
    planned = event in ("pull_request", "merge_group")
    return {
        "id": number,
        "run_number": number,
        "head_sha": commit,
        "head_branch": "topic" if planned else "main",
        "event": event,
        "conclusion": "success",
        "path": f".github/workflows/{'plan' if planned else 'apply'}.yml",
        "head_repository": {"full_name": REPOSITORY},
        **changes,
    }


def pull(number: int, head: str, merged_as: str, **changes: Any) -> dict[str, Any]:
    """A merged pull request; `commits` are those that the forge links with it."""
    return {
        "number": number,
        "merged_at": "2026-11-21T10:00:00Z",
        "merge_commit_sha": merged_as,
        "base": {"ref": "main"},
        "head": {"sha": head},
        "commits": [merged_as],
        **changes,
    }


@contextmanager
def served(forge: FakeForge) -> Iterator[str]:
    """The address of a forge, on a free port of this machine."""

    class Handler(BaseHTTPRequestHandler):
        def do(self) -> None:
            data = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            is_json = self.headers.get("Content-Type") == "application/json"
            body = json.loads(data) if data and is_json else data
            status, document = forge.answer(self.command, self.path, body)
            found = document if isinstance(document, bytes) else json.dumps(document).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(found) if status != 204 else 0))
            self.end_headers()
            if status != 204:
                self.wfile.write(found)

        do_GET = do_POST = do_PATCH = do_PUT = do_DELETE = do  # noqa: N815

        def log_message(self, *_: Any) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


if __name__ == "__main__":
    with served(FakeForge()) as address:
        Path(sys.argv[1]).write_text(address, "ascii")
        threading.Event().wait()
