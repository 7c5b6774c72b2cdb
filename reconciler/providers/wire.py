"""An HTTP request and its response as plain values.

Handlers use them, so that the simulator can be called in process without an HTTP library.
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
    """Raised by a handler to break the connection instead of responding.

    `kind` is `timeout`, `reset`, `refused` or `truncated`; `refused` means nothing was received.
    """

    def __init__(self, kind: str) -> None:
        super().__init__(kind)
        self.kind = kind
