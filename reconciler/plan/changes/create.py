"""Turns a manifest without a live campaign into a create; pure."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import replace

from reconciler.plan.changes import errors
from reconciler.plan.changes.entry import (
    UNLISTED,
    blank,
    doubts_of_create,
    gone,
    protection,
    with_requests,
)
from reconciler.plan.inventory import Entry, Inventory, Owner
from reconciler.plan.match import Absent, Gone
from reconciler.plan.model import Action
from reconciler.resources import marker
from reconciler.resources.base import Desired, Live
from reconciler.resources.kinds import BY_TYPE, create_spec, unusual_values
from reconciler.resources.tree import Tree
from reconciler.resources.writes import Operation, Write


def new_campaign(
    desired: Desired, found: Absent | Gone, *, known: Owner, inventory: Inventory
) -> Entry:
    """A create, or errors when the account lacks one of its contact lists."""
    snapshot = inventory.inputs.live[desired.target]
    unknown = errors.unknown_contact_lists(desired, snapshot.contact_lists)
    drift = None
    reason = ""
    index = inventory.index(desired.target, desired.address.type)
    if isinstance(found, Gone) and known.record is not None:
        archived = index is not None and found.remote_id in index.by_id
        how = "was archived on" if archived else "is gone from"
        reason = f"{found.remote_id} {how} target {desired.target}"
        drift = gone(desired, known.record, "it was archived" if archived else UNLISTED)
    kind = BY_TYPE[desired.address.type]
    unusual = tuple(
        errors.unusual(desired, path, why) for path, why in unusual_values(kind, desired.spec)
    )
    if unknown or unusual:
        return Entry(drift=drift, diagnostics=(*unknown, *unusual))
    spec = create_spec(kind, desired.spec)
    alike = index.ids_alike(desired.name) if index is not None else ()
    marked = index.marked(desired.marker) if index is not None else ()
    mark = desired.marker if inventory.facts(desired.target).marker else ""
    change = replace(
        blank(desired),
        action=Action.CREATE,
        reason=reason,
        after=spec,
        notes=_mark_notes(mark, spec),
        warnings=(
            *doubts_of_create(desired, inventory),
            *_renamed(marked, inventory.owned(desired.target)),
        ),
        seen_ids=tuple(sorted({*alike, *(row.remote_id for row in marked)})),
        irreversible=inventory.may_send(desired.target),
        protection=protection(desired, None),
    )
    change = with_requests(
        change,
        Write(operation=Operation.CREATE, type=desired.address.type, spec=spec, marker=mark),
        inventory=inventory,
    )
    return Entry(change=change, drift=drift, pending=drift is None)


def _renamed(marked: Iterable[Live], owned: Collection[str]) -> Iterator[str]:
    """Campaigns with the marker of this address and another name, which no address has."""
    for row in marked:
        if row.remote_id not in owned:
            yield (
                f'{row.remote_id} ("{row.name}") has the marker of this campaign: if somebody '
                "renamed it, set metadata.remoteId to its id"
            )


def _mark_notes(mark: str, spec: Tree) -> tuple[str, ...]:
    if not mark:
        return ()
    if not marker.has_room(spec.get("description"), mark):
        return ("the description is too long to carry this campaign's marker",)
    return (f"the description is sent with the marker [rc-{mark}]",)
