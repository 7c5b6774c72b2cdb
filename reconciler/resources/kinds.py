"""The registry of kinds, and the rules that follow from a field table alone."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from types import MappingProxyType

from pydantic import JsonValue

from reconciler.resources.base import Compare, Field, Kind, Live
from reconciler.resources.carecycle import CARECYCLE
from reconciler.resources.kore import KORE_SMS, KORE_VOICE
from reconciler.resources.tree import Tree, at, covers, has, leaves, overlay, unflatten

KINDS: tuple[Kind, ...] = (KORE_SMS, KORE_VOICE, CARECYCLE)
"""The built-in kinds."""
BUILT_IN = tuple(dict.fromkeys(kind.provider for kind in KINDS))
"""The built-in providers."""
_by_kind = {kind.kind: kind for kind in KINDS}
_by_type = {kind.type: kind for kind in KINDS}
BY_KIND: Mapping[str, Kind] = MappingProxyType(_by_kind)
"""Every kind by its name in manifests, including those of plugins while they are `registered`."""
BY_TYPE: Mapping[str, Kind] = MappingProxyType(_by_type)
"""Every kind by its type in addresses, including those of plugins while they are `registered`."""


@contextmanager
def registered(kinds: Iterable[Kind]) -> Iterator[None]:
    """Add these kinds for the duration of the block; raises ValueError if a name is taken.

    Kinds that are already known stay known afterwards, so that blocks may be nested.
    """
    added = [kind for kind in kinds if BY_TYPE.get(kind.type) is not kind]
    for taken, names in (
        (BY_KIND, [kind.kind for kind in added]),
        (BY_TYPE, [kind.type for kind in added]),
    ):
        if len({*taken, *names}) < len(taken) + len(names):
            raise ValueError(f"one of {', '.join(names)} is already taken")
    _by_kind.update({kind.kind: kind for kind in added})
    _by_type.update({kind.type: kind for kind in added})
    try:
        yield
    finally:
        for kind in added:
            del _by_kind[kind.kind], _by_type[kind.type]


def of_provider(provider: str) -> tuple[Kind, ...]:
    """The kinds of one provider."""
    return tuple(kind for kind in BY_TYPE.values() if kind.provider == provider)


def canonical(kind: Kind, tree: Tree) -> Tree:
    """A validated spec dump in canonical form; keys without a row are dropped."""
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
    """Everything that a create sends: the manifest over the defaults."""
    return overlay(defaults(kind, tree), tree)


def violations(
    kind: Kind, tree: Tree, api: str, ignored: Collection[str] = ()
) -> Iterator[tuple[str, str]]:
    """(path, problem) of every field that the target's API version requires or does not accept.

    An `ignored` field stays as the vendor has it, so it may be left out.
    """
    tag = kind.tag(api, tree)
    flavour = " ".join(
        filter(None, (kind.variant(tree), kind.medium, "campaigns", f"on api {api}"))
    )
    for row in kind.fields:
        if has(tree, row.path):
            problem = _unfit(row, tag, at(tree, row.path))
            if problem:
                yield row.path, f"{problem} for {flavour}"
        elif tag in row.required and row.default is None and not covers(ignored, row.path):
            yield row.path, f"is required for {flavour}"


def _unfit(row: Field, tag: str, value: JsonValue) -> str:
    if tag not in row.writable:
        return "must not be set"
    if value is None:
        return "is required and cannot be null" if tag in row.required else ""
    return row.fault(tag, value)


def unusual_values(kind: Kind, tree: Tree) -> Iterator[tuple[str, str]]:
    """(path, reason) of every value of a canonical tree that may be live, but is never sent."""
    for row in kind.fields:
        value = at(tree, row.path)
        if value is not None and (why := row.unusual(value)):
            yield row.path, why


def read_spec(kind: Kind, raw: Tree, api: str, *, complete: bool = True) -> Tree:
    """The readable fields of a vendor's record in canonical form, without absent fields.

    In a record that is not `complete` (a thin list row), absence has no meaning.
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


def unshown(kind: Kind, sent: Tree, live: Live, api: str) -> frozenset[str]:
    """The fields that a reading by id may show of what was sent, and `live` does not."""
    tag = kind.tag(api, sent)
    return frozenset(
        row.path
        for row in kind.fields
        if tag in row.writable - row.write_only and row.compare is not Compare.NEVER
        if not has(live.spec, row.path) and row.path not in live.references
    )


def _parent_says_empty(row: Field, raw: Tree, path: str) -> bool:
    """Whether a parent without the key means a default, or a null reference object means none."""
    parent = path.rpartition(".")[0]
    if not parent or not has(raw, parent):
        return False
    if isinstance(at(raw, parent), dict):
        return row.empty is not None
    return bool(row.read_as) and at(raw, parent) is None


def references(kind: Kind, raw: Tree) -> dict[str, str]:
    """The ids that a record has in place of the names we write, by the path of the name."""
    return {
        row.path: str(at(raw, row.read_as))
        for row in kind.fields
        if row.compare is Compare.BINDING and at(raw, row.read_as)
    }
