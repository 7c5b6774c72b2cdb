"""The registry of kinds, and the rules that follow from a field table alone."""

from collections.abc import Iterator

from pydantic import JsonValue

from reconciler.resources.base import Compare, Field, Kind
from reconciler.resources.carecycle import CARECYCLE
from reconciler.resources.kore import KORE_SMS, KORE_VOICE
from reconciler.resources.tree import Tree, at, has, leaves, overlay, unflatten

KINDS: tuple[Kind, ...] = (KORE_SMS, KORE_VOICE, CARECYCLE)
BY_KIND = {kind.kind: kind for kind in KINDS}
BY_TYPE = {kind.type: kind for kind in KINDS}


def canonical(kind: Kind, tree: Tree) -> Tree:
    """A validated spec dump in canonical form; keys without a row of their own fall away."""
    rows = {row.path: row for row in kind.fields}
    pairs: list[tuple[str, JsonValue]] = []
    for path, value in leaves(overlay(kind.derived(tree), tree)):
        if path in rows:
            pairs.append((path, rows[path].normal(value)))
        elif value is None:
            pairs += [(below, None) for below in rows if below.startswith(f"{path}.")]
    return unflatten(pairs)


def defaults(kind: Kind, tree: Tree) -> Tree:
    """What create sends for the fields that a manifest leaves out."""
    return unflatten(
        (row.path, row.default)
        for row in kind.fields
        if row.default is not None and not has(tree, row.path)
    )


def create_spec(kind: Kind, tree: Tree) -> Tree:
    """Everything a create says: the manifest over the defaults."""
    return overlay(defaults(kind, tree), tree)


def violations(kind: Kind, tree: Tree, api: str) -> Iterator[tuple[str, str]]:
    """(path, problem) of every field that the target's API version requires or cannot take."""
    tag = kind.tag(api, tree)
    flavour = " ".join(
        filter(None, (kind.variant(tree), kind.medium, "campaigns", f"on api {api}"))
    )
    for row in kind.fields:
        if has(tree, row.path):
            if tag not in row.writable:
                yield row.path, f"must not be set for {flavour}"
        elif tag in row.required and row.default is None:
            yield row.path, f"is required for {flavour}"


def read_spec(kind: Kind, raw: Tree, api: str, *, complete: bool = True) -> Tree:
    """The readable fields of a vendor's record in canonical form; what is not there is left out.

    In a record that is not `complete` (a thin list row) absence means nothing.
    """
    tag = kind.tag(api, raw)
    pairs: list[tuple[str, JsonValue]] = []
    for row in kind.fields:
        if row.compare is not Compare.VALUE or tag in row.write_only or tag not in row.writable:
            continue
        path = row.read_as or row.path
        value = at(raw, path)
        if value is not None or (has(raw, path) and tag not in row.required):
            pairs.append((row.path, row.normal(value)))
        elif complete and (tag in row.shown or _parent_says_empty(row, raw, path)):
            pairs.append((row.path, row.empty))
    return unflatten(pairs)


def _parent_says_empty(row: Field, raw: Tree, path: str) -> bool:
    """A present object without the key means its default; a null reference object means none."""
    parent = path.rpartition(".")[0]
    if not parent or not has(raw, parent):
        return False
    if isinstance(at(raw, parent), dict):
        return row.empty is not None
    return bool(row.read_as) and at(raw, parent) is None


def references(kind: Kind, raw: Tree) -> dict[str, str]:
    """The ids that a record shows in place of the names we write, by the path of the name."""
    return {
        row.path: str(at(raw, row.read_as))
        for row in kind.fields
        if row.compare is Compare.BINDING and at(raw, row.read_as)
    }
