"""Compares readings of a live campaign: what changed, and what the ledger can learn from it."""

from collections.abc import Mapping

from pydantic import JsonValue

from reconciler.plan.compare.leaves import rows_of, same_but_for_spelling
from reconciler.plan.compare.unknown_creates import evidence
from reconciler.resources.base import Compare, Field, Live
from reconciler.resources.ledger_records import Binding, Record
from reconciler.resources.tree import Tree, at, has, leaves


def moved(before: Tree, now: Live) -> tuple[str, ...]:
    """Readable paths that changed, managed or not, because an update may send them all.

    A single read may show less than the plan's reading, so a path that is missing now proves
    nothing.
    """
    rows = rows_of(now.type)
    changed = []
    for path, value in leaves(now.spec):
        row = rows.get(path)
        if has(before, path):
            was = at(before, path)
            same = value == was or (row is not None and _alike(row, was, value))
        else:
            same = value is None or value == (row.empty if row else None)
        if not same:
            changed.append(path)
    return tuple(changed)


def _alike(row: Field, one: JsonValue, other: JsonValue) -> bool:
    return row.equal(one, other) or same_but_for_spelling(row, one, other)


def unreadable(type_: str, spec: Tree, before: Tree) -> tuple[str, ...]:
    """Declared paths that the reading does not show; adoption assumes that they are in force."""
    rows = rows_of(type_)
    return tuple(
        path
        for path, _ in leaves(spec)
        if path in rows and rows[path].compare is not Compare.NEVER and not has(before, path)
    )


def learnt(target: str, spec: Tree, live: Live | None) -> tuple[Binding, ...]:
    """The ids that a reading shows for the names we wrote."""
    if live is None:
        return ()
    return tuple(
        Binding(target, path, str(at(spec, path)), remote)
        for path, remote in live.references.items()
        if at(spec, path) is not None
    )


def otherwise(spec: Tree, live: Live) -> Mapping[str, JsonValue]:
    """What a reading shows in place of the written values, by path."""
    different = evidence(spec, live, {}).different
    return {path: at(live.spec, path) for path in different}


def unexpected(spec: Tree, live: Live, overruled: Mapping[str, JsonValue]) -> tuple[str, ...]:
    """Paths that differ from what was written, apart from spelling and values overruled before."""
    rows = rows_of(live.type)
    return tuple(
        path
        for path, shown in otherwise(spec, live).items()
        if not same_but_for_spelling(rows[path], at(spec, path), shown)
        and not (path in overruled and rows[path].equal(overruled[path], shown))
    )


def overruled_before(spec: Tree, old: Record | None) -> Mapping[str, JsonValue]:
    """What the vendor showed in place of values that are still declared, by path."""
    if old is None:
        return {}
    return {
        path: shown
        for path, shown in old.overruled.items()
        if has(spec, path) and at(spec, path) == at(old.spec, path)
    }
