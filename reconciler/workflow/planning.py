"""Turn manifests, the ledger and fresh readings into a plan."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace

from reconciler.diagnostics import Diagnostic, Severity
from reconciler.errors import (
    ExitCode,
    InvalidInput,
    OutcomeUnknown,
    ReconcilerError,
    exit_code_of,
    worst,
)
from reconciler.ledger.base import Ledger
from reconciler.plan.build import build_plan
from reconciler.plan.inputs import PlanInputs
from reconciler.plan.model import Action, Plan
from reconciler.plan.reach import LISTS, asks_for_sizes, contact_lists
from reconciler.plan.selection import nearest_term, selected, slips_in_words, unknown_terms
from reconciler.plan.sent_marks import twin_keys
from reconciler.providers.account import Account
from reconciler.providers.base import Provider
from reconciler.providers.wrappers import ReadOnlyProvider
from reconciler.resources.base import Desired
from reconciler.resources.ledger_records import LedgerView
from reconciler.resources.sent_mark import MarkKey, SentMark
from reconciler.resources.snapshot import TargetSnapshot
from reconciler.workflow.accounts import Accounts
from reconciler.workflow.audiences import read_audiences
from reconciler.workflow.elsewhere import managed_elsewhere
from reconciler.workflow.freshness import freshness_of
from reconciler.workflow.heading import is_default, ledger_place, proxy_host
from reconciler.workflow.history import has_history
from reconciler.workflow.ledger_behind import unprotected, why_behind
from reconciler.workflow.manifests_to_plan import manifests_to_plan
from reconciler.workflow.past_contacts import with_past_contacts
from reconciler.workflow.reading import Reading, Reads, read_targets
from reconciler.workflow.sent_marks import read_marks
from reconciler.workflow.session import Session, check_targets
from reconciler.workflow.targets import build_providers, target_facts

_INVALID = frozenset({"immutable-field", "target-changed", "unusual-value"})
"""Codes of plan errors that are errors of the manifests: the exit code is 3."""


@dataclass(frozen=True, slots=True)
class Planned:
    """A plan, the providers that it was read through, and the exit code for its errors."""

    plan: Plan
    providers: Mapping[str, Provider]
    inputs: PlanInputs
    """Everything that the plan was made from."""
    marks: Mapping[MarkKey, SentMark]
    """The sent marks of all campaigns that may be created, as the ledger has them."""
    accounts: Mapping[str, Account]
    """By target."""
    exit_code: ExitCode

    @property
    def snapshots(self) -> Mapping[str, TargetSnapshot]:
        """What was read of each target."""
        return self.inputs.live

    @property
    def desired(self) -> tuple[Desired, ...]:
        """Every manifest of the environment, selected or not."""
        return self.inputs.desired

    @property
    def remembered(self) -> bool:
        """Whether the ledger has a record of any campaign of the environment."""
        return bool(self.inputs.ledger.records)


def make_plan(
    session: Session, ledger: Ledger, *, survey: bool = False, agreed: Plan | None = None
) -> Planned:
    """Plan the session's environment; raises ReconcilerError only if no plan can be shown.

    `agreed` is a plan that somebody agreed to: the ledger must not be older than that.

    A survey reads every channel of every target, through providers that cannot write. A survey and
    a plan that prunes accept a project without manifests.
    """
    options, environment = session.options, session.environment
    check_targets(options.selection, environment)
    manifests = manifests_to_plan(session, ledger, survey=survey)
    desired = manifests.desired[environment.name]
    view = ledger.view()
    slips = unknown_terms(desired, view.records, options.selection)
    if slips:
        meant = nearest_term(slips, desired, view.records)
        advice = f"Did you mean {meant}?" if meant else "Check --select and --exclude."
        raise InvalidInput(slips_in_words(slips), advice)
    names = options.selection.targets or tuple(environment.targets)
    chosen = selected(desired, options.selection)
    accounts = Accounts(session, ledger)
    providers = build_providers(session, names, accounts=accounts)
    if survey:
        providers = {name: ReadOnlyProvider(one) for name, one in providers.items()}
    reads = _read(
        session, ledger, providers, accounts=accounts, desired=chosen, view=view, survey=survey
    )
    now = session.clock.now()
    facts = {
        name: target_facts(target, provider, proxy_host(target, session))
        for name, provider in providers.items()
        for target in (environment.targets[name],)
    }
    marks = read_marks(
        session, ledger, desired=chosen, snapshots=reads.snapshots, view=view, targets=facts
    )
    inputs = PlanInputs(
        environment=environment.name,
        is_default=is_default(session),
        location=ledger_place(session),
        commit=session.commit,
        plan_id=session.clock.new_id(),
        now=now,
        expires_at=now + session.project.plan_expiry,
        desired=desired,
        live=reads.snapshots,
        targets=facts,
        ledger=view,
        elsewhere=tuple(managed_elsewhere(session, names)),
        marks=marks.known,
        open_elsewhere=marks.open_elsewhere,
        diagnostics=(*manifests.warnings, *unprotected(session)),
        selection=options.selection,
        allow=options.allow,
        max_contacts=environment.max_contacts,
        behind=why_behind(session, view, agreed),
        prune=options.prune,
    )
    plan = build_plan(inputs)
    if plan.twins:
        named = {name: one.account for name, one in facts.items()}
        found = ledger.marks(twin_keys(plan.twins, view.records, named))
        inputs = replace(inputs, marks={**inputs.marks, **found})
        plan = build_plan(inputs)
    errors = reads.errors
    if not survey:
        asking = _targets_whose_lists_matter(plan, reads, providers)
        if asking:
            reads = read_audiences(reads.snapshots, providers, asking)
            errors += reads.errors
            inputs = with_past_contacts(replace(inputs, live=reads.snapshots), ledger.receipts())
        history = not _creates(plan) or has_history(ledger, view)
        if asking or not history:
            plan = build_plan(replace(inputs, has_history=history))
    exit_code = _exit_code(plan.diagnostics, errors)
    return Planned(
        accounts=accounts,
        plan=plan,
        providers=providers,
        inputs=replace(inputs, live=reads.snapshots),
        marks=marks.stored,
        exit_code=exit_code,
    )


def _read(
    session: Session,
    ledger: Ledger,
    providers: Mapping[str, Provider],
    *,
    accounts: Accounts,
    desired: tuple[Desired, ...],
    view: LedgerView,
    survey: bool,
) -> Reads:
    """What was read through the targets' providers."""
    options, targets = session.options, session.environment.targets
    reading = Reading(
        desired=desired,
        view=view,
        ledger=ledger,
        clock=session.clock,
        parallelism=options.parallelism,
        accounts=accounts,
        pages=accounts.pages,
        listed=accounts.listed,
        on_read=session.on_read,
        on_wait=session.on_wait,
        stop=session.stopping.set,
        freshness=freshness_of(options, survey=survey),
        settle={name: targets[name].settle for name in providers},
        prune=options.prune,
        every_channel=survey,
    )
    return read_targets(accounts.sharing(providers), reading)


def _creates(plan: Plan) -> bool:
    return any(change.action is Action.CREATE for change in plan.changes)


def _targets_whose_lists_matter(
    plan: Plan, reads: Reads, providers: Mapping[str, Provider]
) -> Mapping[str, Collection[str]]:
    """Targets where a write may reach people or names other contact lists.

    The lists must exist, and their sizes say how many people there are. The values name the
    lists that campaigns newly get.
    """
    found: dict[str, set[str]] = {}
    for change in plan.changes:
        listed = change.action is Action.CREATE or any(row.path == LISTS for row in change.fields)
        if listed or change.reach is not None:
            names = contact_lists(change.after) if listed else ()
            found.setdefault(change.target, set()).update(names)
    return {
        name: lists
        for name, lists in sorted(found.items())
        if name in reads.snapshots
        and reads.snapshots[name].problem is None
        and asks_for_sizes(providers[name].capabilities)
    }


def _exit_code(
    diagnostics: tuple[Diagnostic, ...], errors: tuple[ReconcilerError, ...]
) -> ExitCode:
    codes = [error.exit_code for error in errors]
    codes += [
        ExitCode.INVALID if found.code in _INVALID else exit_code_of(found.code)
        for found in diagnostics
        # A create that is not settled counts even if its campaign has appeared.
        if (found.severity is Severity.ERROR or found.code == OutcomeUnknown.code)
        and found.code not in {e.code for e in errors}
    ]
    return worst(codes)
