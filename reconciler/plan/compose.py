"""One manifest and what was found for it into the entry of a plan; pure."""

from dataclasses import dataclass, replace

from reconciler.diagnostics import Diagnostic, Position, SourceRange
from reconciler.plan import problems
from reconciler.plan.diff import Comparison, Sides, compare, rows_of
from reconciler.plan.doubts import doubts_of_create, unproven_exclusions
from reconciler.plan.estate import Entry, Estate, Known
from reconciler.plan.ignored import as_kept, nameless
from reconciler.plan.match import Absent, Gone, Matched
from reconciler.plan.model import Action, Attribution, Change, FieldChange, Movement
from reconciler.plan.movement import movement_of
from reconciler.plan.run_state import state_drift
from reconciler.resources import marker
from reconciler.resources.base import Desired, Lifecycle, Live, Reach
from reconciler.resources.capabilities import Ability, Capabilities
from reconciler.resources.kinds import BY_TYPE, create_spec
from reconciler.resources.ledger_view import Record
from reconciler.resources.planned_request import Impossible, Operation, Write
from reconciler.resources.tree import Tree

UNLISTED = "it is not listed any more"
NO_CREATE = "the vendor's API cannot create campaigns: create it in the vendor's console"
NO_UPDATE = "the vendor's API cannot update campaigns: change it in the vendor's console"
NAMELESS = (
    "{} is ignored, so it must be sent as it is, and the vendor shows no name for it: change the "
    "campaign in the console, or stop ignoring it"
)


def source_of(desired: Desired) -> SourceRange:
    """Where the manifest begins, as far as a plan document carries it."""
    start = desired.source.start
    return SourceRange(desired.source.filename, Position(start.line, start.column))


def blank(desired: Desired) -> Change:
    """The entry of a manifest before anything is known."""
    return Change(
        address=desired.address,
        target=desired.target,
        action=Action.NO_OP,
        name=desired.name,
        source=source_of(desired),
        desired=desired.spec,
    )


def new_campaign(desired: Desired, found: Absent | Gone, *, known: Known, estate: Estate) -> Entry:
    """A create; left out with errors when the account lacks one of its contact lists."""
    snapshot = estate.inputs.live[desired.target]
    unknown = problems.unknown_contact_lists(desired, snapshot.contact_lists)
    drift = None
    reason = ""
    index = estate.index(desired.target, desired.address.type)
    if isinstance(found, Gone) and known.record is not None:
        archived = index is not None and found.remote_id in index.by_id
        how = "was archived on" if archived else "is gone from"
        reason = f"{found.remote_id} {how} target {desired.target}"
        drift = gone(desired, known.record, "it was archived" if archived else UNLISTED)
    if unknown:
        return Entry(drift=drift, diagnostics=unknown)
    near = found.near if isinstance(found, Absent) else ()
    diagnostics = (problems.near_miss(desired, near),) if near else ()
    spec = create_spec(BY_TYPE[desired.address.type], desired.spec)
    mark = _mark(desired, known=known, estate=estate)
    change = replace(
        blank(desired),
        action=Action.CREATE,
        reason=reason,
        after=spec,
        notes=_told(mark, spec),
        warnings=doubts_of_create(desired, estate),
        seen_ids=index.ids_named(desired.name) if index is not None else (),
        irreversible=estate.may_send(desired.target),
        protects=_protects(desired, None),
    )
    change = _with_requests(
        change,
        Write(operation=Operation.CREATE, type=desired.address.type, spec=spec, marker=mark),
        estate=estate,
    )
    return Entry(change=change, drift=drift, pending=drift is None, diagnostics=diagnostics)


def _mark(desired: Desired, *, known: Known, estate: Estate) -> str:
    """The mark that the create's description is sent with; "" where the target wants none."""
    if not estate.facts(desired.target).marker:
        return ""
    generation = known.record.generation + 1 if known.record is not None else 1
    return marker.token_of(estate.inputs.ledger.lineage, desired.address, generation)


def _told(mark: str, spec: Tree) -> tuple[str, ...]:
    if not mark:
        return ()
    if not marker.fits(spec.get("description"), mark):
        return ("the description is too long to carry a mark",)
    return (f"the description is sent with the mark [rc-{mark}]",)


def gone(desired: Desired, record: Record, why: str = UNLISTED) -> Change:
    """The drift entry of a campaign that vanished."""
    return replace(
        blank(desired),
        action=Action.DELETE,
        remote_id=record.remote_id,
        name=record.name,
        reason=why,
        before=record.spec,
        desired=None,
        movement=Movement.CONTRACTING,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Existing:
    """A manifest, its live campaign, and the record that is about this very campaign."""

    sides: Sides
    comparison: Comparison

    @property
    def desired(self) -> Desired:
        return self.sides.desired

    @property
    def live(self) -> Live:
        return self.sides.live

    @property
    def record(self) -> Record | None:
        return self.sides.record


def existing_campaign(desired: Desired, found: Matched, *, known: Known, estate: Estate) -> Entry:
    """An update, an adoption, a no-op, or what a person must do."""
    live = estate.full(desired.target, found.live)
    record = known.record
    lost = None
    if record is not None and record.remote_id != live.remote_id:
        lost, record = gone(desired, record), None
    facts = estate.facts(desired.target)
    sides = Sides(
        desired=desired,
        live=live,
        record=record,
        bindings=estate.bindings,
        full_body=facts.capabilities.update is Ability.FULL_BODY,
    )
    comparison = compare(sides)
    case = _Existing(sides=sides, comparison=comparison)
    change = replace(
        blank(desired),
        remote_id=live.remote_id,
        before=comparison.before,
        after=comparison.after,
        desired=as_kept(sides),
        fields=comparison.fields,
        notes=comparison.notes,
        protects=_protects(desired, record),
    )
    diagnostics: tuple[Diagnostic, ...] = ()
    if record is None:
        change = replace(change, action=Action.ADOPT, adopts=True, reason=_adopted(found))
    elif known.moved_from is not None:
        change = replace(
            change, moved_from=known.moved_from, reason=f"moved from {known.moved_from}"
        )
    if comparison.fields:
        change, diagnostics = _update(change, case, estate=estate)
    return Entry(
        change=change,
        drift=lost or _drifted(case, facts.capabilities, estate=estate),
        pending=record is None or comparison.pending,
        diagnostics=diagnostics,
        hidden=comparison.hidden,
    )


def _protects(desired: Desired, record: Record | None) -> bool | None:
    """What the ledger has to learn about pruning; None when it knows."""
    wanted = desired.metadata.lifecycle is Lifecycle.PROTECTED
    known = record.protected if record is not None else False
    return None if wanted is known else wanted


def _adopted(found: Matched) -> str:
    if found.by == "pin":
        return "metadata.remoteId names it"
    return f"a live campaign has its {found.by}"


def _update(
    change: Change, case: _Existing, *, estate: Estate
) -> tuple[Change, tuple[Diagnostic, ...]]:
    facts = estate.facts(case.desired.target)
    fixed = _immutable(case)
    refused = tuple(
        problems.immutable(case.desired, one.path)
        for one in fixed
        if one.attribution is not Attribution.DRIFT
    )
    reasons = list(case.live.blocked)
    if fixed:
        paths = ", ".join(one.path for one in fixed)
        reasons.append(f"{paths} cannot be changed once a campaign exists")
    if facts.capabilities.update is Ability.NO:
        reasons.append(NO_UPDATE)
    if case.sides.full_body:
        reasons += [NAMELESS.format(path) for path in nameless(case.sides)]
    lists: tuple[Diagnostic, ...] = ()
    if "contactLists" in case.comparison.paths:
        snapshot = estate.inputs.live[case.desired.target]
        lists = problems.unknown_contact_lists(case.desired, snapshot.contact_lists)
    if reasons:
        return by_hand(change, "; ".join(reasons)), (*refused, *lists)
    change = replace(
        change,
        action=Action.UPDATE,
        irreversible=estate.may_send(case.desired.target),
        warnings=_doubts(case, estate),
    )
    write = Write(
        operation=Operation.UPDATE,
        type=case.desired.address.type,
        spec=change.desired or {},
        live=case.live,
        last_applied=case.record.spec if case.record is not None else {},
        changed=case.comparison.paths,
    )
    return _with_requests(change, write, estate=estate), lists


def _doubts(case: _Existing, estate: Estate) -> tuple[str, ...]:
    rows = rows_of(case.desired.address.type)
    excludes = any(rows[path].reach is Reach.EXCLUSION for path in case.comparison.paths)
    return unproven_exclusions(case.desired, estate) if excludes else ()


def _immutable(case: _Existing) -> tuple[FieldChange, ...]:
    rows = rows_of(case.desired.address.type)
    return tuple(one for one in case.comparison.fields if rows[one.path].immutable)


def by_hand(change: Change, reason: str) -> Change:
    """What the API cannot do, or must not do now, as a task for a person."""
    # What is in no record yet stays out of it, so the ledger has nothing to learn about it.
    unknown = change.adopts or change.remote_id is None
    return replace(
        change,
        action=Action.MANUAL,
        reason=reason,
        requests=(),
        irreversible=False,
        adopts=False,
        protects=None if unknown else change.protects,
    )


def _with_requests(change: Change, write: Write, *, estate: Estate) -> Change:
    facts = estate.facts(change.target)
    if write.operation is Operation.CREATE and facts.capabilities.create is Ability.NO:
        return by_hand(change, NO_CREATE)
    requests = facts.requests(write)
    if isinstance(requests, Impossible):
        return by_hand(change, requests.reason)
    return replace(change, requests=requests)


def _drifted(case: _Existing, capabilities: Capabilities, *, estate: Estate) -> Change | None:
    if case.record is None:
        return None
    target = case.desired.target
    state = state_drift(case.sides, capabilities, may_send=estate.may_send(target))
    fields = (*case.comparison.drift, *state)
    if not fields:
        return None
    return replace(
        blank(case.desired),
        action=Action.UPDATE,
        remote_id=case.live.remote_id,
        name=case.live.name,
        before=case.record.spec,
        after=case.live.spec,
        fields=fields,
        desired=None,
        movement=movement_of(fields),
    )
