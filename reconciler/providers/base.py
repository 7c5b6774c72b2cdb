"""The port to a vendor: what an adapter must do, and what it may rely on.

A provider turns vendor records into `Live` values and writes into requests. It knows nothing of
manifests, plans, ledgers or the command line, has no state except its connection, and never decides
whether to write. `reconciler.testing.provider` checks every *must* that can be tested.
"""

from collections.abc import Callable, Mapping
from typing import Protocol, TypeGuard

from reconciler.resources.base import Live
from reconciler.resources.capabilities import Capabilities
from reconciler.resources.outcome import Answer
from reconciler.resources.snapshot import ContactList, Listing, ListScope
from reconciler.resources.writes import Impossible, PlannedRequest, Write


def at_once() -> None:
    """Hold no request back."""


class Provider(Protocol):
    """A target's account at a vendor.

    All methods may be called from several threads. Every method that sends a request

    * must take it from the account's rate limit, and raise `BudgetSpent` when that is used up;
    * must raise `AuthenticationFailed` for a refused credential (reads), with the target and the
      origin of the credential, never the credential;
    * must raise `ReadFailed` (reads) for everything else that prevents a certain result;
    * must not follow redirects, and must not read more than 16 MiB of a response;
    * must use no other clock than the given one to wait;
    * may be an adapter for another protocol than HTTP: then a request's method and path have a
      meaning for people and for `send` only, and the status is the HTTP status of that meaning.

    A vendor's record

    * must be in canonical form, as `resources.kinds.read_spec` makes it from the field table;
    * must have only readable fields in `spec`, and must not fill in others from anywhere;
    * must have the ids that the vendor returns in place of names we write in `references`;
    * must have in `blocked` why no update or delete may be planned in its present state;
    * may have unknown keys in `observed`, but no personal data and no credential.
    """

    @property
    def capabilities(self) -> Capabilities:
        """What this target's API can do, as data.

        * Must never change, and must be true: plan relies on it.
        * Must have every channel of this provider's kinds.
        """

    @property
    def requests_sent(self) -> int:
        """Requests sent so far, retries included; never decreases."""

    def list(self, channel: str) -> Listing:
        """Every campaign of a channel.

        * Must prove the listing complete from the vendor's totals, or raise `ReadFailed`. Pages
          with different totals are not a listing.
        * Must set `at_once=False` if it took several pages: the listing is then read again before
          anything is concluded from absence.
        * Must have each campaign once, including archived campaigns if the vendor keeps them.
        * Must give each row a `marker` that changes whenever its campaign may have changed, and
          does not change otherwise: it must not depend on counters or read times.
        * May mark rows `thin`; then `get` completes them. A row that is not thin is a full read.
        * May retry: reads are safe to repeat.
        """

    def newest(self, channel: str) -> tuple[Live, ...]:
        """The campaigns that were created last, from a single request, as rows of `list`.

        * May leave out any campaign, and may be empty: absence from it proves nothing.
        * May retry.
        """

    def get(self, type_: str, remote_id: str, row: Live | None = None) -> Live | None:
        """One campaign in full; None if the vendor says that it does not exist.

        * Must not treat a failure as absence: a failure is `ReadFailed`.
        * Must keep the fields that only a listing has, if `row` (its list row) is given.
        * Must refuse a response about another campaign.
        * May retry.
        """

    def contact_lists(self) -> Mapping[str, ContactList] | None:
        """The contact lists of the account by name; None if the vendor has no such call.

        * Must report no size for a name that several lists have.
        * Must not read, store or return who is on a list.
        * Must match `capabilities.contact_lists`.
        * May retry.
        """

    def requests(self, write: Write) -> tuple[PlannedRequest, ...] | Impossible:
        """The exact requests of a write, in order; pure, sends nothing.

        * Must be deterministic: the same write gives the same requests.
        * Must create the campaign in a create's first request, and in no other.
        * Must put `KNOWN_AFTER_APPLY` where an id of the first response belongs.
        * May leave values open that are known only from the new campaign, in the body of a create's
          later request: must put `KNOWN_AFTER_APPLY` there too, and list the leaves in `unknown`.
          Once the campaign can be read, it is called for the update (`resources.follow_up`: the
          create's `spec`, and as `changed` the paths that a create cannot set). It must return the
          same requests, with the id and the open leaves filled in, or `Impossible`; if anything
          else differs from the plan, nothing is sent and the campaign stays as created.
        * Must send fields that an update does not change as they were read, or leave them out.
        * Must return `Impossible` rather than leave out or guess a field, for a campaign that was
          not read, and for what the capabilities deny; its reason says what a person can do.
        * Must not put a credential into a request: `send` adds it.
        """

    def send(self, request: PlannedRequest, leave: Callable[[], None] = at_once) -> Answer:
        """Send one write, once.

        * Must call `leave` right before the first byte of the request, on an open connection:
          after all waiting, name resolution, connecting and TLS. Must call it about every second
          while it waits, too. What `leave` raises must pass through, and nothing may be sent.
        * Must not retry, follow redirects or reuse a connection for a create.
        * Must return an answer for every fault of transport or vendor; may raise only
          `BudgetSpent`, and only before anything was sent.
        * Must set `may_retry=False` when the account's budget for retries is used up.
        * Must set `sent=False` only if it is proven that nothing was sent.
        * Must give the id of a created campaign, taken only from the response.
        * May give what the response to a create does not show in `unshown`: then the response and a
          list row may prove the create without a `get`. Must have every field that `get` may show.
        """


class ScopedProvider(Provider, Protocol):
    """A provider with `capabilities.lists_archived_apart`."""

    def list(self, channel: str, scope: ListScope = ListScope.ALL) -> Listing:
        """See `Provider.list`; `ALL` is the whole listing.

        Must set `has_archived=False` for a listing of the living that may lack archived campaigns.
        """


def lists_apart(provider: Provider) -> TypeGuard[ScopedProvider]:
    """Whether a provider can leave the archived campaigns out of a listing."""
    return provider.capabilities.lists_archived_apart
