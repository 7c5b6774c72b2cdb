"""Receipts as tables."""

from collections.abc import Iterable, Iterator, Sequence

from reconciler.cli.tables import table
from reconciler.clock import timestamp
from reconciler.resources.outcome import Outcome
from reconciler.resources.receipt import Receipt, ReceiptEntry
from reconciler.resources.writes import Recurrence

_RUNS = ("FINISHED", "OPERATION", "WHO", "COMMIT", "PLAN", "OUTCOMES")
_CHANGES = ("FINISHED", "OPERATION", "WHO", "ACTION", "OUTCOME", "ID", "DETAILS")


def of_all(receipts: Sequence[Receipt]) -> str:
    """One row per run, with the counts of its outcomes."""
    rows = [
        (
            *_run(receipt),
            (receipt.commit or "")[:12],
            (receipt.plan_id or "")[:8],
            _counts(receipt),
        )
        for receipt in receipts
    ]
    return table(_RUNS, rows)


def of_changes(receipts: Sequence[Receipt]) -> str:
    """One row for every entry."""
    rows = [
        (
            *_run(receipt),
            entry.action,
            entry.outcome,
            entry.remote_id or "",
            ", ".join((*_schedules([entry]), *entry.codes)),
        )
        for receipt in receipts
        for entry in receipt.outcomes
    ]
    return table(_CHANGES, rows)


def _run(receipt: Receipt) -> tuple[str, str, str]:
    return receipt.finished_at, receipt.operation, f"{receipt.who} on {receipt.host}"


def _counts(receipt: Receipt) -> str:
    found = [entry.outcome for entry in receipt.outcomes]
    parts = (f"{found.count(kind)} {kind}" for kind in Outcome if kind in found)
    reason = [f'"{receipt.reason}"'] if receipt.reason else []
    return ", ".join((*parts, *_schedules(receipt.outcomes), *reason)) or "-"


def _schedules(entries: Iterable[ReceiptEntry]) -> Iterator[str]:
    """The schedules that were set, as text; no reading of a campaign shows them."""
    for entry in entries:
        planned = entry.schedule
        if isinstance(planned, Recurrence):
            unit = "weekly" if planned.days else "daily"
            on = f" on {' '.join(planned.days)}" if planned.days else ""
            when = f"from {timestamp(planned.start)} until {timestamp(planned.end)}"
            yield f"{unit} {planned.every}{on} {when}"
        elif planned is not None:
            yield f"schedule {planned}"
