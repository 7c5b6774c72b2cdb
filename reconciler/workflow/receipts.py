"""What was done to run state, for the history: no text, no number, no name of a person called."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Self

from pydantic import JsonValue

from reconciler.address import Address
from reconciler.clock import timestamp
from reconciler.ledger.base import Ledger
from reconciler.resources.outcome import ChangeOutcome
from reconciler.resources.tree import Tree
from reconciler.workflow.session import Session


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiptDraft:
    """A command that touches run state, from when it began."""

    session: Session
    operation: str
    started_at: datetime
    more: Mapping[str, JsonValue] = field(default_factory=dict)
    """What a schedule sets: no reading shows it again."""
    of_each: Mapping[Address, Tree] = field(default_factory=dict)
    """What is to be kept of single campaigns."""

    @classmethod
    def begin(cls, session: Session, operation: str, **more: JsonValue) -> Self:
        """A run that begins now."""
        now = session.clock.now()
        return cls(session=session, operation=operation, started_at=now, more=more)

    @classmethod
    def attempt(cls, session: Session, operation: str, **more: JsonValue) -> Self:
        """One launch of one campaign: what is kept of it before and after carries the same id."""
        return cls.begin(session, operation, attempt=session.clock.new_id(), **more)


def keep_receipt(
    run: ReceiptDraft, ledger: Ledger, outcomes: Iterable[ChangeOutcome], *, reason: str = ""
) -> None:
    """Append the receipt of a run; raises LedgerFailed."""
    session = run.session
    entries: list[JsonValue] = [_entry(outcome, run) for outcome in outcomes]
    ledger.add_receipt(
        {
            "environment": session.environment.name,
            "operation": run.operation,
            "who": session.who,
            "host": session.host,
            "run_url": session.run_url,
            "started_at": timestamp(run.started_at),
            "finished_at": timestamp(session.clock.now()),
            "reason": reason,
            "outcomes": entries,
        }
    )


def _entry(outcome: ChangeOutcome, run: ReceiptDraft) -> Tree:
    codes: list[JsonValue] = [problem.code for problem in outcome.diagnostics]
    return {
        "address": str(outcome.address),
        "target": outcome.target,
        "action": outcome.action,
        "outcome": outcome.outcome.value,
        "remote_id": outcome.remote_id,
        "codes": codes,
        **run.more,
        **run.of_each.get(outcome.address, {}),
    }
