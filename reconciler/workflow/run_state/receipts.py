"""What was done to run state, for the history: no text, no number, no name of a person called."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Self

from pydantic import JsonValue

from reconciler.address import Address
from reconciler.clock import timestamp
from reconciler.ledger.base import Ledger
from reconciler.resources.outcome import ChangeOutcome, Outcome
from reconciler.resources.tree import Tree
from reconciler.workflow.history import outcomes_of
from reconciler.workflow.session import Session

_LAUNCHES = frozenset({"start", "schedule"})
ABOUT_TO_LEAVE = "about-to-leave"
"""The code of an entry that is written before its request leaves."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
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


def keep(run: Run, ledger: Ledger, outcomes: Iterable[ChangeOutcome], *, reason: str = "") -> None:
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


def unsettled(receipts: Sequence[Tree], address: Address) -> Tree | None:
    """The newest start or schedule of an address, if nobody knows what came of it.

    A stop that is confirmed since then settles it; an attempt that was kept back says nothing.
    """
    kept_back = False
    for receipt in reversed(receipts):
        for entry in outcomes_of(receipt, address):
            action, outcome = entry.get("action"), entry.get("outcome")
            if action == "stop" and outcome == Outcome.APPLIED.value:
                return None
            if action not in _LAUNCHES:
                continue
            if outcome == Outcome.SKIPPED.value:
                kept_back = True
            elif kept_back and _announces(entry):
                kept_back = False
            else:
                return entry if outcome == Outcome.UNKNOWN.value else None
    return None


def _announces(entry: Tree) -> bool:
    codes = entry.get("codes")
    return isinstance(codes, list) and ABOUT_TO_LEAVE in codes


def _entry(outcome: ChangeOutcome, run: Run) -> Tree:
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
