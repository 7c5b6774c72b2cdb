"""The port to a vendor: what an adapter must do, and what it may rely on.

A provider turns vendor records into `Live` values and writes into requests. It knows nothing of
manifests, plans, ledgers or the command line, keeps no state but its connection, and never decides
whether to write.
"""

from collections.abc import Callable, Mapping
from typing import Protocol

from reconciler.resources.base import Live
from reconciler.resources.capabilities import Capabilities
from reconciler.resources.outcome import Answer
from reconciler.resources.planned_request import Impossible, PlannedRequest, Write
from reconciler.resources.snapshot import ContactList, Listing


def at_once() -> None:
    """Keep no request back."""


class Provider(Protocol):
    """One target's account at one vendor.

    All methods may be called from several threads. Every method that sends a request

    * must take it from the account's rate limit, and raise `BudgetSpent` when that is used up;
    * must raise `AuthenticationFailed` for a refused credential (reads), naming the target and
      where the credential came from, never the credential;
    * must not follow redirects, and must not read more than 16 MiB of an answer.
    """

    @property
    def capabilities(self) -> Capabilities:
        """What this target's API can do, as data."""

    @property
    def requests_sent(self) -> int:
        """Requests that have left so far, retries included."""

    def list(self, channel: str) -> Listing:
        """Every campaign of a channel.

        * Must prove the listing complete from the vendor's totals, or raise `ReadFailed`.
        * Must give each row a `marker` that changes whenever its campaign may have changed.
        * May mark rows `thin`; then `get` completes them.
        * May retry: reads are safe to repeat.
        """

    def get(self, type_: str, remote_id: str, row: Live | None = None) -> Live | None:
        """One campaign in full; None when the vendor says that it does not exist.

        * Must keep what only a listing shows, when `row` (its list row) is given.
        * May retry.
        """

    def contact_lists(self) -> Mapping[str, ContactList] | None:
        """The contact lists of the account by name; None where the vendor has no such call."""

    def requests(self, write: Write) -> tuple[PlannedRequest, ...] | Impossible:
        """The exact requests that make a write, in order; pure, sends nothing.

        * Must be deterministic: the same write gives the same requests.
        * Must put `KNOWN_AFTER_APPLY` where an id of the first answer belongs.
        * Must answer `Impossible` rather than leave out or guess a field.
        """

    def send(self, request: PlannedRequest, leave: Callable[[], None] = at_once) -> Answer:
        """Send one write, once.

        * Must call `leave` after all waiting, right before the request leaves, and every second or
          so while it waits. What that raises must pass through, and then nothing was sent.

        * Must not retry, follow redirects or reuse a connection for a create.
        * Must answer for every fault of transport or vendor; only `BudgetSpent` may be raised, and
          only before anything was sent.
        * Must say `may_retry=False` when the account's budget for retries is used up.
        * Must say `sent=False` only when it is proven that nothing left this machine.
        """
