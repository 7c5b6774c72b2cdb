"""Faults on demand: what goes wrong, at which requests, and the short text form of the CLI.

`kore.create:reset_after`, `kore.list:http_500:2` (the second call), `carecycle.*:slow=2:1x5` (five
calls from the first on), `kore.get:html:*` (always), `*:rate_limited:10%` (one in ten).
"""

import hashlib
import re
import threading
from collections.abc import Iterable
from enum import StrEnum
from fnmatch import fnmatchcase
from typing import Self

from pydantic import BaseModel, ConfigDict, Field


class FaultKind(StrEnum):
    """What can go wrong. `before`: nothing happened; `after`: everything but the answer did."""

    TIMEOUT_BEFORE = "timeout_before"
    TIMEOUT_AFTER = "timeout_after"
    RESET_BEFORE = "reset_before"
    RESET_AFTER = "reset_after"
    REFUSED = "refused"
    """The connection is refused: in process only, a listening socket cannot do it."""
    HTTP_500_BEFORE = "http_500_before"
    HTTP_500_AFTER = "http_500_after"
    STATUS = "status"
    """The status in `value`, with `body`, instead of doing anything."""
    STATUS_AFTER = "status_after"
    """The same answer, but everything was done."""
    OLD_ID = "old_id"
    """Created, but answered with the id of a campaign that was there before, if there is one."""
    HEADERS = "headers"
    """Done and answered as always, with `headers` on the answer."""
    IGNORED = "ignored"
    """Answered as if an update were done, but the campaign stays as it was."""
    TRUNCATED = "truncated"
    """Done, but the answer ends early."""
    HTML = "html"
    """An HTML error page under 200, after the effect."""
    SLOW = "slow"
    """Done, answered `value` seconds late."""
    RATE_LIMITED = "rate_limited"
    """The vendor's rate refusal."""
    RATE_LIMITED_RETRY_AFTER = "rate_limited_retry_after"
    """The same with `Retry-After: value`."""
    LATE = "late"
    """A created campaign is neither listed nor readable for `value` seconds."""
    LATE_READS = "late_reads"
    """The same for `value` listings, and as many reads by id."""
    LIST_DUPLICATE_PAGE = "list_duplicate_page"
    """A page begins with the row before it: one row comes twice."""
    LIST_SHIFTED = "list_shifted"
    """A page leaves out its first row, as after a delete on an earlier page."""
    LIST_WRONG_TOTAL = "list_wrong_total"
    """The total is one too high; at one page of several, the total changes during the walk."""
    LIST_REPEATS_PAGE = "list_repeats_page"
    """Every page is the first one and says that more follow."""
    LIST_NEXT_IS_SAME = "list_next_is_same"
    """CareCycle: `nextPage` names the page itself."""


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
"""Kinds that keep a request from doing anything."""

_TEXT = re.compile(
    r"(?P<match>.+?):(?P<kind>[a-z_0-9]+)(?:=(?P<value>\d+(?:\.\d+)?))?"
    r"(?::(?:(?P<nth>\d+)(?:x(?P<times>\d+))?|(?P<always>\*)|(?P<percent>\d+)%))?"
)


class Fault(BaseModel):
    """One fault: `match` is an operation or `METHOD path`, with `*` and `?`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: FaultKind
    match: str = "*"
    nth: int = Field(default=1, ge=1)
    """The first matching request that it hits, counted from when the fault was set."""
    times: int | None = 1
    """How many it hits from there on; None for all."""
    probability: float = Field(default=1.0, ge=0, le=1)
    seed: int = 0
    """Which of the requests a probability below 1 hits."""
    value: float = 0.0
    """Seconds, requests or a status, by kind."""
    body: str = ""
    """The answer of the kinds `status` and `status_after`."""
    headers: dict[str, str] = Field(default_factory=dict)
    """On the answer, in place of those that the simulator gives."""

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read the short form; ValueError for anything else."""
        found = _TEXT.fullmatch(text.strip())
        if found is None:
            raise ValueError(f"{text!r} is not a fault; one looks like kore.create:reset_after:1")
        word = found["kind"]
        kinds = {**{kind.value: kind for kind in FaultKind}, **_ALIASES}
        if word not in kinds:
            raise ValueError(f"{word!r} is not a kind of fault; known are {', '.join(kinds)}")
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
        """Whether a request of this operation and `METHOD path` is meant."""
        return fnmatchcase(line if " " in self.match else operation, self.match)

    def hits(self, number: int) -> bool:
        """Whether it strikes at the matching request of this number, from 1."""
        if number < self.nth or (self.times is not None and number >= self.nth + self.times):
            return False
        if self.probability >= 1:
            return True
        draw = hashlib.sha256(f"{self.seed}:{number}".encode()).digest()
        return int.from_bytes(draw[:4], "big") / 2**32 < self.probability


class Faults:
    """The faults that are set; each counts its matching requests. Safe for threads."""

    def __init__(self, faults: Iterable[Fault] = ()) -> None:
        self._lock = threading.Lock()
        self._faults = [(fault, [0]) for fault in faults]

    def add(self, fault: Fault | str) -> None:
        """Set one more fault, given as a value or in its short form."""
        with self._lock:
            self._faults.append((Fault.parse(fault) if isinstance(fault, str) else fault, [0]))

    def clear(self) -> None:
        """Unset all."""
        with self._lock:
            self._faults.clear()

    def all(self) -> list[Fault]:
        """Those that are set, in order."""
        with self._lock:
            return [fault for fault, _ in self._faults]

    def take(self, operation: str, line: str) -> Fault | None:
        """The first fault that strikes at this request; every matching one counts it."""
        struck: Fault | None = None
        with self._lock:
            for fault, count in self._faults:
                if fault.applies(operation, line):
                    count[0] += 1
                    if struck is None and fault.hits(count[0]):
                        struck = fault
        return struck
