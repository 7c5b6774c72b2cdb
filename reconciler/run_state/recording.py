"""Record accepted run state in the ledger; later changes are drift.

Does not touch `written_at`, the date of the settings. A record that cannot be written is a warning:
the campaign has changed, but `drift` still compares with the state recorded before.
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
_SO = "drift still compares with the state recorded before. Check status, and use status --accept."


def record_run_state(
    known: Record | None, seen: SeenState | None, *, ledger: Ledger, lease: Lease
) -> tuple[Diagnostic, ...]:
    """Write a campaign's run state, None for unknown, to its record; without a record, do nothing.

    Gives the lease up if it is lost, so that no further request is sent under it.
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
    """The warning that the new run state is not in the ledger."""
    return warning(_NOT_RECORDED, f"the run state was not recorded: {why}", _SO, **(where or {}))


@dataclass(frozen=True, slots=True)
class Resting:
    """The campaigns that a stop confirmed as stopped on one target."""

    target: str
    campaigns: tuple[Live, ...]


def record_resting(
    session: Session, ledger: Ledger | None, found: Iterable[Resting]
) -> tuple[Diagnostic, ...]:
    """Write the run states that a stop read to the records that the ledger has.

    Tries to take the lease once, without waiting: the stop is complete by then, and whoever holds
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
    for record in ledger.view().records.values():
        row = live.get((record.target, record.address.type, record.remote_id))
        seen = SeenState.of(row)
        if seen is not None and seen != record.seen:
            ledger.put_record(replace(record, seen=seen), lease.id)
