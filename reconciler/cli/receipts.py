"""Receipts as tables."""

from collections.abc import Iterable, Iterator, Sequence

from reconciler.address import Address
from reconciler.cli.tables import table
from reconciler.resources.outcome import Outcome
from reconciler.resources.tree import Tree
from reconciler.workflow.history import outcomes_of

_RUNS = ("FINISHED", "OPERATION", "WHO", "COMMIT", "PLAN", "OUTCOMES")
_CHANGES = ("FINISHED", "OPERATION", "WHO", "ACTION", "OUTCOME", "ID", "DETAILS")


def of_all(receipts: Sequence[Tree]) -> str:
    """One row per run, with the counts of its outcomes."""
    rows = [
        (
            *_run(one),
            _text(one, "commit")[:12],
            _text(one, "plan_id")[:8],
            _counts(one),
        )
        for one in receipts
    ]
    return table(_RUNS, rows)


def of_address(receipts: Sequence[Tree], address: Address) -> str:
    """One row for everything that was done to an address."""
    rows = []
    for one in receipts:
        for entry in outcomes_of(one, address):
            codes = entry.get("codes")
            known = [str(code) for code in codes] if isinstance(codes, list) else []
            shown = ", ".join((*_schedules([entry]), *known))
            said = (_text(entry, "action"), _text(entry, "outcome"), _text(entry, "remote_id"))
            rows.append((*_run(one), *said, shown))
    return table(_CHANGES, rows)


def _run(receipt: Tree) -> tuple[str, str, str]:
    who = f"{_text(receipt, 'who')} on {_text(receipt, 'host')}"
    return _text(receipt, "finished_at"), _text(receipt, "operation"), who


def _counts(receipt: Tree) -> str:
    entries = [*outcomes_of(receipt)]
    found = [_text(entry, "outcome") for entry in entries]
    parts = (f"{found.count(kind)} {kind}" for kind in Outcome if kind in found)
    reason = _text(receipt, "reason")
    said = [f'"{reason}"'] if reason else []
    return ", ".join((*parts, *_schedules(entries), *said)) or "-"


def _schedules(entries: Iterable[Tree]) -> Iterator[str]:
    """What schedules were set to: no reading of a campaign shows it again."""
    for entry in entries:
        planned = entry.get("schedule")
        if isinstance(planned, dict):
            unit = "weekly" if "weekly" in planned else "daily"
            days = planned.get("days")
            on = f" on {' '.join(str(day) for day in days)}" if isinstance(days, list) else ""
            when = f"from {planned.get('from')} until {planned.get('until')}"
            yield f"{unit} {planned.get(unit)}{on} {when}"
        elif isinstance(planned, str):
            yield f"schedule {planned}"


def _text(entry: Tree, key: str) -> str:
    value = entry.get(key)
    return "" if value is None else str(value)
