"""Check campaigns before they are launched: one plan of them all, and all problems at once.

A campaign must match its manifest and have no create of unknown outcome, and nothing is launched
while the environment is stopped. Reads only.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from reconciler.address import Address
from reconciler.diagnostics import error, errors_in
from reconciler.errors import (
    ApplyRefused,
    InvalidInput,
    ReconcilerError,
    error_of,
    worst,
)
from reconciler.ledger.base import Ledger
from reconciler.plan.model import Action, Change
from reconciler.plan.selection import selected
from reconciler.providers.base import Provider
from reconciler.resources.base import Live, RunState
from reconciler.resources.capabilities import Ability
from reconciler.resources.ledger_records import LedgerView
from reconciler.resources.receipt import Receipt
from reconciler.resources.writes import Impossible, PlannedRequest
from reconciler.run_state.launch.audience import (
    with_audiences,
    with_everybody,
    with_shared_lists,
)
from reconciler.run_state.launch.gates import launch_gates
from reconciler.run_state.launch.model import Launch, Launches, Wanted
from reconciler.run_state.unsettled import unsettled_starts
from reconciler.workflow.past_contacts import with_past_contacts
from reconciler.workflow.planning import Planned, make_plan
from reconciler.workflow.session import Session
from reconciler.workflow.stops import require_no_stop


@dataclass(frozen=True, slots=True, kw_only=True)
class _Facts:
    """What one plan and one reading of the ledger showed."""

    wanted: Wanted
    planned: Planned
    view: LedgerView
    receipts: Sequence[Receipt]
    changes: Mapping[Address, Change]


def prepare(session: Session, ledger: Ledger, wanted: Wanted) -> Launches:
    """The wanted launches, sorted by address, and their gates; raises ReconcilerError.

    All problems are raised together.

    Raises InvalidInput for a term that matches nothing, and when no campaign is left.
    """
    if wanted.launches:
        require_no_stop(ledger)
    planned = _plan(session, ledger, wanted)
    case = _Facts(
        wanted=wanted,
        planned=planned,
        view=ledger.view(),
        receipts=ledger.receipts() if wanted.launches else (),
        changes={change.address: change for change in planned.plan.changes},
    )
    addresses = _chosen(planned, wanted)
    if wanted.launches:
        require_no_stop(ledger, *addresses)
    problems = list(_plan_problems(case))
    launches: list[Launch] = []
    for address in addresses:
        if planned.plan.errored and address not in case.changes:
            # The plan's own errors say why there is no entry.
            continue
        try:
            launches.append(_launch(address, case))
        except ReconcilerError as problem:
            problems.append(problem)
    _raise_together(problems, len(addresses))
    if not wanted.launches:
        return Launches(tuple(launches))
    inputs = replace(with_everybody(planned, launches), now=session.clock.now())
    inputs = with_past_contacts(inputs, case.receipts)
    complete = with_audiences(launches, case.changes, wanted, inputs)
    if wanted.operation == "start":
        complete = with_shared_lists(complete, inputs.live)
    verdict = launch_gates(complete, case.changes, inputs)
    return Launches(complete, verdict.gates, verdict.notes)


def _plan(session: Session, ledger: Ledger, wanted: Wanted) -> Planned:
    """A plan of these campaigns only, without the read cache."""
    options = replace(session.options, selection=wanted.selection, refresh_all=True)
    return make_plan(replace(session, options=options), ledger)


def _chosen(planned: Planned, wanted: Wanted) -> tuple[Address, ...]:
    """The chosen campaigns of the manifests, and named addresses without a manifest."""
    selection = wanted.selection
    chosen = {desired.address for desired in selected(planned.desired, selection)}
    left_out = {desired.address for desired in planned.desired} - chosen
    named = (term for term in selection.select if "=" not in term and term not in selection.exclude)
    chosen |= {Address.parse(term) for term in named} - left_out
    if not chosen:
        raise InvalidInput(f"no campaign is left to {wanted.operation}", "Check --exclude.")
    return tuple(sorted(chosen))


def _plan_problems(case: _Facts) -> Iterator[ReconcilerError]:
    if case.planned.plan.errored:
        kind = error_of(case.planned.exit_code)
        errors = errors_in(case.planned.plan.diagnostics)
        yield kind("the campaigns cannot be planned", diagnostics=errors)


def _raise_together(problems: Sequence[ReconcilerError], campaigns: int) -> None:
    if not problems:
        return
    if campaigns == 1 and len(problems) == 1:
        raise problems[0]
    kind = error_of(worst(one.exit_code for one in problems))
    summary = f"not all {campaigns} campaigns passed the checks"
    first = error(
        kind.code,
        summary,
        "Nothing was sent for any of them. Fix the problems below, or leave campaigns out with "
        "--exclude.",
    )
    rest = dict.fromkeys(found for problem in problems for found in problem.diagnostics)
    raise kind(summary, diagnostics=(first, *rest) if campaigns > 1 else tuple(rest))


def _launch(address: Address, case: _Facts) -> Launch:
    """The launch, checked against plan and ledger; its audience is added later."""
    wanted = case.wanted
    if address in case.view.intents:
        raise ApplyRefused(
            f"{address} has a create that is not settled", "Run plan first: it says what to do."
        )
    change, remote_id = _found(address, case)
    record = case.view.records.get(address)
    if wanted.launches:
        _require_applied(change, known=record is not None)
    provider = case.planned.providers[change.target]
    snapshot = case.planned.snapshots[change.target]
    live = snapshot.live(remote_id)
    if live is None:
        raise ApplyRefused(f"{address} was not read", "Run plan to see what is wrong.")
    mine = record is not None and (record.target, record.remote_id) == (change.target, remote_id)
    return Launch(
        address=address,
        operation=wanted.operation,
        target=change.target,
        live=live,
        record=record if mine else None,
        requests=_requests(address, live, provider, wanted=wanted),
        provider=provider,
        snapshot=snapshot,
        repeats=wanted.repeats,
        warnings=_warnings(live) if wanted.launches else (),
        doubts=_doubts(change, remote_id, case.receipts) if wanted.launches else (),
    )


def _found(address: Address, case: _Facts) -> tuple[Change, str]:
    """The plan's change for a campaign, and the campaign's id; raises ApplyRefused without one."""
    change = case.changes.get(address)
    lifecycle = [one.metadata.lifecycle for one in case.planned.desired if one.address == address]
    if change is None or change.desired is None:
        if lifecycle:
            raise ApplyRefused(f"{address} is being removed (lifecycle: {lifecycle[0]})")
        raise ApplyRefused(
            f"{address} is in no manifest of this environment",
            "Only campaigns in git can be launched from here; use the vendor's console for others.",
        )
    if change.remote_id is None:
        raise ApplyRefused(
            f"no live campaign is known for {address}: {change.reason or 'apply first'}",
            "Nothing was sent.",
        )
    return change, change.remote_id


def _require_applied(change: Change, *, known: bool) -> None:
    """Raise ApplyRefused if apply has anything left to do for the campaign."""
    if known and change.action in (Action.NO_OP, Action.MANUAL):
        return
    paths = ", ".join(field.path for field in change.fields)
    why = f"differs from its manifest in {paths}" if paths else "is not in the ledger yet"
    raise ApplyRefused(
        f"{change.address} {why}", "Apply first, so that people get what was reviewed."
    )


def _requests(
    address: Address, live: Live, provider: Provider, *, wanted: Wanted
) -> tuple[PlannedRequest, ...]:
    able = provider.capabilities
    offered = {"start": able.start, "schedule": able.schedule}[wanted.operation]
    if offered is Ability.NO:
        raise ApplyRefused(
            f"the vendor's API cannot {wanted.operation} {address}",
            "Do it in the vendor's console. `reconciler providers` shows which API can do it.",
        )
    requests = provider.requests(wanted.write(live))
    if isinstance(requests, Impossible):
        raise ApplyRefused(f"{wanted.operation} is not possible for {address}: {requests.reason}")
    return requests


def _warnings(live: Live) -> tuple[str, ...]:
    if live.state is RunState.FINISHED:
        text = f"it ran before and is {live.status}: this starts a new run"
        return (f"{text}, which contacts everybody on its lists again",)
    if live.state is RunState.PAUSED:
        return (f"it is {live.status}: this resumes it",)
    return ()


def _doubts(change: Change, remote_id: str, receipts: Sequence[Receipt]) -> tuple[str, ...]:
    doubts = []
    if change.action is Action.MANUAL:
        paths = ", ".join(field.path for field in change.fields)
        doubts.append(f"it differs from its manifest in {paths}, and apply cannot fix that")
    earlier = unsettled_starts(receipts, target=change.target, remote_id=remote_id)
    if earlier is not None:
        doubts.append(
            f"the outcome of an earlier {earlier.action} is not known: it may have contacted "
            "everybody already. Check status and the vendor's console, then confirm what you see "
            "with status --accept"
        )
    return tuple(doubts)
