"""Receipts as tables."""

from collections.abc import Iterable, Iterator, Sequence

from reconciler.cli.output import say_table
from reconciler.clock import timestamp
from reconciler.resources.outcome import Outcome
from reconciler.resources.receipt import Receipt, ReceiptEntry
from reconciler.resources.tree import Tree
from reconciler.resources.writes import Recurrence
from reconciler.workflow.history import OpenCreate

_RUNS = ("FINISHED", "OPERATION", "WHO", "COMMIT", "PLAN", "CAMPAIGNS", "OUTCOMES")
_OPEN = ("CAMPAIGN", "TARGET", "SENT", "WHO", "PLAN", "OUTCOME")
_CHANGES = ("FINISHED", "OPERATION", "WHO", "ACTION", "OUTCOME", "ID", "DETAILS")


def say_runs(receipts: Sequence[Receipt]) -> None:
    """Print one row per run, with the counts of its outcomes."""
    rows = [
        (
            *_run(receipt),
            (receipt.commit or "")[:12],
            (receipt.plan_id or "")[:8],
            _campaigns(receipt),
            _counts(receipt),
        )
        for receipt in receipts
    ]
    say_table(_RUNS, rows)


def say_changes(receipts: Sequence[Receipt]) -> None:
    """Print one row for every entry."""
    rows = [
        (
            *_run(receipt),
            entry.action,
            _in_words(entry.outcome),
            entry.remote_id or "",
            ", ".join((*_schedules([entry]), *entry.codes)),
        )
        for receipt in receipts
        for entry in receipt.outcomes
    ]
    say_table(_CHANGES, rows)


def say_open(creates: Iterable[OpenCreate]) -> None:
    """Print one row for every create that is not settled."""
    rows = [
        (
            str(one.intent.address),
            one.intent.target,
            timestamp(one.intent.created_at),
            f"{one.run.who} on {one.run.host}" if one.run is not None else "-",
            one.intent.run_id[:8],
            f"unknown: {one.intent.denied}" if one.intent.denied else "unknown",
        )
        for one in creates
    ]
    say_table(_OPEN, rows)


def open_tree(create: OpenCreate) -> Tree:
    """A create that is not settled, as `history --json` prints it."""
    intent, run = create.intent, create.run
    return {
        "address": str(intent.address),
        "target": intent.target,
        "sent_at": timestamp(intent.created_at),
        "outcome": Outcome.UNKNOWN.value,
        "denied": intent.denied or None,
        "plan_id": intent.run_id,
        "who": run.who if run is not None else None,
        "host": run.host if run is not None else None,
        "run_url": run.run_url if run is not None else None,
    }


def _campaigns(receipt: Receipt) -> str:
    """`kore_sms_campaign.renewal and 3 more`."""
    names = sorted({str(entry.address) for entry in receipt.outcomes})
    if not names:
        return ""
    return f"{names[0]} and {len(names) - 1} more" if len(names) > 1 else names[0]


def _run(receipt: Receipt) -> tuple[str, str, str]:
    return receipt.finished_at, receipt.operation, f"{receipt.who} on {receipt.host}"


def _counts(receipt: Receipt) -> str:
    found = [entry.outcome for entry in receipt.outcomes]
    parts = (f"{found.count(kind)} {_in_words(kind)}" for kind in Outcome if kind in found)
    reason = [f'"{receipt.reason}"'] if receipt.reason else []
    opened = (receipt.gates or {}).items()
    gates = [f"gate {code} accepted by {by}" for code, by in opened]
    return ", ".join((*parts, *gates, *_schedules(receipt.outcomes), *reason)) or "-"


def _in_words(outcome: Outcome) -> str:
    """The outcome as `apply` calls it."""
    return "not attempted" if outcome is Outcome.SKIPPED else outcome


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
