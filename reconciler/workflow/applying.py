"""Apply an approved plan: take the lease, plan again, compare, then run the executor.

An approved plan, saved or shown, is never the source of requests. They come from a second plan made
under the lease, and only if that has the same changes
(docs/concepts/at-most-one-create.md#the-plan-that-was-agreed).
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

from reconciler.address import Address
from reconciler.apply.agreed_reach import reach_changes
from reconciler.apply.context import ApplyContext
from reconciler.apply.events import Event
from reconciler.apply.executor import apply_plan
from reconciler.apply.in_force import note_in_force
from reconciler.apply.receipt import exit_code
from reconciler.apply.saved_plan import ApprovalFacts, why_refused, with_yes
from reconciler.apply.sent_counts import keep_counts
from reconciler.diagnostics import Diagnostic, error, errors_in
from reconciler.errors import (
    ApplyRefused,
    ExitCode,
    OutcomeUnknown,
    ReachChanged,
    Withheld,
    worst,
)
from reconciler.ledger.base import Ledger
from reconciler.ledger.lease import Lease
from reconciler.plan.changes.errors import CREATE_DENIED
from reconciler.plan.document.file import SavedPlan, changes_sha256, plan_sha256
from reconciler.plan.gate_table import Gate
from reconciler.plan.gates.refusal import require_open
from reconciler.plan.model import Plan
from reconciler.resources.outcome import ChangeOutcome
from reconciler.workflow.conversation import Conversation
from reconciler.workflow.expected import Expected, expected
from reconciler.workflow.interruptible import InterruptibleClock
from reconciler.workflow.ledger_behind import LEDGER_BEHIND, acknowledge
from reconciler.workflow.planning import Planned, make_plan
from reconciler.workflow.rechecking import Recheck
from reconciler.workflow.saved_plans import unused_acceptances
from reconciler.workflow.session import Session
from reconciler.workflow.stops import require_no_stop
from reconciler.workflow.targets import target_settings

_NOTABLE_SECONDS = 5.0
"""A shorter wait is not announced."""


@dataclass(frozen=True, slots=True)
class ApplyResult:
    """What an apply did: the plan, its outcomes, and the exit code."""

    plan: Plan
    outcomes: tuple[ChangeOutcome, ...]
    exit_code: ExitCode
    requests_sent: int
    """All requests since the lease was taken: reads, writes and retries."""


def run_apply(
    session: Session,
    *,
    saved: SavedPlan | None,
    ask: bool,
    talk: Conversation[Plan],
    on_event: Callable[[Event], None] = lambda _: None,
    on_expected: Callable[[Expected], None] = lambda _: None,
    expect_changes: str = "",
) -> ApplyResult:
    """Apply a saved plan, or plan, show, ask and apply; raises ReconcilerError before any write.

    Without a saved plan, `expect_changes` is the hash that its changes must have; "" accepts any.
    """
    if saved is not None:
        session = _as_saved(session, saved)
    reading = replace(session, clock=InterruptibleClock(session.clock, talk.interrupted))
    ledger = session.open_ledger()
    require_no_stop(ledger)
    agreed = None if saved is None else saved.plan
    if saved is None and ask:
        shown = _planned(reading, ledger, talk)
        talk.show(shown.plan)
        _require_expected(shown.plan, expect_changes)
        if not _has_work(shown.plan):
            return ApplyResult(shown.plan, (), shown.exit_code, _sent(shown))
        require_open(with_yes(shown.plan).gates, "apply")
        if shown.plan.applyable:
            _announce(shown, on_expected)
            talk.approve(shown.plan)
        agreed = shown.plan
    with Lease(ledger, reading.clock, holder=session.holder("apply", talk.on_wait)) as lease:
        fresh = _planned(reading, ledger, talk, agreed=agreed)
        if agreed is None:
            talk.show(fresh.plan)
            _require_expected(fresh.plan, expect_changes)
        else:
            # Before anything else: a ledger that went back explains every other difference.
            require_open(_of_code(fresh.plan, LEDGER_BEHIND), "apply")
            facts = _facts(agreed, fresh.plan, ledger, saved=saved is not None)
            confirmed = _confirmed(agreed, fresh.plan, facts, session)
            fresh = replace(fresh, plan=replace(confirmed, expires_at=agreed.expires_at))
            if saved is None:
                fresh = replace(fresh, plan=with_yes(fresh.plan))
        note_in_force(ledger, lease.id, fresh.snapshots)
        keep_counts(ledger, lease.id, fresh.snapshots, reading.clock.now())
        if not _has_work(fresh.plan):
            return ApplyResult(fresh.plan, (), fresh.exit_code, _sent(fresh))
        if saved is not None:
            talk.remind(fresh.plan)
        _begin(session, fresh)
        # Whoever was asked has read it right before the question.
        _announce(fresh, on_expected, known=saved is None and ask)
        context = replace(
            _context(session, fresh, ledger=ledger, lease=lease, talk=talk, on_event=on_event),
            plan_sha256=plan_sha256(fresh.plan) if saved is None else saved.sha256,
        )
        outcomes = apply_plan(fresh.plan, context=context)
    code = worst((_left_open(fresh.plan, outcomes), exit_code(outcomes)))
    return ApplyResult(fresh.plan, outcomes, code, _sent(fresh))


def _begin(session: Session, fresh: Planned) -> None:
    """The last step before anything is sent: every gate must be open."""
    require_open(fresh.plan.gates, "apply")
    # A plan that sends nothing does not meet the gate, so nobody accepted a ledger that is behind.
    if _of_code(fresh.plan, LEDGER_BEHIND):
        acknowledge(session, fresh.inputs.ledger)


def _announce(
    planned: Planned, on_expected: Callable[[Expected], None], *, known: bool = False
) -> None:
    """Say how long applying takes wherever the rate limit makes people wait."""
    for one in expected(planned.plan, planned.snapshots, planned.accounts):
        if max(one.seconds) >= _NOTABLE_SECONDS and not known:
            on_expected(one)


def _planned(
    session: Session, ledger: Ledger, talk: Conversation[Plan], agreed: Plan | None = None
) -> Planned:
    """See `make_plan`; raises Withheld if the run was interrupted: half a plan misleads."""
    planned = make_plan(session, ledger, agreed=agreed)
    if talk.interrupted():
        raise Withheld("the run was interrupted while it planned", "Nothing was sent.")
    return planned


def _sent(planned: Planned) -> int:
    return sum(provider.requests_sent for provider in planned.providers.values())


def _has_work(plan: Plan) -> bool:
    """Whether there is a change to apply or an earlier create to settle."""
    unsettled = _addresses_with(plan, OutcomeUnknown.code, CREATE_DENIED)
    return plan.applyable or (not plan.errored and bool(unsettled))


def _addresses_with(plan: Plan, *codes: str) -> frozenset[Address | None]:
    return frozenset(found.address for found in plan.diagnostics if found.code in codes)


def _left_open(plan: Plan, outcomes: tuple[ChangeOutcome, ...]) -> ExitCode:
    """7 if the plan has a create of unknown outcome that is not among the outcomes."""
    concluded = {outcome.address for outcome in outcomes}
    unknown = _addresses_with(plan, OutcomeUnknown.code)
    return ExitCode.UNKNOWN if unknown - concluded else ExitCode.OK


def _as_saved(session: Session, found: SavedPlan) -> Session:
    """The session with the options of the saved plan, and the gates accepted since."""
    options, saved = session.options, found.plan
    accepted = frozenset(saved.allow) - {*unused_acceptances(found, session.environ)}
    environment = options.environment or session.environ.get("RECONCILER_ENV")
    if environment not in (None, saved.environment):
        raise ApplyRefused(
            f"the plan was made for environment {saved.environment}, not for {environment}",
            "Apply it without -e, or plan again.",
        )
    return replace(
        session,
        options=replace(
            options,
            environment=saved.environment,
            selection=saved.selection,
            prune=saved.prune,
            allow=options.allow | accepted,
        ),
    )


def _facts(agreed: Plan, fresh: Plan, ledger: Ledger, *, saved: bool) -> ApprovalFacts:
    """What decides, besides the two plans, whether the approved one may be applied."""
    return ApprovalFacts(
        plan_used=ledger.plan_used(agreed.id),
        ledger_used=saved and not agreed.lineage and _is_used(ledger),
        saved_changes_sha256=changes_sha256(agreed),
        fresh_changes_sha256=changes_sha256(fresh),
    )


def _is_used(ledger: Ledger) -> bool:
    """Whether a ledger has records or receipts; the note that opened it does not count."""
    view = ledger.view()
    return bool(view.records or view.intents or ledger.receipts())


def _confirmed(agreed: Plan, fresh: Plan, facts: ApprovalFacts, session: Session) -> Plan:
    """The fresh plan with the approved plan's id; raises ApplyRefused if they differ."""
    if facts.saved_changes_sha256 == facts.fresh_changes_sha256:
        _require_reach(agreed, fresh, session)
    reason = why_refused(agreed, fresh, now=session.clock.now(), facts=facts)
    if reason is not None:
        raise ApplyRefused(
            f"the plan is refused: {reason}",
            "Nothing was sent.",
            diagnostics=() if not fresh.errored else _with_reason(reason, fresh),
        )
    return replace(fresh, id=agreed.id)


def _require_reach(agreed: Plan, fresh: Plan, session: Session) -> None:
    """Raise ReachChanged if the same changes would reach other people, or earlier."""
    targets = session.environment.targets
    found = reach_changes(agreed, fresh, {name: one.safety for name, one in targets.items()})
    if found:
        raise ReachChanged("the plan is refused: it reaches others now", diagnostics=found)


def _with_reason(reason: str, fresh: Plan) -> tuple[Diagnostic, ...]:
    refusal = error("apply-refused", f"the plan is refused: {reason}", "Nothing was sent.")
    return (refusal, *errors_in(fresh.diagnostics))


def _require_expected(plan: Plan, expected: str) -> None:
    found = changes_sha256(plan)
    if expected not in ("", found):
        raise ApplyRefused(
            f"planning gives other changes than those that were agreed: their hash is {found}, and "
            f"{expected} is expected",
            "Nothing was sent. Review the changes, and pass the changes_sha256 of that plan.",
        )


def _of_code(plan: Plan, code: str) -> list[Gate]:
    return [gate for gate in plan.gates if gate.code == code]


def _context(
    session: Session,
    fresh: Planned,
    *,
    ledger: Ledger,
    lease: Lease,
    talk: Conversation[Plan],
    on_event: Callable[[Event], None],
) -> ApplyContext:
    return ApplyContext(
        providers=fresh.providers,
        snapshots=fresh.snapshots,
        marks=fresh.marks,
        waits=session.options.wait,
        recheck=lambda: (
            Recheck(
                plan=fresh.plan,
                providers=fresh.providers,
                safety={one.name: one.safety for one in session.environment.targets.values()},
                clock=session.clock,
            ).why_not
        ),
        ledger=ledger,
        lease=lease,
        clock=session.clock,
        targets={
            target.name: target_settings(target)
            for target in session.environment.targets.values()
            if target.name in fresh.providers
        },
        events=on_event,
        interrupted=talk.interrupted,
        recovery=session.recovery_folder,
        commit=session.commit,
    )
