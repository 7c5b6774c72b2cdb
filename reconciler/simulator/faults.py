"""The faults that are set, and a request into the fault that it meets, if any.

A fault has a short text form: `kore.create:reset_after`, `kore.list:http_500:2` (the second call),
`carecycle.*:slow=2:1x5` (five calls from the first on), `kore.get:html:*` (always),
`*:rate_limited:10%` (one in ten). What a fault does to an answer is not known here: see `core`.
"""

import hashlib
import re
import threading
from collections.abc import Collection, Iterable
from enum import StrEnum
from fnmatch import fnmatchcase
from typing import Self

from pydantic import BaseModel, ConfigDict, Field

from reconciler.suggestions import did_you_mean


class FaultKind(StrEnum):
    """What can go wrong.

    `before`: the request has no effect. `after`: it has its effect, and only the answer is lost.
    """

    TIMEOUT_BEFORE = "timeout_before"
    """No effect and no answer; the connection stays open for up to 5 minutes."""
    TIMEOUT_AFTER = "timeout_after"
    """The request takes effect, but no answer comes, as above. Short form: `timeout`."""
    RESET_BEFORE = "reset_before"
    """No effect; the connection is reset."""
    RESET_AFTER = "reset_after"
    """The request takes effect, and the connection is reset. Short form: `reset`."""
    REFUSED = "refused"
    """The connection is refused. Only in process: over a socket it is reset instead."""
    HTTP_500_BEFORE = "http_500_before"
    """No effect; the answer is 500. Short form: `http_500`."""
    HTTP_500_AFTER = "http_500_after"
    """The request takes effect, and the answer is 500."""
    STATUS = "status"
    """No effect; the answer has the status `value` (503 by default) and the body `body`."""
    STATUS_AFTER = "status_after"
    """The request takes effect, and the answer is that of `status`."""
    OLD_ID = "old_id"
    """A create takes effect, but the answer has the id of the vendor's oldest campaign, if any."""
    HEADERS = "headers"
    """The request takes effect, and the answer has the additional headers `headers`."""
    IGNORED = "ignored"
    """An update is answered as if it took effect, but the campaign does not change."""
    TRUNCATED = "truncated"
    """The request takes effect, and the answer ends early."""
    HTML = "html"
    """The request takes effect, and the answer is an HTML error page with status 200."""
    SLOW = "slow"
    """The request takes effect, and the answer comes `value` seconds late."""
    RATE_LIMITED = "rate_limited"
    """No effect; the vendor's answer to too many requests."""
    RATE_LIMITED_RETRY_AFTER = "rate_limited_retry_after"
    """The same, with the header `Retry-After: value` (60 by default)."""
    LATE = "late"
    """A create takes effect, but for `value` seconds no list or read by id shows the campaign."""
    LATE_READS = "late_reads"
    """The same for the next `value` lists, and as many reads by id."""
    LIST_DUPLICATE_PAGE = "list_duplicate_page"
    """A page begins with the last row of the page before, so one row comes twice."""
    LIST_SHIFTED = "list_shifted"
    """A page lacks its first row, as if a campaign of an earlier page had been deleted."""
    LIST_WRONG_TOTAL = "list_wrong_total"
    """The total is one too high; on one page of several, the total changes from page to page."""
    LIST_REPEATS_PAGE = "list_repeats_page"
    """Every page is the first page and says that more pages follow."""
    LIST_NEXT_IS_SAME = "list_next_is_same"
    """CareCycle only: `nextPage` is the number of the page itself."""


_ALIASES = {
    "timeout": FaultKind.TIMEOUT_AFTER,
    "reset": FaultKind.RESET_AFTER,
    "http_500": FaultKind.HTTP_500_BEFORE,
}
BEFORE = frozenset(
    {
        FaultKind.TIMEOUT_BEFORE,
        FaultKind.RESET_BEFORE,
        FaultKind.REFUSED,
        FaultKind.HTTP_500_BEFORE,
        FaultKind.STATUS,
        FaultKind.RATE_LIMITED,
        FaultKind.RATE_LIMITED_RETRY_AFTER,
    }
)
"""Kinds at which a request has no effect."""

_METHODS = ("DELETE", "GET", "PATCH", "POST", "PUT")
_TEXT = re.compile(
    r"(?P<match>.+?):(?P<kind>[^:=]+)(?:=(?P<value>\d+(?:\.\d+)?))?"
    r"(?::(?:(?P<nth>\d+)(?:x(?P<times>\d+))?|(?P<always>\*)|(?P<percent>\d+)%))?"
)


class Fault(BaseModel):
    """A fault, and which requests meet it.

    `match` is an operation or `METHOD path`, with the wildcards `*` and `?`.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: FaultKind
    match: str = "*"
    nth: int = Field(default=1, ge=1)
    """The number of the first matching request that meets it, from 1, counted since it was set."""
    times: int | None = 1
    """How many matching requests meet it, from `nth` on; None for all."""
    probability: float = Field(default=1.0, ge=0, le=1)
    seed: int = 0
    """Decides which requests meet it if `probability` is below 1."""
    value: float = 0.0
    """Seconds, a number of requests or an HTTP status: the kind says which."""
    body: str = ""
    """The body of the answer, for the kinds `status` and `status_after`."""
    headers: dict[str, str] = Field(default_factory=dict)
    """Headers of the answer; they replace those that the simulator gives."""

    @classmethod
    def parse(cls, text: str) -> Self:
        """A fault from its short form; ValueError for any other text."""
        found = _TEXT.fullmatch(text.strip())
        if found is None:
            raise ValueError(f"{text!r} is not a fault; write it like kore.create:reset_after:1")
        word = found["kind"]
        kinds = {**{kind.value: kind for kind in FaultKind}, **_ALIASES}
        if word not in kinds:
            raise ValueError(f"{word!r} is not a kind of fault. {did_you_mean(word, kinds)}")
        endless = bool(found["always"] or found["percent"])
        return cls(
            kind=kinds[word],
            match=found["match"],
            nth=int(found["nth"] or 1),
            times=None if endless else int(found["times"] or 1),
            probability=int(found["percent"] or 100) / 100,
            value=float(found["value"] or 0),
        )

    def applies(self, operation: str, line: str) -> bool:
        """Whether `match` covers a request of this operation and `METHOD path`."""
        return fnmatchcase(line if " " in self.match else operation, self.match)

    def hits(self, number: int) -> bool:
        """Whether the matching request of this number, from 1, meets the fault."""
        if number < self.nth or (self.times is not None and number >= self.nth + self.times):
            return False
        if self.probability >= 1:
            return True
        draw = hashlib.sha256(f"{self.seed}:{number}".encode()).digest()
        return int.from_bytes(draw[:4], "big") / 2**32 < self.probability


class Faults:
    """The faults that are set, each with a count of its matching requests. Safe for threads.

    With `operations`, a fault must be about at least one of them.
    """

    def __init__(self, faults: Iterable[Fault] = (), *, operations: Collection[str] = ()) -> None:
        self._lock = threading.Lock()
        self._operations = operations
        self._faults = [(fault, [0]) for fault in faults]

    def add(self, fault: Fault | str) -> None:
        """Add a fault, given as a value or in its short form; ValueError if none can meet it."""
        found = Fault.parse(fault) if isinstance(fault, str) else fault
        if self._operations:
            _require_met(found.match, self._operations)
        with self._lock:
            self._faults.append((found, [0]))

    def clear(self) -> None:
        """Remove all faults."""
        with self._lock:
            self._faults.clear()

    def all(self) -> list[Fault]:
        """The faults that are set, in the order in which they were added."""
        with self._lock:
            return [fault for fault, _ in self._faults]

    def take(self, operation: str, line: str) -> Fault | None:
        """The first fault that this request meets; every matching fault counts the request."""
        struck: Fault | None = None
        with self._lock:
            for fault, count in self._faults:
                if fault.applies(operation, line):
                    count[0] += 1
                    if struck is None and fault.hits(count[0]):
                        struck = fault
        return struck


def _require_met(match: str, operations: Collection[str]) -> None:
    """Raise ValueError unless some request can meet a fault."""
    method, blank, _ = match.partition(" ")
    known, wanted = (_METHODS, method) if blank else (operations, match)
    if not any(fnmatchcase(one, wanted) for one in known):
        what = "method" if blank else "operation"
        raise ValueError(f"no {what} is named {wanted!r}. {did_you_mean(wanted, known)}")
