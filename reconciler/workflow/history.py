"""What was done to an environment: the ledger's receipts, newest last; writes nothing."""

from collections.abc import Iterable, Iterator, Mapping

from pydantic import JsonValue

from reconciler.address import Address
from reconciler.resources.tree import Tree
from reconciler.workflow.session import Session


def receipts(session: Session, address: Address | None = None) -> tuple[Tree, ...]:
    """Receipts of the environment; only what is about an address when one is given."""
    found = session.open_ledger().receipts()
    if address is None:
        return tuple(found)
    return tuple(
        {**one, "outcomes": list[JsonValue](mine)}
        for one in found
        if (mine := [*outcomes_of(one, address)])
    )


def outcomes_of(receipt: Mapping[str, JsonValue], address: Address | None = None) -> Iterator[Tree]:
    """A receipt's entries, of one address or of all."""
    entries = receipt.get("outcomes")
    for entry in entries if isinstance(entries, list) else ():
        if isinstance(entry, dict) and address in (None, _address(entry)):
            yield entry


def concluded(found: Iterable[Tree]) -> tuple[Tree, ...]:
    """Receipts with the last entry of each attempt only, as people ask what became of it.

    A launch is written down before it leaves and again when it is known what it came to. An entry
    that names no attempt stands for itself.
    """
    kept: list[Tree] = []
    told: set[str] = set()
    for receipt in reversed(tuple(found)):
        before = [*outcomes_of(receipt)]
        after: list[JsonValue] = [one for one in before if one.get("attempt") not in told]
        told |= {attempt for one in before if isinstance(attempt := one.get("attempt"), str)}
        if after or not before:
            kept.append({**receipt, "outcomes": after})
    return tuple(reversed(kept))


def _address(entry: Tree) -> Address | None:
    try:
        return Address.parse(str(entry.get("address")))
    except ValueError:
        return None
