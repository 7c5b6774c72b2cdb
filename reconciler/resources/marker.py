"""Our mark at the end of a description: evidence of the project and address that created it. Pure.

A mark is `PPPPPPPP-AAAAAAAA`, a digest of the project's id and one of the campaign's address, and
is written `[rc-PPPPPPPP-AAAAAAAA]`. It is computed, so a project that lost its ledger knows its own
campaigns. The first release wrote `[rc-xxxxxxxx]`, which means something only to the intent that
names it. Marks are removed when a campaign is read, so they are never shown and never compared.
"""

import hashlib
import re

from reconciler.address import Address
from reconciler.resources.base import Desired, Live
from reconciler.resources.name_key import name_key
from reconciler.resources.tree import Tree

OBSERVED = "marker"
"""The key of `Live.observed` that holds the mark."""
_LONGEST = 256
"""The longest description at Kore.ai, in characters and in bytes.

See docs/vendors/kore.md 4.
"""
_MARKED = re.compile(r" ?\[rc-([0-9a-f]{8}(?:-[0-9a-f]{8})?)\]\Z")


def mark_for(project: str, target: str, address: Address, environment: str = "") -> str:
    """The mark of all creates of an address; "" for a project without an id.

    `environment` is its name if several environments share the target's account, else "".
    """
    if not project:
        return ""
    return f"{_digest(project)}-{_digest(project, target, str(address), environment)}"


def _digest(*words: str) -> str:
    """The first 8 hex digits of a SHA-256 over the words; no word holds a NUL."""
    return hashlib.sha256("\0".join(word for word in words if word).encode()).hexdigest()[:8]


def project_of(mark: str) -> str:
    """The part of a mark that names its project; "" for no mark, and for the first release's."""
    return mark.partition("-")[0] if "-" in mark else ""


def contradicts(mark: str, sent: str) -> bool:
    """Whether a campaign with `mark` cannot come from a create that carried the mark `sent`."""
    return bool(project_of(mark)) and mark != sent


def same_mark(one: Live, other: Live) -> bool:
    """Whether two campaigns have one mark, as if one create had made both."""
    mark = mark_of(one.observed)
    return bool(mark) and mark == mark_of(other.observed)


def is_marked_for(desired: Desired, live: Live) -> bool:
    """Whether a create of this manifest made the campaign: it has its mark and one of its names.

    A copy in the vendor's console has the same mark, so the mark alone proves nothing.
    """
    keys = {name_key(name) for name in (desired.name, *desired.metadata.former_names)}
    mark = mark_of(live.observed)
    return bool(mark) and mark == desired.mark and name_key(live.name) in keys


def has_room(description: object, mark: str) -> bool:
    """Whether the description has room for the mark."""
    return len(append(description, mark).encode()) <= _LONGEST


def append(description: object, mark: str) -> str:
    """A description with a mark at its end."""
    return f"{description} [rc-{mark}]" if description else f"[rc-{mark}]"


def split(description: object) -> tuple[str, str]:
    """A read description without its mark, and the mark ("" for none)."""
    text = description if isinstance(description, str) else ""
    found = _MARKED.search(text)
    return (text[: found.start()], found[1]) if found else (text, "")


def mark_of(observed: Tree) -> str:
    """The mark that was read; "" for none."""
    found = observed.get(OBSERVED)
    return found if isinstance(found, str) else ""


def unmarked_fault(_flavour: str, description: object) -> str:
    """Why a manifest may not declare this description: it ends with a mark; "" if it does not."""
    _, mark = split(description)
    return f"must not end with [rc-{mark}]: reconciler writes such marks itself" if mark else ""
