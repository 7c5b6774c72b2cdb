"""Start campaigns: send each start once, confirm it by the status, and never repeat it on a guess.

Starts run one at a time per target, and targets run in parallel. One failure does not stop the
others, unless nothing more may be sent.
"""

from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import partial

from reconciler.apply.answer_verdicts import WriteVerdict, failure
from reconciler.apply.receipt import exit_code
from reconciler.command_lines import command_lines
from reconciler.diagnostics import Diagnostic, Where, error, warning
from reconciler.errors import ExitCode, LedgerFailed, OutcomeUnknown, ReconcilerError, unforeseen
from reconciler.plan.model import Selection
from reconciler.resources.base import Live, RunState
from reconciler.resources.ledger_records import SeenState
from reconciler.resources.outcome import Answer, ChangeOutcome, Outcome
from reconciler.resources.writes import Operation, Write
from reconciler.run_state.launch.agree import run_launches
from reconciler.run_state.launch.model import Launch, LaunchContext, Launches, Wanted
from reconciler.run_state.recording import record_run_state
from reconciler.run_state.sending import deliver, watch
from reconciler.run_state.unsettled import ABOUT_TO_LEAVE, NOT_CONFIRMED
from reconciler.threads import results
from reconciler.workflow.conversation import Conversation
from reconciler.workflow.receipts import ReceiptDraft, keep_receipt
from reconciler.workflow.session import Session

_DOUBTFUL = 10.0
"""Seconds to keep reading after a refusal that does not rule a start out."""


@dataclass(frozen=True, slots=True)
class StartResult:
    """The outcome of one start; `status` is the vendor's last status, "" if it was not read."""

    outcome: ChangeOutcome
    status: str = ""

    @property
    def confirmed(self) -> bool:
        """False if the vendor answered that it started and no reading shows it."""
        codes = {problem.code for problem in self.outcome.diagnostics}
        return NOT_CONFIRMED not in codes


@dataclass(frozen=True, slots=True)
class StartResults:
    """The outcomes of all starts, sorted by address."""

    campaigns: tuple[StartResult, ...]

    @property
    def exit_code(self) -> ExitCode:
        """The exit code of the process: that of the worst outcome."""
        return exit_code(one.outcome for one in self.campaigns)


def start(
    session: Session, selection: Selection, *, ask: bool, talk: Conversation[Launches]
) -> StartResults:
    """Start campaigns that match their manifests.

    Raises ReconcilerError if nothing was sent for any of them.
    """
    wanted = Wanted(
        selection=selection,
        operation="start",
        write=lambda live: Write(operation=Operation.START, type=live.type, live=live),
    )
    return run_launches(session, wanted, ask=ask, talk=talk, act=_start_all)


def begin(launch: Launch, context: LaunchContext, run: ReceiptDraft) -> ChangeOutcome:
    """Record that a request is about to be sent; if the run is killed, "unknown" remains."""
    announced = (warning(ABOUT_TO_LEAVE, "the request is about to be sent"),)
    outcome = _outcome(launch, Outcome.UNKNOWN, *announced)
    keep_receipt(run, context.ledger, (outcome,))
    return replace(outcome, diagnostics=())


def send_once(
    launch: Launch, context: LaunchContext, *, open_: ChangeOutcome, run: ReceiptDraft
) -> tuple[WriteVerdict, Answer]:
    """Send the launch's request; raises ReconcilerError, and records a skip, if it was not sent."""
    leave = partial(context.leave, launch)
    clock = context.session.clock
    try:
        return deliver(launch.requests[0], launch.provider, clock=clock, leave=leave)
    except ReconcilerError:
        conclude(replace(open_, outcome=Outcome.SKIPPED), context, run)
        raise


def conclude(outcome: ChangeOutcome, context: LaunchContext, run: ReceiptDraft) -> ChangeOutcome:
    """Record the outcome; if the ledger fails, the outcome carries its diagnostics too."""
    try:
        keep_receipt(run, context.ledger, (outcome,))
    except LedgerFailed as failed:
        return replace(outcome, diagnostics=(*outcome.diagnostics, *failed.diagnostics))
    return outcome


def place_of(launch: Launch) -> Where:
    """Address and target for a launch's diagnostics."""
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
    """Start one campaign after another; after one that must not be sent, skip the rest."""
    found: list[StartResult] = []
    held = False
    for launch in launches:
        if held or context.interrupted():
            found.append(StartResult(_outcome(launch, Outcome.SKIPPED)))
            continue
        try:
            found.append(_start(launch, context))
        except ReconcilerError as problem:
            # Nothing was sent: `_start` raises only before its request.
            placed = (replace(one, **place_of(launch)) for one in problem.diagnostics)
            found.append(StartResult(_outcome(launch, Outcome.SKIPPED, *placed)))
            held = True
        except Exception as fault:  # noqa: BLE001 - the request may have been sent
            unclear = _unknown(f"it is not known whether it started ({unforeseen(fault)})", launch)
            found.append(StartResult(_outcome(launch, Outcome.UNKNOWN, unclear)))
            held = True
    return found


def _start(launch: Launch, context: LaunchContext) -> StartResult:
    run = ReceiptDraft.begin_attempt(context.session, "start", reach=launch.reach)
    open_ = begin(launch, context, run)
    verdict, answer = send_once(launch, context, open_=open_, run=run)
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
    """Judge a start that was sent by the campaign's status, and record the outcome."""
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
    recorded = conclude(made, context, run)
    noted: tuple[Diagnostic, ...] = ()
    if outcome is not Outcome.REFUSED:
        # Not confirmed means unknown: this start may cause any state that shows later.
        confirmed = outcome is Outcome.APPLIED and _shows(last, launch)
        seen = SeenState.of(last) if confirmed else None
        noted = record_run_state(launch.record, seen, ledger=context.ledger, lease=context.lease)
    status = last.status if last is not None else ""
    return StartResult(replace(recorded, diagnostics=(*recorded.diagnostics, *noted)), status)


def _patience(verdict: WriteVerdict, answer: Answer, read_back: float) -> float:
    """Seconds to wait until it runs; fewer after a refusal that may not be the vendor's."""
    if not _is_open(verdict, answer):
        return 0.0
    return min(read_back, _DOUBTFUL) if _says_no(verdict, answer) else read_back


def _is_open(verdict: WriteVerdict, answer: Answer) -> bool:
    """Whether it may have started despite the answer; False for a refusal in the vendor's format.

    A proxy may answer 409, a redirect, or in another format after it has passed the request on.
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
    """Whether it runs, or has finished already: a short campaign may end before it is read."""
    again = bool(live.run and before.run) and live.run != before.run
    done = live.state is RunState.FINISHED and (before.state is not RunState.FINISHED or again)
    return live.state is RunState.ACTIVE or done


def _judge(
    verdict: WriteVerdict, answer: Answer, *, launch: Launch, last: Live | None
) -> tuple[Outcome, tuple[Diagnostic, ...]]:
    place, shows = place_of(launch), _shows(last, launch)
    seen = f"its status is {last.status}" if last is not None else "its status could not be read"
    if _says_no(verdict, answer) and shows:
        refusal = failure(answer, place).summary
        return Outcome.UNKNOWN, (
            _unknown(f"{refusal}; but {seen}, so it may have started", launch),
        )
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
            "Do not start it again. Check later:" + command_lines(f"status {launch.address}"),
            **place,
        )
        return Outcome.APPLIED, (problem,)
    cause = f" ({answer.message})" if answer.message else ""
    summary = f"it is not known whether it started{cause}; {seen}"
    return Outcome.UNKNOWN, (_unknown(summary, launch),)


def _unknown(summary: str, launch: Launch) -> Diagnostic:
    address = launch.address
    return error(
        OutcomeUnknown.code,
        summary,
        "Do not start it again until you know: that could contact everybody twice. Look in the "
        "vendor's console, and run the first of these. The second is always safe:"
        + command_lines(f"status {address}", f"stop {address}"),
        **place_of(launch),
    )
