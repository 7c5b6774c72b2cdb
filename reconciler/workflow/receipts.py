"""Receipts of commands other than apply, for the history; no message text and no contact data."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Literal, Self

from reconciler.address import Address
from reconciler.apply.receipt import with_reach
from reconciler.clock import timestamp
from reconciler.ledger.base import Ledger
from reconciler.plan.people import CampaignReach
from reconciler.resources.outcome import ChangeOutcome
from reconciler.resources.receipt import Receipt, ReceiptEntry
from reconciler.resources.writes import Recurrence
from reconciler.workflow.session import Session


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiptDraft:
    """The receipt of a command while it runs."""

    session: Session
    operation: str
    started_at: datetime
    attempt: str | None = None
    schedule: Recurrence | Literal["off"] | None = None
    """What a schedule is set to."""
    reach: CampaignReach | None = None
    """The people whom a launch may contact."""
    statuses: Mapping[Address, str] = field(default_factory=dict)
    """The vendor's statuses of accepted run states."""

    @classmethod
    def begin(cls, session: Session, operation: str) -> Self:
        """The draft of a run that begins now."""
        return cls(session=session, operation=operation, started_at=session.clock.now())

    @classmethod
    def begin_attempt(
        cls,
        session: Session,
        operation: str,
        *,
        reach: CampaignReach | None,
        schedule: Recurrence | Literal["off"] | None = None,
    ) -> Self:
        """The draft of one launch of one campaign; its receipts share a new attempt id."""
        draft = cls.begin(session, operation)
        return replace(draft, attempt=session.clock.new_id(), reach=reach, schedule=schedule)

    def receipt(self, outcomes: Iterable[ChangeOutcome]) -> Receipt:
        """The receipt of a run that ends now."""
        session = self.session
        return Receipt(
            environment=session.environment.name,
            operation=self.operation,
            who=session.who,
            host=session.host,
            run_url=session.run_url,
            started_at=timestamp(self.started_at),
            finished_at=timestamp(session.clock.now()),
            outcomes=tuple(self._entry(outcome) for outcome in outcomes),
        )

    def _entry(self, outcome: ChangeOutcome) -> ReceiptEntry:
        return replace(
            with_reach(ReceiptEntry.of(outcome), self.reach),
            attempt=self.attempt,
            schedule=self.schedule,
            status=self.statuses.get(outcome.address),
        )


def keep_receipt(
    run: ReceiptDraft, ledger: Ledger, outcomes: Iterable[ChangeOutcome], *, reason: str = ""
) -> None:
    """Append the receipt of a run; raises LedgerFailed."""
    ledger.add_receipt(replace(run.receipt(outcomes), reason=reason))
