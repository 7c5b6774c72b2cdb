"""What was done to an environment: the ledger's receipts, newest last; writes nothing."""

from collections.abc import Iterator, Mapping

from pydantic import JsonValue

from reconciler.address import Address
from reconciler.resources.tree import Tree
from reconciler.workflow.session import Session


def receipts(session: Session, address: Address | None = None) -> tuple[Tree, ...]:
    """Receipts of the environment; only those about an address when one is given."""
    found = session.open_ledger().receipts()
    if address is None:
        return tuple(found)
    return tuple(one for one in found if any(outcomes_of(one, address)))


def outcomes_of(receipt: Mapping[str, JsonValue], address: Address | None = None) -> Iterator[Tree]:
    """A receipt's entries, of one address or of all."""
    entries = receipt.get("outcomes")
    for entry in entries if isinstance(entries, list) else ():
        if isinstance(entry, dict) and address in (None, _address(entry)):
            yield entry


def _address(entry: Tree) -> Address | None:
    try:
        return Address.parse(str(entry.get("address")))
    except ValueError:
        return None
