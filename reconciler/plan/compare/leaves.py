"""Judges each managed leaf of a manifest against the live value and the ledger's record.

Works on canonical trees by the kind's field table. States facts, not what to do about them.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from enum import Enum
from functools import cache

from pydantic import JsonValue

from reconciler.resources.base import Compare, Desired, Field, Live, Reach
from reconciler.resources.kinds import BY_TYPE
from reconciler.resources.ledger_records import Binding, Record
from reconciler.resources.tree import covers, leaves


class Bindings:
    """Names and the ids that a vendor showed for them, looked up in both directions."""

    def __init__(self, bindings: Iterable[Binding]) -> None:
        self._ids: dict[tuple[str, str, str], str] = {}
        self._names: dict[tuple[str, str, str], str] = {}
        for binding in bindings:
            self._ids[binding.target, binding.path, binding.name] = binding.remote
            self._names[binding.target, binding.path, binding.remote] = binding.name

    def id_of(self, target: str, path: str, name: str) -> str | None:
        """The id bound to a name."""
        return self._ids.get((target, path, name))

    def names(self, target: str, path: str) -> Iterator[str]:
        """Every name of a field that a target's vendor showed an id for."""
        yield from (name for of, where, name in self._ids if (of, where) == (target, path))

    def name_of(self, target: str, path: str, remote: str) -> str | None:
        """The name bound to an id."""
        return self._names.get((target, path, remote))


@dataclass(frozen=True, slots=True, kw_only=True)
class Sides:
    """The inputs of a comparison. `record` is None for a campaign that the ledger does not know."""

    desired: Desired
    live: Live
    record: Record | None
    bindings: Bindings
    full_body: bool = False
    """Whether an update sends every field, including those that no reading proves."""


class LeafState(Enum):
    """What is known about a leaf."""

    SAME = 1
    DIFFERENT = 2
    UNREAD_DIFFERENT = 3
    """Cannot be read, and the manifest differs from what was last applied."""
    UNPROVEN = 4
    """Cannot be read; the manifest equals what was last applied."""
    ASSUMED = 5
    """Cannot be read and was never sent; adoption assumed that it is in force."""
    OVERRULED = 6
    """Sent as declared, and no reading since then shows it in force."""


@dataclass(frozen=True, slots=True)
class LastApplied:
    """The last sent or assumed value of a leaf, and what the vendor showed for it afterwards."""

    sent: JsonValue
    left: JsonValue
    overruled: bool = False
    """Whether the vendor showed `left` in place of `sent`, and `sent` in no reading since then."""


@dataclass(frozen=True, slots=True)
class Leaf:
    """A leaf that is compared. `applied` is None if the ledger knows nothing about it."""

    row: Field
    wanted: JsonValue
    shown: JsonValue
    verdict: LeafState
    applied: LastApplied | None

    @property
    def path(self) -> str:
        """Its path in the spec."""
        return self.row.path

    @property
    def declared_as_sent(self) -> bool:
        """Whether the manifest's value is as it was last applied."""
        return self.applied is not None and _alike(self.row, self.applied.sent, self.wanted)

    @property
    def shown_as_left(self) -> bool:
        """Whether the live value is still the one that followed the last apply."""
        return self.applied is not None and _alike(self.row, self.applied.left, self.shown)


def judge(sides: Sides) -> Iterator[Leaf]:
    """Every leaf that the manifest manages and does not ignore."""
    rows = rows_of(sides.desired.address.type)
    ignored = tuple(exemption.subject for exemption in sides.desired.metadata.ignore)
    shown: dict[str, JsonValue] = dict(leaves(sides.live.spec))
    applied = dict(_applied(sides.record))
    for path, wanted in leaves(sides.desired.spec):
        row = rows.get(path)
        if row is None or row.compare is Compare.NEVER or (ignored and covers(ignored, path)):
            continue
        leaf: Leaf | None = None
        last = applied.get(path)
        if row.compare is Compare.BINDING:
            leaf = _judge_binding(row, wanted, sides=sides, applied=last)
        elif path in shown:
            leaf = _judge_shown(Leaf(row, wanted, shown[path], LeafState.DIFFERENT, last))
        yield leaf or Leaf(row, wanted, None, _unseen(row, wanted, sides, last), last)


def same_but_for_spelling(row: Field, one: JsonValue, other: JsonValue) -> bool:
    """Whether the vendor shows `other` for `one` once that was sent.

    Case and space may differ in names only, never in text that reaches people.
    """
    named = row.reach in (Reach.PEOPLE, Reach.EXCLUSION, Reach.NOBODY)
    return row.respelled(one, other) or (named and _folded(one) == _folded(other))


@cache
def rows_of(type_: str) -> Mapping[str, Field]:
    """A kind's field table by path."""
    return {row.path: row for row in BY_TYPE[type_].fields}


def _applied(record: Record | None) -> Iterable[tuple[str, LastApplied]]:
    if record is None:
        return ()
    return (
        (path, LastApplied(value, record.overruled.get(path, value), path in record.overruled))
        for path, value in leaves(record.spec)
    )


def _alike(row: Field, one: JsonValue, other: JsonValue) -> bool:
    return one == other or row.equal(one, other)


def _folded(value: JsonValue) -> JsonValue:
    if isinstance(value, list):
        return [*sorted({str(_folded(one)) for one in value})]
    return " ".join(value.casefold().split()) if isinstance(value, str) else value


def _judge_shown(leaf: Leaf) -> Leaf:
    row, wanted, shown, last = leaf.row, leaf.wanted, leaf.shown, leaf.applied
    if _alike(row, wanted, shown):
        return replace(leaf, verdict=LeafState.SAME)
    if last is None or not last.overruled or not leaf.declared_as_sent:
        return leaf
    if not same_but_for_spelling(row, wanted, last.left):
        # Whatever is shown now, sending the same value again is not known to have an effect.
        return replace(leaf, verdict=LeafState.OVERRULED)
    return replace(leaf, verdict=LeafState.SAME) if leaf.shown_as_left else leaf


def _judge_binding(
    row: Field, wanted: JsonValue, *, sides: Sides, applied: LastApplied | None
) -> Leaf | None:
    """A verdict if a binding proves it; None if only the ledger's record can decide."""
    remote = sides.live.references.get(row.path)
    if remote is None or not isinstance(wanted, str):
        return None
    target = sides.desired.target
    bound = sides.bindings.id_of(target, row.path, wanted)
    if remote in (bound, wanted):
        return Leaf(row, wanted, None, LeafState.SAME, applied)
    name = sides.bindings.name_of(target, row.path, remote)
    seen = sides.record.references.get(row.path, remote) if sides.record is not None else remote
    if bound is None and name is None and seen == remote and not row.is_id(wanted):
        return None
    return Leaf(row, wanted, name or f"flow {remote}", LeafState.DIFFERENT, applied)


def _unseen(row: Field, wanted: JsonValue, sides: Sides, applied: LastApplied | None) -> LeafState:
    if sides.record is None or applied is None:
        # A record has all that was ever sent or assumed, so what it lacks has yet to be sent.
        unsent = LeafState.ASSUMED if sides.record is None else LeafState.UNREAD_DIFFERENT
        return LeafState.SAME if wanted is None else unsent
    if row.is_id(str(applied.sent)):
        return LeafState.ASSUMED  # a name for what was declared by its id
    if not _alike(row, applied.sent, wanted):
        return LeafState.UNREAD_DIFFERENT
    return LeafState.ASSUMED if row.path in sides.record.assumed else LeafState.UNPROVEN
