"""Compares a manifest with the live campaign and the ledger's record: what differs, and why.

Turns verdicts on leaves into `FieldChange`s and notes. The only module that knows deepdiff.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from deepdiff import DeepDiff
from pydantic import JsonValue

from reconciler.plan.compare.leaves import Leaf, LeafState, Sides, judge, rows_of
from reconciler.plan.compare.reach import movement
from reconciler.plan.model import Attribution, FieldChange
from reconciler.resources.base import Compare, Reach
from reconciler.resources.tree import Tree, canonical_json, has, leaves, overlay, unflatten


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """What an update would do, and what moved away from last-applied; empty if all is equal."""

    fields: tuple[FieldChange, ...] = ()
    overruled: tuple[FieldChange, ...] = ()
    """What differs although it was sent, so that sending it again would change nothing."""
    drift: tuple[FieldChange, ...] = ()
    """`before` is last-applied, `after` is live."""
    notes: tuple[str, ...] = ()
    dropped: tuple[str, ...] = ()
    """Fields that were applied and are no longer in the manifest."""
    hidden: tuple[str, ...] = ()
    """Managed fields that this target's readings omit."""
    before: Tree
    """The live spec; values that are equal by meaning are spelled as in the manifest."""
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


_UNSEEN = {
    LeafState.UNPROVEN: "{} cannot be verified: the vendor does not show {}, so what was last "
    "applied is assumed to be in force",
    LeafState.ASSUMED: "{} cannot be verified: the vendor does not show {}, so the manifest is "
    "assumed to be in force",
}
_SHOWN_PATHS = 3
_UNREAD = "the vendor does not show it"
_OVERRULED = "already sent, but the vendor shows another value"


def compare(sides: Sides) -> Comparison:
    """Compare every managed field of a matched campaign."""
    judged = list(judge(sides))
    before = _in_our_words(sides.live.spec, judged)
    open_ = [leaf for leaf in judged if leaf.verdict is not LeafState.SAME]
    fields = _changes(open_, full_body=sides.full_body)
    unread = {change.path for change in fields if not change.readable}
    if unread:
        before = unflatten(pair for pair in leaves(before) if pair[0] not in unread)
    after = before
    overruled = tuple(_overruled(open_))
    if fields and sides.full_body:
        # A PUT sends them again, so they are shown and checked by the gates like all that is sent.
        fields, overruled = (*fields, *overruled), ()
    dropped = tuple(_dropped(sides))
    if fields or overruled:
        wanted = ((change.path, change.after) for change in (*fields, *overruled))
        after = overlay(before, unflatten(wanted))
    return Comparison(
        fields=fields,
        overruled=overruled,
        drift=tuple(_drift(open_)),
        hidden=tuple(_hidden(open_)),
        notes=(*_notes(open_, fields), *(_no_longer(path, sides) for path in dropped)),
        dropped=dropped,
        before=before,
        after=after,
    )


def _in_our_words(live: Tree, judged: Iterable[Leaf]) -> Tree:
    """The live spec; values equal by meaning, or known from the last apply, are as declared."""
    same = [
        (leaf.path, leaf.wanted)
        for leaf in judged
        if leaf.shown != leaf.wanted
        and (
            leaf.verdict is LeafState.SAME or (leaf.verdict in _UNSEEN and leaf.applied is not None)
        )
    ]
    return overlay(live, unflatten(same)) if same else live


def _changes(open_: Sequence[Leaf], *, full_body: bool) -> tuple[FieldChange, ...]:
    differing = _deepdiff([leaf for leaf in open_ if leaf.verdict is LeafState.DIFFERENT])
    wanted = {LeafState.UNREAD_DIFFERENT}
    if full_body and (differing or any(leaf.verdict in wanted for leaf in open_)):
        # A PUT sends them, and nothing proves that the campaign has these values now.
        wanted.add(LeafState.ASSUMED)
    return tuple(
        FieldChange(
            path=leaf.path,
            before=leaf.shown,
            after=leaf.wanted,
            note="" if leaf.path in differing else _UNREAD,
            attribution=_attribution(leaf),
            readable=leaf.path in differing,
        )
        for leaf in open_
        if leaf.path in differing or leaf.verdict in wanted
    )


def _overruled(open_: Iterable[Leaf]) -> Iterable[FieldChange]:
    for leaf in open_:
        if leaf.verdict is LeafState.OVERRULED:
            yield FieldChange(path=leaf.path, before=leaf.shown, after=leaf.wanted, note=_OVERRULED)


def _deepdiff(unequal: list[Leaf]) -> frozenset[str]:
    """The fields that differ once lists are compared as sets."""
    if not unequal:
        return frozenset()
    tree = DeepDiff(
        {leaf.path: _as_sets(leaf.shown) for leaf in unequal},
        {leaf.path: _as_sets(leaf.wanted) for leaf in unequal},
        view="tree",
    )
    return frozenset(
        str(level.path(output_format="list")[0]) for levels in tree.values() for level in levels
    )


def _as_sets(value: JsonValue) -> JsonValue:
    """A value whose lists are mappings from each item, because order and repetition mean nothing.

    Mappings are compared key by key, in linear time; DeepDiff's own way to ignore order is not.
    """
    match value:
        case list():
            return {canonical_json(_as_sets(item)): True for item in value}
        case dict():
            return {key: _as_sets(item) for key, item in value.items()}
        case _:
            return value


def _attribution(leaf: Leaf) -> Attribution:
    """Which side moved the field away from last-applied, where live and desired differ."""
    if leaf.applied is None or leaf.verdict is not LeafState.DIFFERENT or leaf.shown_as_left:
        return Attribution.PENDING
    return Attribution.DRIFT if leaf.declared_as_sent else Attribution.BOTH


def _drift(open_: Iterable[Leaf]) -> Iterable[FieldChange]:
    for leaf in open_:
        if leaf.applied is None:
            continue
        overruled = leaf.verdict is LeafState.OVERRULED
        before = leaf.applied.sent if overruled else leaf.applied.left
        if overruled or (leaf.verdict is LeafState.DIFFERENT and not leaf.shown_as_left):
            yield FieldChange(
                path=leaf.path,
                before=before,
                after=leaf.shown,
                note=_OVERRULED if overruled else "",
                attribution=Attribution.DRIFT if overruled else _attribution(leaf),
                movement=movement(leaf.row, before, leaf.shown),
            )


def _hidden(open_: Iterable[Leaf]) -> Iterable[str]:
    """Fields that readings show in general but not here (docs/vendors/carecycle.md 2a)."""
    shown = (LeafState.DIFFERENT, LeafState.OVERRULED)
    for leaf in open_:
        readable = leaf.row.compare is Compare.VALUE and not leaf.row.write_only
        if readable and leaf.verdict not in shown:
            yield leaf.path


def _notes(open_: Sequence[Leaf], fields: Iterable[FieldChange]) -> Iterable[str]:
    changed = {change.path for change in fields}
    for verdict, text in _UNSEEN.items():
        paths = [
            leaf.path for leaf in open_ if leaf.verdict is verdict and leaf.path not in changed
        ]
        if paths:
            yield text.format(in_short(paths), "it" if len(paths) == 1 else "them")


def in_short(paths: Sequence[str]) -> str:
    """A list of paths for people: `a`, `a and b`, `a, b, c and 9 more`."""
    shown = list(paths[:_SHOWN_PATHS])
    if len(paths) > _SHOWN_PATHS:
        shown.append(f"{len(paths) - _SHOWN_PATHS} more")
    return " and ".join(filter(None, (", ".join(shown[:-1]), shown[-1])))


def _dropped(sides: Sides) -> Iterable[str]:
    if sides.record is None:
        return
    rows = rows_of(sides.live.type)
    for path, _ in sorted(leaves(sides.record.spec)):
        row = rows.get(path)
        managed = row is not None and row.compare is not Compare.NEVER
        if managed and not has(sides.desired.spec, path):
            yield path


def _no_longer(path: str, sides: Sides) -> str:
    row = rows_of(sides.live.type)[path]
    what = "the do-not-call list" if row.reach is Reach.EXCLUSION else "it"
    return f"{path} is no longer in the manifest: {what} stays as it is and is no longer managed"
