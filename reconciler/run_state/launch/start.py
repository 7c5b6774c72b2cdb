"""Start campaigns: each sent once, confirmed by its status, never repeated on a guess.

One after another on each target, targets side by side; what becomes of one keeps no other back,
unless nothing may leave any more.
"""

from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import partial

from reconciler.apply.answer_verdicts import WriteVerdict, failure
from reconciler.apply.receipt import exit_code
from reconciler.diagnostics import Diagnostic, Where, error, warning
from reconciler.errors import ExitCode, LedgerFailed, OutcomeUnknown, ReconcilerError, unforeseen
from reconciler.plan.model import Selection
from reconciler.resources.base import Live, RunState
from reconciler.resources.ledger_records import SeenState
from reconciler.resources.outcome import Answer, ChangeOutcome, Outcome
from reconciler.resources.writes import Operation, Write
from reconciler.run_state.launch.agree import run_launches
from reconciler.run_state.launch.model import Launch, LaunchContext, Wanted
from reconciler.run_state.recording import record_run_state
from reconciler.run_state.sending import deliver, watch
from reconciler.run_state.unsettled import ABOUT_TO_LEAVE, NOT_CONFIRMED
from reconciler.threads import results
from reconciler.workflow.conversation import Conversation
from reconciler.workflow.receipts import ReceiptDraft, keep_receipt
from reconciler.workflow.session import Session

_DOUBTFUL = 10.0
"""Seconds to look after a refusal that leaves room for a start."""


@dataclass(frozen=True, slots=True)
class StartResult:
    """What became of one start; `status` is the vendor's word at the end, "" when not read."""

    outcome: ChangeOutcome
    status: str = ""

    @property
    def confirmed(self) -> bool:
        """False for one that the vendor says it started and no reading shows."""
        codes = {problem.code for problem in self.outcome.diagnostics}
        return NOT_CONFIRMED not in codes


@dataclass(frozen=True, slots=True)
class StartResults:
    """What became of every campaign that was to be started, by address."""

    campaigns: tuple[StartResult, ...]

    @property
    def exit_code(self) -> ExitCode:
        """What the process answers; the worst one decides."""
        return exit_code(one.outcome for one in self.campaigns)


def start(
    session: Session, selection: Selection, *, ask: bool, talk: Conversation[Sequence[Launch]]
) -> StartResults:
    """Start campaigns that are as their manifests say.

    Raises ReconcilerError, and then nothing was sent for any of them.
    """
    wanted = Wanted(
        selection=selection,
        operation="start",
        write=lambda live: Write(operation=Operation.START, type=live.type, live=live),
        why="because it is started",
    )
    return run_launches(session, wanted, ask=ask, talk=talk, act=_start_all)


def begin(launch: Launch, context: LaunchContext, run: ReceiptDraft) -> ChangeOutcome:
    """Record that a request is about to leave; what is left of a killed run says "unknown"."""
    announced = (warning(ABOUT_TO_LEAVE, "the request is about to leave"),)
    outcome = _outcome(launch, Outcome.UNKNOWN, *announced)
    keep_receipt(run, context.ledger, (outcome,))
    return replace(outcome, diagnostics=())


def conclude(outcome: ChangeOutcome, context: LaunchContext, run: ReceiptDraft) -> ChangeOutcome:
    """Record what came of it; a ledger that fails now is told with the outcome."""
    try:
        keep_receipt(run, context.ledger, (outcome,))
    except LedgerFailed as failed:
        return replace(outcome, diagnostics=(*outcome.diagnostics, *failed.diagnostics))
    return outcome


def place_of(launch: Launch) -> Where:
    """The place that a launch's diagnostics name."""
    return {"address": launch.address, "target": launch.target}


def _outcome(launch: Launch, outcome: Outcome, *problems: Diagnostic) -> ChangeOutcome:
    return ChangeOutcome(
        address=launch.address,
        target=launch.target,
        action=launch.operation,
        outcome=outcome,
        remote_id=launch.live.remote_id,
        diagnostics=problems,
    )


def _start_all(launches: Sequence[Launch], context: LaunchContext) -> StartResults:
    targets = sorted({one.target for one in launches})
    with ThreadPoolExecutor(len(targets), "start") as pool:
        runs = [
            pool.submit(_on_target, [one for one in launches if one.target == target], context)
            for target in targets
        ]
        found = [one for started in results(runs) for one in started]
    return StartResults(tuple(sorted(found, key=lambda one: one.outcome.address)))


def _on_target(launches: Iterable[Launch], context: LaunchContext) -> list[StartResult]:
    """One after another; what kept one from leaving keeps back whatever comes after it."""
    found: list[StartResult] = []
    held = False
    for launch in launches:
        if held or context.interrupted():
            found.append(StartResult(_outcome(launch, Outcome.SKIPPED)))
            continue
        try:
            found.append(_start(launch, context))
        except ReconcilerError as problem:
            # Nothing left: what is raised on the way out is raised before.
            told = (replace(one, **place_of(launch)) for one in problem.diagnostics)
            found.append(StartResult(_outcome(launch, Outcome.SKIPPED, *told)))
            held = True
        except Exception as fault:  # noqa: BLE001 - the request may have been sent
            unclear = _unknown(f"it is not known whether it started ({unforeseen(fault)})", launch)
            found.append(StartResult(_outcome(launch, Outcome.UNKNOWN, unclear)))
            held = True
    return found


def _start(launch: Launch, context: LaunchContext) -> StartResult:
    run = ReceiptDraft.begin_attempt(context.session, "start")
    open_ = begin(launch, context, run)
    clock = context.session.clock
    try:
        leave = partial(context.leave, launch.target)
        verdict, answer = deliver(launch.requests[0], launch.provider, clock=clock, leave=leave)
    except ReconcilerError:
        conclude(replace(open_, outcome=Outcome.SKIPPED), context, run)
        raise
    try:
        return _watched(launch, verdict, answer=answer, open_=open_, context=context, run=run)
    except Exception as fault:  # noqa: BLE001 - the request was sent
        problem = _unknown(f"it is not known whether it started ({unforeseen(fault)})", launch)
        return StartResult(conclude(replace(open_, diagnostics=(problem,)), context, run))


def _watched(
    launch: Launch,
    verdict: WriteVerdict,
    *,
    answer: Answer,
    open_: ChangeOutcome,
    context: LaunchContext,
    run: ReceiptDraft,
) -> StartResult:
    """What the campaign's status says of a start that was sent; recorded."""
    clock = context.session.clock
    seconds = context.session.environment.targets[launch.target].read_back.total_seconds()
    last = watch(
        launch.live,
        launch.provider,
        clock=clock,
        seconds=_patience(verdict, answer, seconds),
        until=lambda live: _runs(live, launch.live),
    )
    outcome, problems = _judge(verdict, answer, launch=launch, last=last)
    made = replace(open_, outcome=outcome, message=answer.message, diagnostics=problems)
    told = conclude(made, context, run)
    noted: tuple[Diagnostic, ...] = ()
    if outcome is not Outcome.REFUSED:
        # Not confirmed is not known: whatever shows later, this start may have done it.
        confirmed = outcome is Outcome.APPLIED and _shows(last, launch)
        seen = SeenState.of(last) if confirmed else None
        noted = record_run_state(launch.record, seen, ledger=context.ledger, lease=context.lease)
    status = last.status if last is not None else ""
    return StartResult(replace(told, diagnostics=(*told.diagnostics, *noted)), status)


def _patience(verdict: WriteVerdict, answer: Answer, read_back: float) -> float:
    """How long to look whether it runs: a refusal that may not be the vendor's is told soon."""
    if not _is_open(verdict, answer):
        return 0.0
    return min(read_back, _DOUBTFUL) if _says_no(verdict, answer) else read_back


def _is_open(verdict: WriteVerdict, answer: Answer) -> bool:
    """Whether the answer leaves room for a start: not if the vendor itself says no in its own form.

    Something on the way may say 409, redirect, or answer in a form that is not the vendor's, after
    it has handed the request on.
    """
    if verdict in (WriteVerdict.APPLIED, WriteVerdict.UNKNOWN):
        return True
    return answer.sent and (not answer.is_object or answer.status == 409 or _redirects(answer))


def _redirects(answer: Answer) -> bool:
    return answer.status is not None and 300 <= answer.status < 400


def _says_no(verdict: WriteVerdict, answer: Answer) -> bool:
    refused = answer.status is not None and 400 <= answer.status < 500
    return verdict in (WriteVerdict.REFUSED, WriteVerdict.RETRY) or refused


def _shows(last: Live | None, launch: Launch) -> bool:
    return last is not None and _runs(last, launch.live)


def _runs(live: Live, before: Live) -> bool:
    """Running, or done already: a short campaign is over before anybody looks."""
    again = bool(live.run and before.run) and live.run != before.run
    done = live.state is RunState.FINISHED and (before.state is not RunState.FINISHED or again)
    return live.state is RunState.ACTIVE or done


def _judge(
    verdict: WriteVerdict, answer: Answer, *, launch: Launch, last: Live | None
) -> tuple[Outcome, tuple[Diagnostic, ...]]:
    place, shows = place_of(launch), _shows(last, launch)
    seen = f"its status is {last.status}" if last is not None else "its status could not be read"
    if _says_no(verdict, answer) and shows:
        said = failure(answer, place).summary
        return Outcome.UNKNOWN, (_unknown(f"{said}; but {seen}, so it may have started", launch),)
    if verdict in (WriteVerdict.REFUSED, WriteVerdict.RETRY):
        problem = failure(answer, place)
        if last is None and _is_open(verdict, answer):
            return Outcome.UNKNOWN, (_unknown(f"{problem.summary}; but {seen}", launch),)
        return Outcome.REFUSED, (replace(problem, detail=f"It was not started; {seen}."),)
    if shows:
        return Outcome.APPLIED, ()
    if verdict is WriteVerdict.APPLIED:
        problem = error(
            NOT_CONFIRMED,
            f"the vendor answered that it started, but {seen}",
            f"Do not start it again. Look later: reconciler status {launch.address}",
            **place,
        )
        return Outcome.APPLIED, (problem,)
    said = f" ({answer.message})" if answer.message else ""
    return Outcome.UNKNOWN, (_unknown(f"it is not known whether it started{said}; {seen}", launch),)


def _unknown(summary: str, launch: Launch) -> Diagnostic:
    address = launch.address
    return error(
        OutcomeUnknown.code,
        summary,
        "Do not start it again before you know: that could contact everybody twice. See reconciler "
        f"status {address} and the vendor's console; reconciler stop {address} is always safe.",
        **place_of(launch),
    )
