"""Requests received into log entries, which tests count and demos show.

Credentials are never stored.
"""

import json
import sqlite3
from collections.abc import Mapping
from dataclasses import asdict, dataclass

from reconciler.resources.tree import Tree
from reconciler.strict_json import parse_json

SCHEMA = """
CREATE TABLE IF NOT EXISTS requests (
  seq INTEGER PRIMARY KEY, time INTEGER NOT NULL, vendor TEXT NOT NULL, account TEXT NOT NULL,
  operation TEXT NOT NULL, method TEXT NOT NULL, path TEXT NOT NULL, query TEXT NOT NULL,
  headers TEXT NOT NULL, body TEXT NOT NULL, status INTEGER, fault TEXT NOT NULL,
  mutating INTEGER NOT NULL, effective INTEGER NOT NULL);
"""
_CREDENTIALS = frozenset(
    {"auth", "authorization", "cookie", "proxy-authorization", "x-api-key", "set-cookie"}
)
_COLUMNS = (
    "time, vendor, account, operation, method, path, query, headers, body, status, fault, "
    "mutating, effective"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class LoggedRequest:
    """A request and its result."""

    time: int
    """Milliseconds since 1970."""
    vendor: str
    account: str
    operation: str
    """`kore.create`, `carecycle.list`, ..., or "" for a path that the vendor does not have."""
    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    """With `***` for credentials."""
    body: str
    """As received."""
    status: int | None
    """The status of the answer; None if the connection was broken."""
    fault: str
    mutating: bool
    """Whether it asked for a change."""
    effective: bool
    """Whether it made the change, whatever the answer was."""

    def as_tree(self) -> Tree:
        """The request as a tree; its body is parsed if it is JSON."""
        tree: Tree = asdict(self)
        try:
            tree["body"] = parse_json(self.body) if self.body else None
        except ValueError:
            tree["body"] = self.body
        return tree


def without_credentials(headers: Mapping[str, str]) -> dict[str, str]:
    """Headers with every credential's value replaced by `***`."""
    return {name: "***" if name in _CREDENTIALS else value for name, value in headers.items()}


class RequestLog:
    """Reads and writes of the log; used under the lock of `store.Store`."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def add(self, request: LoggedRequest) -> None:
        """Append a request."""
        self._connection.execute(
            f"INSERT INTO requests ({_COLUMNS}) "  # noqa: S608 - our own words
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                *(request.time, request.vendor, request.account, request.operation),
                *(request.method, request.path, json.dumps(dict(request.query))),
                *(json.dumps(dict(request.headers)), request.body, request.status),
                *(request.fault, request.mutating, request.effective),
            ),
        )

    def all(self, *, mutating: bool | None = None, operation: str = "") -> list[LoggedRequest]:
        """The requests in order of arrival, all or only those that match."""
        rows = self._connection.execute(
            f"SELECT {_COLUMNS} FROM requests "  # noqa: S608 - our own words
            "WHERE (:mutating IS NULL OR mutating = :mutating) "
            "AND (:operation = '' OR operation = :operation) ORDER BY seq",
            {"mutating": mutating, "operation": operation},
        ).fetchall()
        return [_logged(row) for row in rows]

    def clear(self) -> None:
        """Delete every entry."""
        self._connection.execute("DELETE FROM requests")


def _logged(row: tuple[str | int | None, ...]) -> LoggedRequest:
    (time, vendor, account, operation, method, path, query, headers, *rest) = row
    (body, status, fault, mutating, effective) = rest
    return LoggedRequest(
        time=int(time or 0),
        vendor=str(vendor),
        account=str(account),
        operation=str(operation),
        method=str(method),
        path=str(path),
        query=json.loads(str(query)),
        headers=json.loads(str(headers)),
        body=str(body),
        status=None if status is None else int(status),
        fault=str(fault),
        mutating=bool(mutating),
        effective=bool(effective),
    )
