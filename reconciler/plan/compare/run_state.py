"""Decides whether a campaign's run state moved away from the state last accepted; pure.

Run state is never desired, so nothing here leads to a request. States are compared by class,
because words may differ within a class (Preparing and Ready). What a campaign does on its own is
not drift: a scheduled campaign starts, and a running campaign ends.
"""

from collections.abc import Iterator

from pydantic import JsonValue

from reconciler.plan.compare.leaves import Sides
from reconciler.plan.model import Attribution, FieldChange, Movement
from reconciler.resources.base import STATUS, Live, RunState
from reconciler.resources.capabilities import Capabilities
from reconciler.resources.ledger_records import SeenState
from reconciler.resources.run_evidence import EXECUTION, SENT, unusual_run
from reconciler.resources.tree import covers

_AGAIN = "it began another run after it was last seen"
_STARTED = "a create or an update may have started it"
_SENT = "it was at rest when it was last seen, and nobody started it through reconciler since"
_UNUSUAL = "it may run whatever its schedule and calling hours say"
_BY_ITSELF = {
    RunState.SCHEDULED: (RunState.DRAFT, RunState.ACTIVE, RunState.FINISHED),
    RunState.ACTIVE: (RunState.SCHEDULED, RunState.FINISHED),
}
"""SCHEDULED may also become a draft, because a vendor may not show a schedule that is set."""
_RAN = (RunState.PAUSED, RunState.FINISHED)
"""States that a resting campaign can only reach by running."""


def state_drift(
    sides: Sides, capabilities: Capabilities, *, may_send: bool
) -> tuple[FieldChange, ...]:
    """The run state and its evidence as drifted fields, where they moved away from what was seen.

    `may_send` means that our own create or update may have started the campaign.
    """
    seen = sides.record.seen if sides.record is not None else None
    ignored = (exemption.subject for exemption in sides.desired.metadata.ignore)
    if seen is None or not sides.live.status or covers(ignored, STATUS):
        return ()
    moved = () if _follows(seen, sides.live) else _moved(sides, seen, capabilities, may_send)
    return (*moved, *_evidence(seen, sides.live, capabilities))


def _evidence(seen: SeenState, live: Live, capabilities: Capabilities) -> Iterator[FieldChange]:
    """What shows that a campaign contacted people although nobody started it, or runs unusually.

    The state may be the same as before, because a run may begin and end between two readings.
    """
    sent = seen.sent is not None and live.sent is not None and live.sent > seen.sent
    if sent and _rests(seen.state, seen.status, capabilities):
        yield _expanding(SENT, seen.sent, live.sent, _SENT)
    if unusual_run(live.execution) and live.execution != seen.execution:
        yield _expanding(EXECUTION, seen.execution or None, live.execution, _UNUSUAL)


def _expanding(path: str, before: JsonValue, after: JsonValue, note: str) -> FieldChange:
    return FieldChange(
        path=path,
        before=before,
        after=after,
        note=note,
        attribution=Attribution.DRIFT,
        movement=Movement.EXPANDING,
    )


def _moved(
    sides: Sides, seen: SeenState, capabilities: Capabilities, may_send: bool
) -> tuple[FieldChange, ...]:
    ours = sides.record is not None and sides.record.created
    again = _ran_again(seen, sides.live)
    moved = Movement.EXPANDING if again else _movement(seen, sides.live, capabilities)
    started = _rests(seen.state, seen.status, capabilities) and moved is Movement.EXPANDING
    return (
        FieldChange(
            path=STATUS,
            before=seen.status,
            after=sides.live.status,
            note=_AGAIN if again else _STARTED if started and may_send and ours else "",
            attribution=Attribution.DRIFT,
            movement=moved,
        ),
    )


def _ran_again(seen: SeenState, live: Live) -> bool:
    """Whether a run began that no schedule explains; False if either reading has no run id."""
    known = bool(seen.run and live.run) and seen.state is not RunState.SCHEDULED
    return known and seen.run != live.run


def _follows(seen: SeenState, live: Live) -> bool:
    if _ran_again(seen, live):
        return False
    if seen.state is RunState.OTHER and live.state is RunState.OTHER:
        return seen.status == live.status
    return live.state is seen.state or live.state in _BY_ITSELF.get(seen.state, ())


def _movement(seen: SeenState, live: Live, capabilities: Capabilities) -> Movement:
    """Contracting if it rests now, unless it rested before and must have run since."""
    rested = _rests(seen.state, seen.status, capabilities)
    rests = _rests(live.state, live.status, capabilities)
    contracts = rests and not (rested and live.state in _RAN)
    return Movement.CONTRACTING if contracts else Movement.EXPANDING


def _rests(state: RunState, status: str, capabilities: Capabilities) -> bool:
    """Whether it contacts nobody and will not start on its own; unknown words may mean anything."""
    if state is RunState.OTHER:
        return status in capabilities.idle_statuses
    return state not in (RunState.ACTIVE, RunState.SCHEDULED)
