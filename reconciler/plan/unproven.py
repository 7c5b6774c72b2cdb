"""What the writes of a plan rely on and no call of the vendor proves, once for a plan; pure."""

from collections.abc import Iterable, Iterator, Sequence

from pydantic import JsonValue

from reconciler.plan.inventory import Inventory
from reconciler.plan.model import Action, Change
from reconciler.resources.base import Field, Reach
from reconciler.resources.kinds import BY_TYPE
from reconciler.resources.tree import at, has, leaves
from reconciler.suggestions import nearest

_SHOWN = 20
_LIKE = 0.8
"""How alike a slip and a known name are: two flows may share half of their words."""


def unproven(writes: Iterable[Change], inventory: Inventory) -> Iterator[str]:
    """One sentence for each sort of thing that a reviewer has to know or to look at."""
    found = list(writes)
    if names := dict.fromkeys(name for one in found for name in _unchecked(one, inventory)):
        listed = _list(tuple(names))
        yield f"Not verified, because the vendor does not list these: {listed}. Check the spelling."
    yield from _without_exclusion(found, inventory)
    updated = [one.target for one in found if one.action is Action.UPDATE]
    for target in dict.fromkeys(updated):
        facts = inventory.facts(target)
        if loses := facts.capabilities.update_loses:
            yield (
                f"Settings that only the console of {facts.title} has may be lost in an update: "
                f"{', '.join(loses)}."
            )


def _unchecked(change: Change, inventory: Inventory) -> Iterator[str]:
    """What a write newly names, unless the target is known to have it."""
    kind = BY_TYPE[change.address.type]
    new = dict(leaves(change.after or {}))
    if change.action is Action.UPDATE:
        new = {field.path: field.after for field in change.fields}
    for row in kind.fields:
        name = new.get(row.path)
        if row.refers_to and isinstance(name, str) and name and not row.is_id(name):
            known = inventory.known_names(change.target, row)
            if not any(row.equal(name, other) for other in known):
                yield f'{row.refers_to} "{name}"{_hint(name, known)}'


def _hint(name: str, known: Sequence[str]) -> str:
    near = nearest(name, known, likeness=_LIKE)
    return f' (did you mean "{near}"?)' if near is not None else ""


def _list(items: Sequence[str]) -> str:
    rest = len(items) - _SHOWN
    shown = ", ".join(items[:_SHOWN])
    return f"{shown} and {rest} more" if rest > 0 else shown


def _without_exclusion(writes: Iterable[Change], inventory: Inventory) -> Iterator[str]:
    """Campaigns that name no do-not-call list, unless the manifest says that none is wanted."""
    bare: dict[str, list[str]] = {}
    for change in writes:
        kind = BY_TYPE[change.address.type]
        why = inventory.facts(change.target).capabilities.without_exclusion.get(kind.channel)
        rows = [row for row in kind.fields if row.reach is Reach.EXCLUSION]
        if why and all(_is_bare(change, row) for row in rows):
            bare.setdefault(why, []).append(str(change.address))
    for why, addresses in bare.items():
        yield f"Without a do-not-call list: {_list(addresses)}; {why}."


def _is_bare(change: Change, row: Field) -> bool:
    shown: JsonValue = at(change.after or {}, row.path)
    said = has(change.desired or {}, row.path)
    # An update of a campaign whose list no reading shows proves nothing.
    known = change.action is Action.CREATE or has(change.after or {}, row.path)
    return known and not shown and not said
