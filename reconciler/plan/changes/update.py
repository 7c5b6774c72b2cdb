"""Turns a manifest with a live campaign into an update, an adoption, a no-op or a task; pure."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from pydantic import JsonValue

from reconciler.clock import timestamp
from reconciler.diagnostics import Diagnostic
from reconciler.plan.changes import errors
from reconciler.plan.changes.entry import (
    blank,
    by_hand,
    gone,
    protection,
    with_requests,
)
from reconciler.plan.compare.fields import Comparison, compare, in_short
from reconciler.plan.compare.leaves import Sides, rows_of
from reconciler.plan.compare.reach import movement_of
from reconciler.plan.compare.run_state import state_drift
from reconciler.plan.inventory import Entry, Inventory, Owner
from reconciler.plan.match import Matched
from reconciler.plan.model import Action, Attribution, Change, FieldChange
from reconciler.resources.base import Compare, Desired, Live, RunState
from reconciler.resources.capabilities import Ability
from reconciler.resources.kinds import BY_TYPE, unusual_values
from reconciler.resources.ledger_records import Record
from reconciler.resources.marker import has_room, marker_of
from reconciler.resources.tree import Tree, at, covers, has, leaves, overlay, unflatten
from reconciler.resources.writes import Operation, Write

NO_UPDATE = "the vendor's API cannot update campaigns: change it in the vendor's console"
NAMELESS = (
    "{} is ignored, so an update must send its present value, but the vendor shows no name for it: "
    "change the campaign in the console, or stop ignoring it"
)
DROPS = (
    "api {} neither shows a do-not-call list nor sends it: if the campaign was given one "
    "elsewhere, this update removes it"
)
RAN = "it ran before and is {}: if the update starts it, everybody on its lists is contacted again"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Existing:
    """A manifest, its live campaign, and the record of this same campaign."""

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


def existing_campaign(
    desired: Desired, found: Matched, *, known: Owner, inventory: Inventory
) -> Entry:
    """An update, an adoption, a no-op, or a task for a person."""
    live = inventory.full(desired.target, found.live)
    record = known.record
    lost = None
    if record is not None and record.remote_id != live.remote_id:
        lost, record = gone(desired, record), None
    facts = inventory.facts(desired.target)
    sides = Sides(
        desired=desired,
        live=live,
        record=record,
        bindings=inventory.bindings,
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
        notes=(*comparison.notes, *_unwatched(record), *_unmarked(case)),
        protection=protection(desired, record),
        unmanages=comparison.dropped,
    )
    diagnostics: tuple[Diagnostic, ...] = ()
    if record is None:
        change = replace(change, action=Action.ADOPT, adopts=True, reason=_adopted(found))
    elif known.moved_from is not None:
        change = replace(
            change, moved_from=known.moved_from, reason=f"moved from {known.moved_from}"
        )
    if comparison.fields:
        change, diagnostics = _update(change, case, inventory=inventory)
    elif comparison.overruled:
        change = by_hand(
            replace(change, fields=comparison.overruled), _overruled(comparison, record)
        )
    return Entry(
        change=change,
        drift=lost or drifted(sides, comparison, inventory=inventory),
        pending=record is None or comparison.pending,
        diagnostics=diagnostics,
        hidden=comparison.hidden,
    )


def _unwatched(record: Record | None) -> Iterator[str]:
    if record is not None and record.seen is None:
        yield (
            "drift does not watch its run state, because none is recorded: accept it with "
            "status --accept"
        )


def _unmarked(case: _Existing) -> Iterator[str]:
    mark = marker_of(case.live.observed)
    text = case.desired.spec.get("description")
    if mark and "description" in case.comparison.paths and not has_room(text, mark):
        yield "the new description is too long to keep the campaign's marker"


def _adopted(found: Matched) -> str:
    if found.by == "pin":
        return "metadata.remoteId names it"
    if found.by == "marker":
        return "a live campaign has its marker and its name"
    return f"a live campaign has its {found.by}"


def _update(
    change: Change, case: _Existing, *, inventory: Inventory
) -> tuple[Change, tuple[Diagnostic, ...]]:
    facts = inventory.facts(case.desired.target)
    fixed = _immutable(case)
    refused = tuple(
        errors.immutable(case.desired, field.path)
        for field in fixed
        if field.attribution is not Attribution.DRIFT
    )
    reasons = list(case.live.blocked)
    if fixed:
        paths = ", ".join(field.path for field in fixed)
        reasons.append(f"{paths} cannot be changed once a campaign exists")
    if facts.capabilities.update is Ability.NO:
        reasons.append(NO_UPDATE)
    if case.sides.full_body:
        reasons += [NAMELESS.format(path) for path in nameless(case.sides)]
        reasons += _left_alone(case)
    for field, why in _unusual(case):
        reasons.append(f"{field.path} cannot be sent: {why}")
        if field.attribution is not Attribution.DRIFT:
            refused += (errors.unusual(case.desired, field.path, why),)
    lists: tuple[Diagnostic, ...] = ()
    if "contactLists" in case.comparison.paths:
        snapshot = inventory.inputs.live[case.desired.target]
        lists = errors.unknown_contact_lists(case.desired, snapshot.contact_lists)
    if reasons:
        return by_hand(change, "; ".join(reasons)), (*refused, *lists)
    change = replace(
        change,
        action=Action.UPDATE,
        irreversible=inventory.may_send(case.desired.target),
        warnings=tuple(_doubts(case, inventory)),
    )
    write = Write(
        operation=Operation.UPDATE,
        type=case.desired.address.type,
        spec=change.desired or {},
        live=case.live,
        last_applied=case.record.spec if case.record is not None else {},
        changed=case.comparison.paths,
    )
    return with_requests(change, write, inventory=inventory), lists


def _doubts(case: _Existing, inventory: Inventory) -> Iterator[str]:
    facts = inventory.facts(case.desired.target)
    if BY_TYPE[case.desired.address.type].channel in facts.capabilities.drops_exclusion:
        yield DROPS.format(facts.api)
    if case.live.state is RunState.FINISHED and inventory.may_send(case.desired.target):
        yield RAN.format(case.live.status)
    if case.comparison.overruled:
        yield _overruled(case.comparison, case.record)


def _overruled(comparison: Comparison, record: Record | None) -> str:
    paths = in_short([field.path for field in comparison.overruled])
    since = f" since {timestamp(record.written_at)}" if record is not None else ""
    return (
        f"{paths} was sent as in the manifest and the vendor accepted it, but no reading{since} "
        "shows it in force: set it in the vendor's console, or change the manifest"
    )


def _immutable(case: _Existing) -> tuple[FieldChange, ...]:
    rows = rows_of(case.desired.address.type)
    return tuple(field for field in case.comparison.fields if rows[field.path].immutable)


def _unusual(case: _Existing) -> Iterator[tuple[FieldChange, str]]:
    """The changes to a value that may be live, but is never sent."""
    rows = rows_of(case.desired.address.type)
    for field in case.comparison.fields:
        if field.after is not None and (why := rows[field.path].unusual(field.after)):
            yield field, why


def _left_alone(case: _Existing) -> Iterator[str]:
    """Why an update of the whole campaign cannot leave alone what is live."""
    for path, why in unusual_values(BY_TYPE[case.live.type], case.live.spec):
        if path not in case.comparison.paths:
            yield f"an update would have to send {path} as it is, but {why}"


def drifted(sides: Sides, found: Comparison, *, inventory: Inventory) -> Change | None:
    """The settings and run state that moved away from the ledger's record; None without drift."""
    desired, live, record = sides.desired, sides.live, sides.record
    if record is None:
        return None
    facts = inventory.facts(desired.target)
    may_send = inventory.may_send(desired.target)
    fields = (*found.drift, *state_drift(sides, facts.capabilities, may_send=may_send))
    if not fields:
        return None
    return replace(
        blank(desired),
        action=Action.UPDATE,
        remote_id=live.remote_id,
        name=live.name,
        before=record.spec,
        after=live.spec,
        fields=fields,
        desired=None,
        movement=movement_of(fields),
    )


# Fields that a manifest exempts (`metadata.ignore`) are sent as they are, whatever it declares.


def as_kept(sides: Sides) -> Tree:
    """The manifest with every ignored field as read, or as last applied if no reading shows it.

    An update sends this and the ledger records it, so both have one definition.
    """
    if not sides.desired.metadata.ignore:
        return sides.desired.spec
    known = overlay(sides.record.spec if sides.record is not None else {}, sides.live.spec)
    names = {path: name for path, name in _references(sides) if name is not None}
    return unflatten(
        (path, _kept(path, value, known=known, names=names) if _ignored(sides, path) else value)
        for path, value in leaves(sides.desired.spec)
    )


def nameless(sides: Sides) -> tuple[str, ...]:
    """Ignored fields that are written by name and whose name is unknown: no PUT can keep them."""
    return tuple(path for path, name in _references(sides) if name is None)


def _kept(path: str, value: JsonValue, *, known: Tree, names: dict[str, str]) -> JsonValue:
    if path in names:
        return names[path]
    return at(known, path) if has(known, path) else value


def _ignored(sides: Sides, path: str) -> bool:
    return covers((one.subject for one in sides.desired.metadata.ignore), path)


def _references(sides: Sides) -> Iterator[tuple[str, str | None]]:
    """Ignored fields that are read as an id, and the name that is bound to it."""
    for path, row in rows_of(sides.live.type).items():
        if row.compare is Compare.BINDING and _ignored(sides, path):
            shown = sides.live.references.get(path)
            if shown is not None:
                yield path, sides.bindings.name_of(sides.desired.target, path, shown)
