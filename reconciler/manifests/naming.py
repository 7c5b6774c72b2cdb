"""A vendor's name for a campaign into a `metadata.name`, which is a file's name as well; pure."""

import re
import unicodedata
from collections.abc import Collection
from itertools import count

_LONGEST = 63
_NAMELESS = "campaign"
# What Windows keeps for devices, and a file that is a project and not a manifest.
_RESERVED = frozenset(
    {"con", "prn", "aux", "nul", "reconciler"}
    | {f"{port}{number}" for port in ("com", "lpt") for number in range(10)}
)


def manifest_name(text: str, taken: Collection[str]) -> str:
    """The name in lower case letters, digits and hyphens; numbered when it is `taken`."""
    ascii_only = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode("ascii")
    words = re.sub(r"[^a-z0-9]+", "-", ascii_only.lower())
    name = words.strip("-")[:_LONGEST].strip("-") or _NAMELESS
    if name not in taken and name not in _RESERVED:
        return name
    for number in count(2):
        ending = f"-{number}"
        numbered = name[: _LONGEST - len(ending)].rstrip("-") + ending
        if numbered not in taken:
            return numbered
    raise AssertionError("counting has no end")
