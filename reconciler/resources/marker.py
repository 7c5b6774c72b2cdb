"""Our mark at the end of a description: evidence that we created the campaign.

Opt-in per target (`marker: description`). Appended when a create is sent, removed when a campaign
is read, so that it is never compared. Pure.
"""

import hashlib
import re

from reconciler.address import Address
from reconciler.resources.tree import Tree

OBSERVED = "marker"
"""The key of `Live.observed` that holds the mark."""
_LONGEST = 256
"""The longest description at Kore.ai, in characters and in bytes.

See docs/vendors/kore.md 4.
"""
_MARKED = re.compile(r"(?P<text>.*?) ?\[rc-(?P<token>[0-9a-f]{8})\]", re.DOTALL)


def token_of(lineage: str, address: Address, generation: int) -> str:
    """The mark of one create: the same for the same ledger, address and generation."""
    name = f"{lineage}\0{address}\0{generation}"
    return hashlib.sha256(name.encode()).hexdigest()[:8]


def has_room(description: object, token: str) -> bool:
    """Whether the description has room for the mark."""
    return len(append(description, token).encode()) <= _LONGEST


def append(description: object, token: str) -> str:
    """A description with a mark at its end."""
    mark = f"[rc-{token}]"
    return f"{description} {mark}" if description else mark


def split(description: object) -> tuple[str, str]:
    """A read description without its mark, and the mark ("" for none)."""
    text = description if isinstance(description, str) else ""
    found = _MARKED.fullmatch(text)
    return (found["text"], found["token"]) if found else (text, "")


def mark_of(observed: Tree) -> str:
    """The mark that was read; "" for none."""
    found = observed.get(OBSERVED)
    return found if isinstance(found, str) else ""
