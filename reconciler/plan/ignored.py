"""Fields that a manifest exempts (`metadata.ignore`): sent as they are, whatever it says; pure."""

from collections.abc import Iterator

from pydantic import JsonValue

from reconciler.plan.compare.leaves import Sides, rows_of
from reconciler.resources.base import Compare
from reconciler.resources.tree import Tree, at, covers, has, leaves, overlay, unflatten


def as_kept(sides: Sides) -> Tree:
    """The manifest with every ignored field as read, or as last applied where no reading shows it.

    This is what an update sends and what the ledger records: one definition for both.
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
    """Ignored fields that are written by name and whose name nobody knows: no PUT keeps them."""
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
