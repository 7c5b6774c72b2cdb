"""Turns the texts of a plan that a vendor shows encoded into readable texts; pure.

Runs last, over finished entries, because requests and comparisons need the vendor's own text.
"""

from collections.abc import Iterator
from dataclasses import replace
from functools import cache

from pydantic import JsonValue

from reconciler.plan.compare.leaves import rows_of
from reconciler.plan.model import Change, FieldChange
from reconciler.resources.base import Field, unchanged
from reconciler.resources.tree import Tree, at, has, overlay, unflatten


def in_readable_text(change: Change) -> Change:
    """The entry with readable values; an encoded field also keeps the vendor's own text."""
    rows = _encoded_rows(change.address.type)
    if not rows:
        return change
    return replace(
        change,
        before=_tree(change.before, rows),
        after=_tree(change.after, rows),
        fields=tuple(_field(one, rows) for one in change.fields),
    )


@cache
def _encoded_rows(type_: str) -> tuple[Field, ...]:
    return tuple(row for row in rows_of(type_).values() if row.readable is not unchanged)


def _tree(tree: Tree | None, rows: tuple[Field, ...]) -> Tree | None:
    if tree is None:
        return None
    changed = list(_decoded(tree, rows))
    return overlay(tree, unflatten(changed)) if changed else tree


def _decoded(tree: Tree, rows: tuple[Field, ...]) -> Iterator[tuple[str, JsonValue]]:
    for row in rows:
        if has(tree, row.path):
            value = at(tree, row.path)
            if (text := row.readable(value)) != value:
                yield row.path, text


def _field(change: FieldChange, rows: tuple[Field, ...]) -> FieldChange:
    row = next((row for row in rows if row.path == change.path), None)
    if row is None:
        return change
    before, after = row.readable(change.before), row.readable(change.after)
    # In drift the live value is `after`, in a change it is `before`; a manifest is never encoded.
    encoded = [raw for raw, text in ((change.after, after), (change.before, before)) if raw != text]
    return replace(change, before=before, after=after, as_shown=next(iter(encoded), None))
