"""The port to a vendor: what an adapter must do, and what it may rely on.

A provider turns vendor records into `Live` values and writes into requests. It knows nothing of
manifests, plans, ledgers or the command line, keeps no state but its connection, and never decides
whether to write. `reconciler.testing.provider` asks for every *must* that a test can see.
"""

from collections.abc import Callable, Mapping
from typing import Protocol

from reconciler.resources.base import Live
from reconciler.resources.capabilities import Capabilities
from reconciler.resources.outcome import Answer
from reconciler.resources.snapshot import ContactList, Listing
from reconciler.resources.writes import Impossible, PlannedRequest, Write


def at_once() -> None:
    """Keep no request back."""


class Provider(Protocol):
    """One target's account at one vendor.

    All methods may be called from several threads. Every method that sends a request

    * must take it from the account's rate limit, and raise `BudgetSpent` when that is used up;
    * must raise `AuthenticationFailed` for a refused credential (reads), naming the target and
      where the credential came from, never the credential;
    * must raise `ReadFailed` (reads) for everything else that keeps it from a certain answer;
    * must not follow redirects, and must not read more than 16 MiB of an answer;
    * must wait by the clock it was given, and by no other;
    * may be an adapter for something else than HTTP: then a request's method and path are what
      people and `send` understand by them, and an answer's status the HTTP status of that meaning.

    What a vendor's record says

    * must come in canonical form, as `resources.kinds.read_spec` makes it from the field table;
    * must leave out of `spec` what was not readable, and must not fill it in from anywhere;
    * must put ids that are shown in place of names we write into `references`;
    * must name in `blocked` why no update or delete may be planned in its present state;
    * may keep keys that nobody knows in `observed`, but no person and no credential.
    """

    @property
    def capabilities(self) -> Capabilities:
        """What this target's API can do, as data.

        * Must be the same at all times, and must be true: plan believes it.
        * Must name every channel that a kind of this provider has.
        """

    @property
    def requests_sent(self) -> int:
        """Requests that have left so far, retries included; never falls."""

    def list(self, channel: str) -> Listing:
        """Every campaign of a channel.

        * Must prove the listing complete from the vendor's totals, or raise `ReadFailed`. Pages
          that state different totals are no listing.
        * Must say `at_once=False` when it took several pages: then the listing is asked for again
          before anything is concluded from absence.
        * Must show each campaign once, those that are archived included if the vendor keeps them.
        * Must give each row a `marker` that changes whenever its campaign may have changed, and
          stays the same when it has not: counters and times of reading are no part of it.
        * May mark rows `thin`; then `get` completes them. A row that is not thin is a full reading.
        * May retry: reads are safe to repeat.
        """

    def get(self, type_: str, remote_id: str, row: Live | None = None) -> Live | None:
        """One campaign in full; None when the vendor says that it does not exist.

        * Must not take a failure for absence: that is `ReadFailed`.
        * Must keep what only a listing shows, when `row` (its list row) is given.
        * Must refuse an answer that is about another campaign.
        * May retry.
        """

    def contact_lists(self) -> Mapping[str, ContactList] | None:
        """The contact lists of the account by name; None where the vendor has no such call.

        * Must not read, keep or return who is on a list.
        * Must answer as `capabilities.contact_lists` says.
        * May retry.
        """

    def requests(self, write: Write) -> tuple[PlannedRequest, ...] | Impossible:
        """The exact requests that make a write, in order; pure, sends nothing.

        * Must be deterministic: the same write gives the same requests.
        * Must make a create's first request the one that creates, and no other.
        * Must put `KNOWN_AFTER_APPLY` where an id of the first answer belongs.
        * May leave open what only the new campaign can tell, in the body of a create's later
          request: must put `KNOWN_AFTER_APPLY` there too, and name the leaves in `unknown`. When
          the campaign can be read, it is asked for the update of it (`completion.follow_up`: the
          create's `spec`, and as `changed` what a create does not carry). It must answer with the
          same requests, the id and the open leaves filled in, or with `Impossible`; if anything
          else differs from what was planned, nothing is sent and the campaign stays as created.
        * Must send as it was read what an update does not want changed, or leave it out.
        * Must answer `Impossible` rather than leave out or guess a field, for a campaign that was
          not read, and for what the capabilities deny; its reason says what a person can do.
        * Must not put a credential into a request: `send` adds it.
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
        * Must give the id of a campaign that was created, from the answer and from nothing else.
        """
