"""A manifest against the live campaign and the ledger's record: what differs, and who moved it.

Works on canonical trees by the kind's field table. The only module that knows deepdiff; what it
finds leaves as `FieldChange`.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from functools import cache

from deepdiff import DeepDiff
from pydantic import JsonValue

from reconciler.plan.model import Attribution, FieldChange
from reconciler.plan.movement import movement
from reconciler.resources.base import Compare, Desired, Field, Live
from reconciler.resources.kinds import BY_TYPE
from reconciler.resources.ledger_view import Binding, Record
from reconciler.resources.tree import Tree, covers, leaves, overlay, unflatten


class Bindings:
    """Names and the ids that a vendor showed for them, looked up either way."""

    def __init__(self, bindings: Iterable[Binding]) -> None:
        self._ids: dict[tuple[str, str, str], str] = {}
        self._names: dict[tuple[str, str, str], str] = {}
        for one in bindings:
            self._ids[one.target, one.path, one.name] = one.remote
            self._names[one.target, one.path, one.remote] = one.name

    def id_of(self, target: str, path: str, name: str) -> str | None:
        """The id bound to a name."""
        return self._ids.get((target, path, name))

    def name_of(self, target: str, path: str, remote: str) -> str | None:
        """The name bound to an id."""
        return self._names.get((target, path, remote))


@dataclass(frozen=True, slots=True, kw_only=True)
class Sides:
    """What is compared. `record` is None for a campaign that the ledger does not know."""

    desired: Desired
    live: Live
    record: Record | None
    bindings: Bindings
    full_body: bool = False
    """An update sends every field, also those that no reading proves."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """What an update would do, and what moved away from last-applied. Equal trees: nothing."""

    fields: tuple[FieldChange, ...] = ()
    drift: tuple[FieldChange, ...] = ()
    """`before` is last-applied, `after` is live."""
    notes: tuple[str, ...] = ()
    hidden: tuple[str, ...] = ()
    """Managed fields that this target's readings leave out."""
    before: Tree
    """The live spec; what is equal by meaning in the manifest's words."""
    after: Tree

    @property
    def paths(self) -> frozenset[str]:
        """The fields that differ."""
        return frozenset(change.path for change in self.fields)

    @property
    def pending(self) -> bool:
        """Whether the manifest moved since the last apply."""
        return any(
            change.attribution in (Attribution.PENDING, Attribution.BOTH) for change in self.fields
        )


class _Verdict(Enum):
    SAME = 1
    DIFFERENT = 2
    UNREAD_DIFFERENT = 3
    """Cannot be read, and is not what was last applied."""
    UNPROVEN = 4
    """Cannot be read; last applied is what the manifest says."""
    ASSUMED = 5
    """Cannot be read and was never sent: taken for true at adoption."""


@dataclass(frozen=True, slots=True)
class _Leaf:
    row: Field
    wanted: JsonValue
    shown: JsonValue
    verdict: _Verdict

    @property
    def path(self) -> str:
        return self.row.path


_Flat = dict[str, JsonValue]
_UNSEEN = {
    _Verdict.UNPROVEN: "{} cannot be verified: the vendor does not show {}, so what was last "
    "applied is taken as true",
    _Verdict.ASSUMED: "{} cannot be verified: the vendor does not show {}, so the manifest is "
    "taken as true",
}
_SHOWN_PATHS = 3
_UNREAD = "the vendor does not show it"


def compare(sides: Sides) -> Comparison:
    """Compare every managed field of a matched campaign."""
    wanted: _Flat = dict(leaves(sides.desired.spec))
    last: _Flat = dict(leaves(sides.record.spec)) if sides.record is not None else {}
    judged = list(_judge(sides, wanted, last))
    before = _in_our_words(sides.live.spec, judged, last)
    open_ = [leaf for leaf in judged if leaf.verdict is not _Verdict.SAME]
    fields = _changes(open_, last, full_body=sides.full_body)
    after = before
    if fields:
        unread = {change.path for change in fields if not change.readable}
        if unread:
            before = unflatten(pair for pair in leaves(before) if pair[0] not in unread)
        after = overlay(before, unflatten((change.path, change.after) for change in fields))
    return Comparison(
        fields=fields,
        drift=tuple(_drift(open_, last)),
        hidden=tuple(_hidden(open_)),
        notes=(*_notes(open_, fields), *_dropped(sides.live.type, wanted, last)),
        before=before,
        after=after,
    )


def _in_our_words(live: Tree, judged: Iterable[_Leaf], last: _Flat) -> Tree:
    """The live spec, with what is equal by meaning, or known from the last apply, as declared."""
    same = [
        (leaf.path, leaf.wanted)
        for leaf in judged
        if leaf.shown != leaf.wanted
        and (leaf.verdict is _Verdict.SAME or (leaf.verdict in _UNSEEN and leaf.path in last))
    ]
    return overlay(live, unflatten(same)) if same else live


def _judge(sides: Sides, declared: _Flat, last: _Flat) -> Iterable[_Leaf]:
    rows = rows_of(sides.desired.address.type)
    ignored = tuple(one.subject for one in sides.desired.metadata.ignore)
    shown: _Flat = dict(leaves(sides.live.spec))
    for path, wanted in declared.items():
        row = rows.get(path)
        if row is None or row.compare is Compare.NEVER or (ignored and covers(ignored, path)):
            continue
        leaf: _Leaf | None = None
        if row.compare is Compare.BINDING:
            leaf = _judge_binding(row, wanted, sides=sides)
        elif path in shown:
            value = shown[path]
            equal = wanted == value or row.equal(wanted, value)
            leaf = _Leaf(row, wanted, value, _Verdict.SAME if equal else _Verdict.DIFFERENT)
        yield leaf or _Leaf(row, wanted, None, _unseen(row, wanted, record=sides.record, last=last))


def _judge_binding(row: Field, wanted: JsonValue, *, sides: Sides) -> _Leaf | None:
    """A verdict when a binding proves one; None when only the ledger's record can tell."""
    remote = sides.live.references.get(row.path)
    if remote is None or not isinstance(wanted, str):
        return None
    target = sides.desired.target
    bound = sides.bindings.id_of(target, row.path, wanted)
    if remote in (bound, wanted):
        return _Leaf(row, wanted, None, _Verdict.SAME)
    name = sides.bindings.name_of(target, row.path, remote)
    seen = sides.record.references.get(row.path, remote) if sides.record is not None else remote
    if bound is None and name is None and seen == remote and not row.is_id(wanted):
        return None
    return _Leaf(row, wanted, name or f"flow {remote}", _Verdict.DIFFERENT)


def _unseen(row: Field, wanted: JsonValue, *, record: Record | None, last: _Flat) -> _Verdict:
    if record is None or row.path not in last:
        # A record knows all that was ever sent or assumed: what it lacks is still to be sent.
        unsent = _Verdict.ASSUMED if record is None else _Verdict.UNREAD_DIFFERENT
        return _Verdict.SAME if wanted is None else unsent
    if row.is_id(str(last[row.path])):
        return _Verdict.ASSUMED  # a name for what was declared by its id
    if last[row.path] != wanted and not row.equal(last[row.path], wanted):
        return _Verdict.UNREAD_DIFFERENT
    return _Verdict.ASSUMED if row.path in record.assumed else _Verdict.UNPROVEN


def _changes(open_: Iterable[_Leaf], last: _Flat, *, full_body: bool) -> tuple[FieldChange, ...]:
    leaves_ = list(open_)
    differing = _deepdiff([leaf for leaf in leaves_ if leaf.verdict is _Verdict.DIFFERENT])
    wanted = {_Verdict.UNREAD_DIFFERENT}
    if full_body and (differing or any(leaf.verdict in wanted for leaf in leaves_)):
        # A PUT sends them: nothing proves that they are what the campaign has now.
        wanted.add(_Verdict.ASSUMED)
    return tuple(
        FieldChange(
            path=leaf.path,
            before=leaf.shown,
            after=leaf.wanted,
            note="" if leaf.path in differing else _UNREAD,
            attribution=_attribution(leaf, last),
            readable=leaf.path in differing,
        )
        for leaf in leaves_
        if leaf.path in differing or leaf.verdict in wanted
    )


def _deepdiff(unequal: list[_Leaf]) -> frozenset[str]:
    """The fields that differ as sets do: order and repetition mean nothing in any list we write."""
    if not unequal:
        return frozenset()
    tree = DeepDiff(
        {leaf.path: leaf.shown for leaf in unequal},
        {leaf.path: leaf.wanted for leaf in unequal},
        ignore_order=True,
        view="tree",
    )
    return frozenset(
        str(level.path(output_format="list")[0]) for levels in tree.values() for level in levels
    )


def _attribution(leaf: _Leaf, last: _Flat) -> Attribution:
    """Design section 5: with last-applied L, live V, desired D, where V and D differ."""
    if leaf.path not in last:
        return Attribution.PENDING
    declared = leaf.wanted == last[leaf.path]
    if leaf.verdict is not _Verdict.DIFFERENT:
        return Attribution.PENDING
    if _kept(leaf, last):
        return Attribution.PENDING
    return Attribution.DRIFT if declared else Attribution.BOTH


def _kept(leaf: _Leaf, last: _Flat) -> bool:
    """Whether live is still what was last applied."""
    return leaf.shown == last[leaf.path] or leaf.row.equal(last[leaf.path], leaf.shown)


def _drift(judged: Iterable[_Leaf], last: _Flat) -> Iterable[FieldChange]:
    for leaf in judged:
        if leaf.verdict is _Verdict.DIFFERENT and leaf.path in last and not _kept(leaf, last):
            yield FieldChange(
                path=leaf.path,
                before=last[leaf.path],
                after=leaf.shown,
                attribution=_attribution(leaf, last),
                movement=movement(leaf.row, last[leaf.path], leaf.shown),
            )


def _hidden(open_: Iterable[_Leaf]) -> Iterable[str]:
    """What a reading shows elsewhere and does not show here (api/carecycle.md 2a)."""
    for leaf in open_:
        readable = leaf.row.compare is Compare.VALUE and not leaf.row.write_only
        if readable and leaf.verdict is not _Verdict.DIFFERENT:
            yield leaf.path


def _notes(open_: Sequence[_Leaf], fields: Iterable[FieldChange]) -> Iterable[str]:
    changed = {change.path for change in fields}
    for verdict, text in _UNSEEN.items():
        paths = [one.path for one in open_ if one.verdict is verdict and one.path not in changed]
        if paths:
            yield text.format(in_short(paths), "it" if len(paths) == 1 else "them")


def in_short(paths: Sequence[str]) -> str:
    """A list of paths for people: `a`, `a and b`, `a, b, c and 9 more`."""
    shown = list(paths[:_SHOWN_PATHS])
    if len(paths) > _SHOWN_PATHS:
        shown.append(f"{len(paths) - _SHOWN_PATHS} more")
    return " and ".join(filter(None, (", ".join(shown[:-1]), shown[-1])))


def _dropped(type_: str, declared: _Flat, last: _Flat) -> Iterable[str]:
    for path in sorted(last.keys() - declared.keys()):
        row = rows_of(type_).get(path)
        if row is not None and row.compare is not Compare.NEVER:
            yield f"{path} is no longer in the manifest: it stays as it is and is not managed"


@cache
def rows_of(type_: str) -> Mapping[str, Field]:
    """A kind's field table by path."""
    return {row.path: row for row in BY_TYPE[type_].fields}
