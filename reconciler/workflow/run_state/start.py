"""Start one campaign: sent once, confirmed by its status, never repeated on a guess."""

from dataclasses import dataclass, replace

from reconciler.address import Address
from reconciler.apply.classify import WriteVerdict, failure
from reconciler.apply.receipt import exit_code
from reconciler.diagnostics import Diagnostic, Where, error, warning
from reconciler.errors import ExitCode, LedgerFailed, OutcomeUnknown, ReconcilerError
from reconciler.resources.base import Live, RunState
from reconciler.resources.outcome import Answer, ChangeOutcome, Outcome
from reconciler.resources.planned_request import Operation, Write
from reconciler.workflow.run_state.launch import Launch, Site, Talk, Wanted, run_launch
from reconciler.workflow.run_state.receipts import Run, keep
from reconciler.workflow.run_state.sending import deliver, watch
from reconciler.workflow.session import Session

_NOT_YET = "about-to-leave"


@dataclass(frozen=True, slots=True)
class Started:
    """What became of a start; `status` is the vendor's word at the end, "" when not read."""

    outcome: ChangeOutcome
    status: str

    @property
    def exit_code(self) -> ExitCode:
        """What the process answers."""
        return exit_code((self.outcome,))


def start(session: Session, address: Address, *, ask: bool, talk: Talk) -> Started:
    """Start a campaign that is as its manifest says; raises ReconcilerError if nothing was sent."""
    wanted = Wanted(
        address=address,
        operation="start",
        write=lambda live: Write(operation=Operation.START, type=live.type, live=live),
        why="because it is started",
    )
    return run_launch(session, wanted, ask=ask, talk=talk, act=_start)


def begin(launch: Launch, site: Site, run: Run) -> ChangeOutcome:
    """Record that a request is about to leave; what is left of a killed run says "unknown"."""
    outcome = ChangeOutcome(
        address=launch.wanted.address,
        target=launch.target,
        action=launch.wanted.operation,
        outcome=Outcome.UNKNOWN,
        remote_id=launch.live.remote_id,
        diagnostics=(warning(_NOT_YET, "the request is about to leave"),),
    )
    keep(run, site.ledger, (outcome,))
    return replace(outcome, diagnostics=())


def conclude(outcome: ChangeOutcome, site: Site, run: Run) -> ChangeOutcome:
    """Record what came of it; a ledger that fails now is told with the outcome."""
    try:
        keep(run, site.ledger, (outcome,))
    except LedgerFailed as failed:
        return replace(outcome, diagnostics=(*outcome.diagnostics, *failed.diagnostics))
    return outcome


def where(launch: Launch) -> Where:
    """The place that a launch's diagnostics name."""
    return {"address": launch.wanted.address, "target": launch.target}


def _start(launch: Launch, site: Site) -> Started:
    run = Run.begin(site.session, "start")
    open_ = begin(launch, site, run)
    clock = site.session.clock
    try:
        verdict, answer = deliver(
            launch.requests[0], launch.provider, clock=clock, leave=site.leave
        )
    except ReconcilerError:
        # Nothing left: what is raised on the way out is raised before.
        conclude(replace(open_, outcome=Outcome.SKIPPED), site, run)
        raise
    seconds = site.session.environment.targets[launch.target].read_back.total_seconds()
    refused = verdict in (WriteVerdict.REFUSED, WriteVerdict.RETRY)
    last = watch(
        launch.live,
        launch.provider,
        clock=clock,
        seconds=0.0 if refused else seconds,
        until=lambda live: _runs(live, launch.live),
    )
    status = last.status if last is not None else ""
    running = last is not None and _runs(last, launch.live)
    outcome, problems = _judge(verdict, answer, launch=launch, running=running, status=status)
    made = replace(open_, outcome=outcome, message=answer.message, diagnostics=problems)
    return Started(conclude(made, site, run), status)


def _runs(live: Live, before: Live) -> bool:
    """Running, or done already: a short campaign is over before anybody looks."""
    done = live.state is RunState.FINISHED and before.state is not RunState.FINISHED
    return live.state is RunState.ACTIVE or done


def _judge(
    verdict: WriteVerdict, answer: Answer, *, launch: Launch, running: bool, status: str
) -> tuple[Outcome, tuple[Diagnostic, ...]]:
    address, place = launch.wanted.address, where(launch)
    seen = f"its status is {status}" if status else "its status could not be read"
    if verdict in (WriteVerdict.REFUSED, WriteVerdict.RETRY):
        problem = failure(answer, place)
        return Outcome.REFUSED, (replace(problem, detail=f"It was not started; {seen}."),)
    if running:
        return Outcome.APPLIED, ()
    if verdict is WriteVerdict.APPLIED:
        problem = error(
            "not-confirmed",
            f"the vendor answered that it started, but {seen}",
            f"Do not start it again. Look later: reconciler status {address}",
            **place,
        )
        return Outcome.APPLIED, (problem,)
    said = f" ({answer.message})" if answer.message else ""
    problem = error(
        OutcomeUnknown.code,
        f"it is not known whether it started{said}; {seen}",
        "Do not start it again before you know: that could contact everybody twice. See reconciler "
        f"status {address} and the vendor's console; reconciler stop {address} is always safe.",
        **place,
    )
    return Outcome.UNKNOWN, (problem,)
