"""The sent mark: a create for a name on an account may have reached the vendor, and when.

A mark stands above environments and addresses. Absence from a listing proves something only once
the vendor has had time to list what an earlier create made
(docs/concepts/at-most-one-create.md#the-sent-mark).
"""

from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from reconciler.address import Address
from reconciler.resources.ledger_records import Moment
from reconciler.resources.tree import digest


class MarkKey(NamedTuple):
    """The name that a mark is about, on one account and channel."""

    provider: str
    account: str
    channel: str
    name_key: str
    """See `resources.name_key`."""

    @property
    def digest(self) -> str:
        """The key as one word, for stores that name things by words."""
        return digest(list(self))


@dataclass(frozen=True, slots=True, kw_only=True)
class SentMark:
    """The last create of a name that may have reached the vendor, or its removal by us."""

    key: MarkKey
    first_at: datetime
    """By our clock, when the first create of this name was sent."""
    sent: Moment
    """When the last one was sent, denied or removed."""
    environment: str
    address: Address
    """For which the last one was sent."""
    seen_ids: tuple[str, ...] = ()
    """Ids of campaigns of this name that were listed before the last create."""

    def seconds_left(self, now: Moment, settle: float) -> float:
        """Seconds to wait until a listing begun at `now` proves absence; 0 if it does already.

        Each clock is compared with itself only. An age that is unknown or negative counts as none,
        so the wait is never longer than `settle`.
        """
        if now.vendors is None or self.sent.vendors is None:
            return settle
        age = now.seconds_since(self.sent)
        return settle if age < 0 else max(0.0, settle - age)
