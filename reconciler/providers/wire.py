"""An HTTP request and its response as plain values.

What a handler takes and gives, so that the simulator needs no HTTP library to be called in process.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class WireRequest:
    """A request as a server sees it; header names in lower case, `path` without the query."""

    method: str
    path: str
    query: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""


@dataclass(frozen=True, slots=True)
class WireResponse:
    """A response; header names in lower case."""

    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""


Handler = Callable[[WireRequest], WireResponse]
"""A server as a function. A fault on the wire is an exception of type `WireFault`."""


class WireFault(Exception):
    """What a handler raises to break the connection instead of answering.

    `kind` is `timeout`, `reset`, `refused` or `truncated`; `refused` says nothing was received.
    """

    def __init__(self, kind: str) -> None:
        super().__init__(kind)
        self.kind = kind
