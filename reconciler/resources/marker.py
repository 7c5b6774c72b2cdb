"""Our marker at the end of a description: which project and address created the campaign. Pure.

A marker is `PPPPPPPP-AAAAAAAA`, a digest of the project's id and one of the campaign's address, and
is written `[rc-PPPPPPPP-AAAAAAAA]`. It is computed, so a project that lost its ledger knows its own
campaigns. The first release wrote `[rc-xxxxxxxx]`, which means something only to the intent that
names it. Markers are removed when a campaign is read, so they are never shown and never compared.
"""

import hashlib
import re

from reconciler.address import Address
from reconciler.resources.base import Desired, Live
from reconciler.resources.name_key import name_key
from reconciler.resources.tree import Tree

OBSERVED = "marker"
"""The key of `Live.observed` that holds the marker."""
_LONGEST = 256
"""The longest description at Kore.ai, in characters and in bytes.

See docs/vendors/kore.md 4.
"""
_MARKED = re.compile(r" ?\[rc-([0-9a-f]{8}(?:-[0-9a-f]{8})?)\]\Z")


def marker_for(project: str, target: str, address: Address, environment: str = "") -> str:
    """The marker of all creates of an address; "" for a project without an id.

    `environment` is its name if several environments share the target's account, else "".
    """
    if not project:
        return ""
    return f"{_digest(project)}-{_digest(project, target, str(address), environment)}"


def _digest(*words: str) -> str:
    """The first 8 hex digits of a SHA-256 over the words; no word holds a NUL."""
    return hashlib.sha256("\0".join(word for word in words if word).encode()).hexdigest()[:8]


def project_of(marker: str) -> str:
    """The part that names the project; "" for no marker, and for one of the first release."""
    return marker.partition("-")[0] if "-" in marker else ""


def contradicts(marker: str, sent: str) -> bool:
    """Whether a campaign with `marker` cannot come from a create that carried the marker `sent`."""
    return bool(project_of(marker)) and marker != sent


def is_marked_for(desired: Desired, live: Live) -> bool:
    """Whether a create of this manifest made the campaign: it has its marker and one of its names.

    A copy in the vendor's console has the same marker, so the marker alone proves nothing.
    """
    keys = {name_key(name) for name in (desired.name, *desired.metadata.former_names)}
    marker = marker_of(live.observed)
    return bool(marker) and marker == desired.marker and name_key(live.name) in keys


def has_room(description: object, marker: str) -> bool:
    """Whether the description has room for the marker."""
    return len(append(description, marker).encode()) <= _LONGEST


def append(description: object, marker: str) -> str:
    """A description with a marker at its end."""
    return f"{description} [rc-{marker}]" if description else f"[rc-{marker}]"


def split(description: object) -> tuple[str, str]:
    """A read description without its marker, and the marker ("" for none)."""
    text = description if isinstance(description, str) else ""
    found = _MARKED.search(text)
    return (text[: found.start()], found[1]) if found else (text, "")


def marker_of(observed: Tree) -> str:
    """The marker that was read; "" for none."""
    found = observed.get(OBSERVED)
    return found if isinstance(found, str) else ""


def unmarked_fault(_flavour: str, description: object) -> str:
    """Why a manifest may not declare this description: it ends with a marker; "" if it does not."""
    _, marker = split(description)
    return (
        f"must not end with [rc-{marker}]: reconciler writes such markers itself" if marker else ""
    )
