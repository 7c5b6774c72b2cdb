"""Switch a campaign's schedule on or off.

The vendor takes a name, not an id, and its API does not return schedules. So the name must be
unique, the id in the answer is checked, and the history records what was set.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial

from reconciler.address import Address
from reconciler.apply.answer_verdicts import WriteVerdict, failure
from reconciler.apply.receipt import exit_code
from reconciler.clock import timestamp
from reconciler.diagnostics import Diagnostic, error
from reconciler.errors import (
    ApplyRefused,
    ExitCode,
    InvalidInput,
    OutcomeUnknown,
    ReconcilerError,
    unforeseen,
)
from reconciler.plan.model import Selection
from reconciler.resources.base import Live, RunState
from reconciler.resources.ledger_records import SeenState
from reconciler.resources.name_key import name_key
from reconciler.resources.outcome import Answer, ChangeOutcome, Outcome
from reconciler.resources.receipt import OFF
from reconciler.resources.writes import Impossible, Operation, Recurrence, Write
from reconciler.run_state.launch.agree import run_launches
from reconciler.run_state.launch.model import Launch, LaunchContext, Launches, Wanted
from reconciler.run_state.launch.start import begin, conclude, place_of, send_once
from reconciler.run_state.recording import not_recorded, record_run_state
from reconciler.run_state.sending import deliver
from reconciler.workflow.conversation import Conversation
from reconciler.workflow.receipts import ReceiptDraft
from reconciler.workflow.session import Session


@dataclass(frozen=True, slots=True)
class Scheduled:
    """The outcome of setting a schedule."""

    outcome: ChangeOutcome

    @property
    def exit_code(self) -> ExitCode:
        """The exit code of the process."""
        return exit_code((self.outcome,))


def schedule(
    session: Session,
    address: Address,
    recurrence: Recurrence | None,
    *,
    ask: bool,
    talk: Conversation[Launches],
) -> Scheduled:
    """Set a schedule, or switch it off (None); raises ReconcilerError if nothing was sent."""
    if recurrence is not None and recurrence.end <= session.clock.now():
        raise InvalidInput(
            f"the schedule already ended at {timestamp(recurrence.end)}",
            "The vendor requires an end later than now.",
        )

    def write(live: Live) -> Write:
        return Write(operation=Operation.SCHEDULE, type=live.type, live=live, recurrence=recurrence)

    wanted = Wanted(
        selection=Selection(select=(str(address),)),
        operation="schedule",
        write=write,
        repeats="" if recurrence is None else recurrence_in_words(recurrence),
        launches=recurrence is not None,
        recurrence=recurrence,
    )

    def act(launches: Sequence[Launch], context: LaunchContext) -> Scheduled:
        (launch,) = launches
        return _schedule(launch, recurrence, context)

    return run_launches(session, wanted, ask=ask, talk=talk, act=act)


def recurrence_in_words(recurrence: Recurrence) -> str:
    """A recurrence as text, such as `every 2 weeks on MO, WE from ... until ...`."""
    unit = "week" if recurrence.days else "day"
    each = f"every {unit}" if recurrence.every == 1 else f"every {recurrence.every} {unit}s"
    on = f" on {', '.join(recurrence.days)}" if recurrence.days else ""
    return f"{each}{on} from {_utc(recurrence.start)} until {_utc(recurrence.end)}"


def _utc(moment: datetime) -> str:
    utc = moment.astimezone(UTC)
    return f"{utc:%a} {utc.day} {utc:%b %Y %H:%M} UTC"


def _schedule(launch: Launch, recurrence: Recurrence | None, context: LaunchContext) -> Scheduled:
    _require_only_name(launch)
    run = ReceiptDraft.begin_attempt(
        context.session, "schedule", reach=launch.reach, schedule=recurrence or OFF
    )
    open_ = begin(launch, context, run)
    verdict, answer = send_once(launch, context, open_=open_, run=run)
    try:
        outcome, problems = _judge(verdict, answer, launch=launch, off=recurrence is None)
        if _went_astray(verdict, answer, launch) and recurrence is not None:
            problems = (*problems, *_taken_back(launch, context))
    except Exception as fault:  # noqa: BLE001 - the request was sent
        outcome, problems = _unclear(unforeseen(fault), launch, off=recurrence is None)
    made = replace(open_, outcome=outcome, message=answer.message, diagnostics=problems)
    recorded = conclude(made, context, run)
    noted = _noted(launch, outcome, context, off=recurrence is None)
    return Scheduled(replace(recorded, diagnostics=(*recorded.diagnostics, *noted)))


def _noted(
    launch: Launch, outcome: Outcome, context: LaunchContext, *, off: bool
) -> tuple[Diagnostic, ...]:
    """Record the run state that drift compares with from now on; the warnings of that.

    A schedule that was set is recorded even if the vendor shows none (docs/vendors/kore.md 8). If
    it may have been set, the run state is unknown, and no later state is drift.
    """
    noted = partial(record_run_state, launch.record, ledger=context.ledger, lease=context.lease)
    if outcome is Outcome.APPLIED and not off:
        before = SeenState.of(launch.live)
        return noted(replace(before, state=RunState.SCHEDULED) if before is not None else None)
    if outcome is Outcome.UNKNOWN and not off:
        return noted(None)
    if outcome is not Outcome.APPLIED or launch.record is None:
        return ()
    try:
        live = launch.provider.get(launch.live.type, launch.live.remote_id)
    except ReconcilerError as problem:
        return (not_recorded(str(problem), place_of(launch)),)
    if live is None:
        return (not_recorded("the campaign no longer exists", place_of(launch)),)
    return noted(SeenState.of(live))


def _require_only_name(launch: Launch) -> None:
    """Raise ApplyRefused if any other campaign's name looks like it (docs/vendors/kore.md 8)."""
    live, provider = launch.live, launch.provider
    rows: list[Live] = []
    for channel in provider.capabilities.channels:
        listing = launch.snapshot.listings.get(channel) or provider.list(channel)
        rows += listing.items
    key = name_key(live.name)
    same = sorted(row.remote_id for row in rows if name_key(row.name) == key)
    if same != [live.remote_id]:
        raise ApplyRefused(
            f"{launch.address}: {len(same)} campaigns have its name, as people see it: "
            f"{', '.join(same)}",
            "The vendor schedules by name, so it could take another campaign. Rename them, and run "
            "this again. Nothing was sent.",
        )


def _went_astray(verdict: WriteVerdict, answer: Answer, launch: Launch) -> bool:
    """Whether the vendor set a schedule and did not prove that it is this campaign's."""
    names_any = bool(answer.remote_id or answer.conflicting_ids)
    other = answer.conflicting_ids or answer.remote_id != launch.live.remote_id
    return other and (verdict is WriteVerdict.APPLIED or names_any)


def _judge(
    verdict: WriteVerdict, answer: Answer, *, launch: Launch, off: bool
) -> tuple[Outcome, tuple[Diagnostic, ...]]:
    place = place_of(launch)
    if verdict in (WriteVerdict.REFUSED, WriteVerdict.RETRY):
        return Outcome.REFUSED, (failure(answer, place),)
    if _went_astray(verdict, answer, launch):
        named = f"campaign {answer.remote_id}" if answer.remote_id else "no campaign, or several"
        problem = error(
            "another-campaign",
            f"the vendor's answer names {named}, not {launch.live.remote_id}",
            "Check the schedules of all campaigns with this name in the vendor's console now.",
            **place,
        )
        return Outcome.REFUSED, (problem,)
    if verdict is WriteVerdict.APPLIED:
        return Outcome.APPLIED, ()
    return _unclear(answer.message, launch, off=off)


def _unclear(message: str, launch: Launch, *, off: bool) -> tuple[Outcome, tuple[Diagnostic, ...]]:
    cause = f" ({message})" if message else ""
    advice = (
        "It is safe to run this again."
        if off
        else "The API does not return schedules, so check the vendor's console; schedule "
        f"{launch.address} --off is always safe."
    )
    problem = error(
        OutcomeUnknown.code,
        f"it is not known whether the schedule was set{cause}",
        advice,
        **place_of(launch),
    )
    return Outcome.UNKNOWN, (problem,)


def _taken_back(launch: Launch, context: LaunchContext) -> Iterator[Diagnostic]:
    """Switch the schedule under that name off again, whichever campaign has it."""
    live = launch.live
    off = launch.provider.requests(Write(operation=Operation.SCHEDULE, type=live.type, live=live))
    if isinstance(off, Impossible):
        raise AssertionError("what can be scheduled can be switched off")
    try:
        verdict, answer = deliver(off[0], launch.provider, clock=context.session.clock)
    except ReconcilerError as problem:
        verdict, reason = WriteVerdict.UNKNOWN, str(problem)
    else:
        reason = answer.message
    if verdict is WriteVerdict.APPLIED:
        yield error(
            "schedule-taken-back",
            "the schedule of that name was switched off again",
            **place_of(launch),
        )
    else:
        yield error(
            "schedule-left-on",
            f"the schedule of that name could not be switched off again: {reason}",
            "A campaign may start by itself. Switch it off in the vendor's console.",
            **place_of(launch),
        )
