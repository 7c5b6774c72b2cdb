"""Whether a live campaign is what was written, by the field table of its kind."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from pydantic import JsonValue

from reconciler.resources.base import Compare, Field, Live
from reconciler.resources.kinds import BY_TYPE
from reconciler.resources.ledger_view import Binding
from reconciler.resources.tree import Tree, at, has, leaves, unflatten

Bindings = Mapping[tuple[str, str], str]
"""Path and name to the id that the target shows for it."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """Paths that differ, and paths that no reading proves."""

    different: tuple[str, ...]
    unproven: tuple[str, ...]


def compare(wanted: Tree, live: Live, bindings: Bindings) -> Comparison:
    """Every written leaf against the reading; what is read as an id only through `bindings`."""
    different: list[str] = []
    unproven: list[str] = []
    rows = _rows(live.type)
    for path, value in leaves(wanted):
        row = rows.get(path)
        if row is None or row.compare is Compare.NEVER:
            continue
        same = _same(row, value, live=live, bindings=bindings)
        if same is None:
            unproven.append(path)
        elif not same:
            different.append(path)
    return Comparison(tuple(different), tuple(unproven))


def moved(before: Tree, now: Live) -> tuple[str, ...]:
    """Readable paths that are not as they were, managed or not: an update may send them all.

    A single read may show less than the plan's did, so a path that is missing now says nothing.
    """
    rows = _rows(now.type)
    found = []
    for path, value in leaves(now.spec):
        row = rows.get(path)
        if has(before, path):
            was = at(before, path)
            same = value == was or (row is not None and row.equal(was, value))
        else:
            same = value is None or value == (row.empty if row else None)
        if not same:
            found.append(path)
    return tuple(found)


def create_part(type_: str, spec: Tree) -> Tree:
    """The leaves that a create can carry; the others need a request of their own afterwards."""
    rows = _rows(type_)
    return unflatten(
        (path, value)
        for path, value in leaves(spec)
        if path in rows and (rows[path].required or rows[path].optional)
    )


def unreadable(type_: str, spec: Tree, before: Tree) -> tuple[str, ...]:
    """Declared paths that the reading does not show: taken for true at adoption."""
    rows = _rows(type_)
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


def _same(row: Field, value: JsonValue, *, live: Live, bindings: Bindings) -> bool | None:
    """Whether the leaf is as written; None when nothing tells."""
    if row.compare is Compare.BINDING:
        shown, known = live.references.get(row.path), bindings.get((row.path, str(value)))
        return None if shown is None or known is None else shown == known
    if not has(live.spec, row.path):
        return True if value is None else None
    shown_value = at(live.spec, row.path)
    return value == shown_value or row.equal(value, shown_value)


@cache
def _rows(type_: str) -> Mapping[str, Field]:
    return {row.path: row for row in BY_TYPE[type_].fields}
