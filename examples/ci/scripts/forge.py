"""Asks the API of GitHub or GitLab. Standard library only.

An answer that may be different the next time (429, 5xx, no connection) is `Unavailable`, any other
bad one is `Refused`. A GET is repeated; a write is not, because nobody knows whether it arrived.
"""

import json
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from typing import Any

PAGE = 100
_ACTIONS = "github-actions[bot]"
"""The author of what GITHUB_TOKEN writes; that token may not ask who it is."""
_TRIES = 4
_TIMEOUT = 20.0
_MOST_PAGES = 100


class Refused(Exception):
    """The forge said no; asking again does not help."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(f"the forge answers {status}: {message}")
        self.status = status


class Unavailable(Exception):
    """The forge cannot answer now."""


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """A redirect would take the token to another host."""

    def redirect_request(self, *_: Any, **__: Any) -> None:
        """See `HTTPRedirectHandler.redirect_request`."""


_OPENER = urllib.request.build_opener(_NoRedirect)


class Forge:
    """One forge's API, with one token."""

    def __init__(
        self, url: str, headers: dict[str, str], pause: Callable[[float], None] = time.sleep
    ) -> None:
        if not url.startswith(("https://", "http://127.0.0.1:", "http://localhost:")):
            raise Refused(0, f"{url} is not an https address")
        self._url = url.rstrip("/")
        self._headers = headers
        self.pause = pause

    def get(self, path: str, **query: str | int) -> Any:
        """The document at a path; raises Refused, or Unavailable after four tries."""
        if query:
            path = f"{path}?{urllib.parse.urlencode(query)}"
        return repeated(lambda: self.send("GET", path), self.pause)

    def pages(self, path: str, **query: str | int) -> Iterator[Any]:
        """The rows of all pages of a list; raises as `get` does."""
        for page in range(1, _MOST_PAGES + 1):
            rows = self.get(path, **query, per_page=PAGE, page=page)
            yield from rows
            if len(rows) < PAGE:
                return
        raise Refused(0, f"{path} has more than {_MOST_PAGES} pages")

    def send(self, method: str, path: str, body: object = None) -> Any:
        """The answer to one request; raises Refused or Unavailable."""
        data = None if body is None else json.dumps(body).encode()
        headers = {**self._headers, "Content-Type": "application/json", "User-Agent": "reconciler"}
        request = urllib.request.Request(  # noqa: S310 - https, see above
            self._url + path, data, headers, method=method
        )
        try:
            with _OPENER.open(request, timeout=_TIMEOUT) as answer:
                text = answer.read()
        except urllib.error.HTTPError as problem:
            with problem:
                message = _message(problem.read())
            if problem.code == 429 or problem.code >= 500:
                raise Unavailable(f"the forge answers {problem.code}: {message}") from None
            raise Refused(problem.code, message) from None
        except OSError as problem:
            raise Unavailable(f"the forge cannot be reached: {problem}") from None
        try:
            return json.loads(text) if text else None
        except ValueError:
            raise Unavailable("the forge's answer is not JSON") from None


def github(environ: Mapping[str, str], pause: Callable[[float], None]) -> Forge:
    """GitHub, as the variables of its jobs name it."""
    headers = {
        "Authorization": f"Bearer {environ.get('GITHUB_TOKEN', '')}",
        "Accept": "application/vnd.github+json",
        "X-GitHub-Api-Version": "2022-11-28",
    }
    return Forge(environ.get("GITHUB_API_URL", "https://api.github.com"), headers, pause)


def writer(forge: Forge) -> str:
    """The name under which a token of GitHub writes."""
    try:
        return str(forge.get("/user")["login"])
    except Refused:
        return _ACTIONS


def hidden(told: dict[str, Any]) -> str:
    """An invisible line of Markdown, by which a later run finds what an earlier one wrote."""
    text = json.dumps(told, sort_keys=True)
    # Two hyphens or a bracket would end the HTML comment.
    text = text.replace("-", "\\u002d").replace(">", "\\u003e")
    return f"<!-- reconciler {text} -->"


def repeated(act: Callable[[], Any], pause: Callable[[float], None]) -> Any:
    """What `act` returns, tried up to four times while it raises Unavailable."""
    for attempt in range(1, _TRIES):
        try:
            return act()
        except Unavailable:
            pause(2.0**attempt)
    return act()


def say(text: str, kind: str = "") -> None:
    """Print one line on standard error; on GitHub, `warning` and `error` are annotations."""
    line = "".join(one if one.isprintable() else " " for one in text)
    prefix = f"::{kind}::" if kind else ""
    sys.stderr.write(f"{prefix}{line.replace('%', '%25')}\n")


def _message(answer: bytes) -> str:
    try:
        found = json.loads(answer)["message"]
    except (ValueError, KeyError, TypeError):
        return "no reason is given"
    return str(found)[:200]
