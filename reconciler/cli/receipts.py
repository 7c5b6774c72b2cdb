"""Receipts as tables."""

from collections.abc import Sequence

from reconciler.address import Address
from reconciler.cli.tables import table
from reconciler.resources.outcome import Outcome
from reconciler.resources.tree import Tree
from reconciler.workflow.history import outcomes_of

_RUNS = ("FINISHED", "OPERATION", "WHO", "COMMIT", "PLAN", "OUTCOMES")
_CHANGES = ("FINISHED", "OPERATION", "WHO", "ACTION", "OUTCOME", "ID", "CODES")


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
            shown = ", ".join(str(code) for code in codes) if isinstance(codes, list) else ""
            said = (_text(entry, "action"), _text(entry, "outcome"), _text(entry, "remote_id"))
            rows.append((*_run(one), *said, shown))
    return table(_CHANGES, rows)


def _run(receipt: Tree) -> tuple[str, str, str]:
    who = f"{_text(receipt, 'who')} on {_text(receipt, 'host')}"
    return _text(receipt, "finished_at"), _text(receipt, "operation"), who


def _counts(receipt: Tree) -> str:
    found = [_text(entry, "outcome") for entry in outcomes_of(receipt)]
    parts = (f"{found.count(kind)} {kind}" for kind in Outcome if kind in found)
    reason = _text(receipt, "reason")
    return ", ".join((*parts, *([f'"{reason}"'] if reason else []))) or "-"


def _text(entry: Tree, key: str) -> str:
    value = entry.get(key)
    return "" if value is None else str(value)
