"""Finds the live campaigns that an unknown create may have made, and makes their record; pure.

See docs/concepts/at-most-one-create.md#looking-for-it.

Evidence is what a reading proves: the name, a new id, equal fields, or our own mark. Fields that no
reading shows are named, never assumed.
"""

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from pydantic import JsonValue

from reconciler.plan.compare.leaves import rows_of
from reconciler.resources.base import Compare, Field, Live, RunState
from reconciler.resources.kinds import BY_TYPE, create_spec
from reconciler.resources.ledger_records import Intent, Record, SeenState
from reconciler.resources.marker import contradicts, marker_of
from reconciler.resources.name_key import name_key
from reconciler.resources.snapshot import Listing
from reconciler.resources.tree import Tree, at, has, leaves, unflatten

_CLOCK_SKEW = timedelta(hours=1)
"""How far the vendor's clock and ours may differ."""
_AGE_SLACK = timedelta(minutes=5)
"""How much older than the vendor's own clock a new campaign may look."""
KnownIds = Mapping[tuple[str, str], str]
"""Path and name to the id that the target shows for it."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """Paths that differ, and paths that no reading proves."""

    different: tuple[str, ...]
    unproven: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Candidate:
    """A live campaign that fits an intent, and the fields that no reading proves."""

    live: Live
    unproven: tuple[str, ...]


def strangers(intent: Intent, listing: Listing, owned: Collection[str]) -> tuple[Live, ...]:
    """Campaigns with the intent's name key that did not exist before and belong to no address.

    A campaign with its marker counts under any name; one with another marker does not.
    """
    key = name_key(intent.name)
    return tuple(
        row
        for row in _unowned(intent, listing, owned)
        if (name_key(row.name) == key or _is_marked(intent, row))
        and not contradicts(marker_of(row.observed), intent.marker)
    )


def renamed(intent: Intent, listing: Listing, owned: Collection[str]) -> tuple[Live, ...]:
    """Campaigns of another name that may still be it: as new, and equal as far as listed.

    A denied create knows the ids that existed before, so the age does not matter.
    """
    wanted: Tree = {path: value for path, value in created_spec(intent).items() if path != "name"}
    since = intent.created_at - _CLOCK_SKEW
    return tuple(
        row
        for row in _unowned(intent, listing, owned)
        if (intent.denied or row.created_at is None or row.created_at >= since)
        and not evidence(wanted, row, {}).different
    )


def _unowned(intent: Intent, listing: Listing, owned: Collection[str]) -> Iterator[Live]:
    for row in listing.items:
        known = row.remote_id in intent.seen_ids or row.remote_id in owned
        if row.type == intent.type and row.state is not RunState.ARCHIVED and not known:
            yield row


def _is_marked(intent: Intent, row: Live) -> bool:
    return bool(intent.marker) and marker_of(row.observed) == intent.marker


def candidates(
    intent: Intent,
    found: Collection[Live],
    *,
    known: KnownIds,
    full: Callable[[Live], Live | None],
) -> tuple[Candidate, ...]:
    """The campaigns in `found` with our marker; if there is none, those with equal readable fields.

    `full` completes a list row; None when the campaign is gone.
    """
    if intent.marker:
        marked = [row for row in found if _is_marked(intent, row)]
        if marked:
            return tuple(Candidate(row, ()) for row in marked)
    # The name was compared by its key already: a vendor may trim or compose what it was sent.
    wanted: Tree = {path: value for path, value in created_spec(intent).items() if path != "name"}
    fitting = []
    for row in found:
        live = full(row) if row.thin else row
        if live is None or is_older(live, intent):
            continue
        comparison = evidence(wanted, live, known)
        if not comparison.different:
            fitting.append(Candidate(live, comparison.unproven))
    return tuple(fitting)


def is_older(live: Live, intent: Intent) -> bool:
    """Whether a campaign existed before the create was sent, by the vendor's own clock.

    False where the vendor tells no time: then its age is not judged.
    """
    if live.created_at is None or intent.vendors_at is None:
        return False
    return live.created_at < intent.vendors_at - _AGE_SLACK


def created_spec(intent: Intent) -> Tree:
    """The spec that the create of an intent set, defaults included."""
    return create_part(intent.type, create_spec(BY_TYPE[intent.type], intent.spec))


def created_record(
    intent: Intent, remote_id: str, live: Live | None, *, written_at: datetime
) -> Record:
    """The ledger's record of the campaign that an intent's create made."""
    return Record(
        address=intent.address,
        target=intent.target,
        remote_id=remote_id,
        name=intent.name,
        spec=create_part(intent.type, intent.spec),
        generation=intent.generation,
        created=True,
        seen=SeenState.of(live),
        recorded_at=written_at,
        written_at=written_at,
    )


def create_part(type_: str, spec: Tree) -> Tree:
    """The leaves that a create can carry; the others need a request of their own afterwards."""
    rows = rows_of(type_)
    return unflatten(
        (path, value)
        for path, value in leaves(spec)
        if path in rows and (rows[path].required or rows[path].optional)
    )


def evidence(wanted: Tree, live: Live, known: KnownIds) -> Evidence:
    """Compare every written leaf with the reading; a field read as an id needs `known`."""
    different: list[str] = []
    unproven: list[str] = []
    rows = rows_of(live.type)
    for path, value in leaves(wanted):
        row = rows.get(path)
        if row is None or row.compare is Compare.NEVER:
            continue
        same = _same(row, value, live=live, known=known)
        if same is None:
            unproven.append(path)
        elif not same:
            different.append(path)
    return Evidence(tuple(different), tuple(unproven))


def _same(row: Field, value: JsonValue, *, live: Live, known: KnownIds) -> bool | None:
    """Whether the leaf is as written; None if no reading proves it."""
    if row.compare is Compare.BINDING:
        shown, bound = live.references.get(row.path), known.get((row.path, str(value)))
        return None if shown is None or bound is None else shown == bound
    if not has(live.spec, row.path):
        return True if value is None else None
    shown_value = at(live.spec, row.path)
    return value == shown_value or row.equal(value, shown_value)
