"""What was sent before a stop, as far as the ledger and the last reading tell; pure."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from reconciler.resources.ledger_records import Record


@dataclass(frozen=True, slots=True)
class SentSoFar:
    """The campaigns that reconciler created, and the messages that the vendors count."""

    created: int
    messages: int | None
    """None if no reading tells."""
    uncounted: int = 0
    """Live campaigns of which no reading tells how many messages they sent."""

    @property
    def text(self) -> str:
        """Both numbers, in words."""
        created = "1 campaign" if self.created == 1 else f"{self.created:,} campaigns"
        if self.messages is None:
            messages = "not known" if self.uncounted else "none"
        else:
            messages = f"{self.messages:,}, as the vendor counts them"
            if self.uncounted:
                of = "1 campaign" if self.uncounted == 1 else f"{self.uncounted:,} campaigns"
                messages += f"; not known for {of}"
        return (
            f"Created through reconciler before the stop: {created}. "
            f"Messages sent so far: {messages}."
        )


def sent_so_far(
    records: Iterable[Record], counts: Collection[int | None], *, before: datetime | None = None
) -> SentSoFar:
    """What the records of some campaigns tell, and the numbers of messages of the live ones.

    With `before`, a campaign that was created after that does not count.
    """
    created = sum(
        1
        for one in records
        if one.created and (before is None or (one.recorded_at or one.written_at) <= before)
    )
    known = [one for one in counts if one is not None]
    return SentSoFar(created, sum(known) if known else None, len(counts) - len(known))
