"""Run state that we answer for, into the ledger: what it moves away to afterwards is drift.

Settings have their own date, which stays. A record that cannot be written is a warning: what was
done to the campaign is done, and `drift` then compares with what was known before.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from reconciler.diagnostics import Diagnostic, Where, warning
from reconciler.errors import LeaseLost, LedgerFailed, reportable
from reconciler.ledger.base import Ledger
from reconciler.ledger.lease import Lease
from reconciler.resources.base import Live
from reconciler.resources.ledger_records import Record, SeenState
from reconciler.workflow.session import Session

_NOT_RECORDED = "run-state-not-recorded"
_SO = "drift compares with what was known before. See status, and status --accept."


def record_run_state(
    known: Record | None, seen: SeenState | None, *, ledger: Ledger, lease: Lease
) -> tuple[Diagnostic, ...]:
    """Write a campaign's run state, None for not known, into its record; nothing without a record.

    A lease that turns out to be lost is given up, so that no further request is sent under it.
    """
    if known is None or known.seen == seen:
        return ()
    try:
        ledger.put_record(replace(known, seen=seen), lease.id)
    except LedgerFailed as failed:
        if isinstance(failed, LeaseLost):
            lease.give_up()
        place: Where = {"address": known.address, "target": known.target}
        return (not_recorded(str(failed), place),)
    return ()


def not_recorded(why: str, where: Where | None = None) -> Diagnostic:
    """The warning that drift knows nothing of what was done."""
    return warning(_NOT_RECORDED, f"the run state was not recorded: {why}", _SO, **(where or {}))


@dataclass(frozen=True, slots=True)
class Resting:
    """What a stop confirmed on one target."""

    target: str
    campaigns: tuple[Live, ...]


def record_resting(
    session: Session, ledger: Ledger | None, found: Iterable[Resting]
) -> tuple[Diagnostic, ...]:
    """Write what a stop read of the campaigns that the ledger knows.

    Takes the lease once and waits for nobody: a stop is over when this is tried, and whoever holds
    the lease finds the tombstone.
    """
    live = {(one.target, row.type, row.remote_id): row for one in found for row in one.campaigns}
    if not live:
        return ()
    if ledger is None:
        return (not_recorded("the ledger cannot be opened"),)
    holder = session.with_lock_timeout(0).holder("stop")
    try:
        with Lease(ledger, session.clock, holder=holder) as lease:
            _write(live, ledger, lease)
    except Exception as problem:  # noqa: BLE001 - what was stopped must still be reported
        return (not_recorded(str(reportable(problem))),)
    return ()


def _write(live: Mapping[tuple[str, str, str], Live], ledger: Ledger, lease: Lease) -> None:
    for one in ledger.view().records.values():
        row = live.get((one.target, one.address.type, one.remote_id))
        seen = SeenState.of(row)
        if seen is not None and seen != one.seen:
            ledger.put_record(replace(one, seen=seen), lease.id)
