"""What the simulator's core asks of the API of one vendor."""

from collections.abc import Collection
from typing import Protocol

from reconciler.providers.wire import WireRequest, WireResponse
from reconciler.simulator.context import Route
from reconciler.simulator.faults import Fault
from reconciler.simulator.messages import Refused


class Vendor(Protocol):
    """One vendor's API, without transport, faults, rate limit and request log."""

    @property
    def name(self) -> str:
        """`kore` or `carecycle`."""

    @property
    def operations(self) -> Collection[str]:
        """The names of its operations."""

    def owns(self, path: str) -> bool:
        """Whether the path is one of this vendor's."""

    def route(self, request: WireRequest) -> Route | None:
        """The operation of a request; None for a path or method that does not exist."""

    def is_mutating(self, operation: str) -> bool:
        """Whether the operation asks for a change."""

    def authenticate(self, request: WireRequest, found: Route, /) -> str:
        """The account of the credential; raises Refused if there is none."""

    def rate_key(self, account: str, request: WireRequest, /) -> str:
        """The key of the rate limit that the request counts towards."""

    def perform(
        self, request: WireRequest, found: Route, *, account: str, fault: Fault | None
    ) -> WireResponse:
        """Carry out the operation and answer; raises Refused, and then has changed nothing."""

    def refusal(self, refused: Refused, operation: str, /) -> WireResponse:
        """A refusal in the vendor's words."""

    def rate_refusal(self, seconds: int, *, header: bool | None = None) -> WireResponse:
        """The answer above the rate limit; `header` forces `Retry-After` on or off."""
