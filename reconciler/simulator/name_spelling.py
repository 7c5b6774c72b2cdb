"""A campaign's name as sent into the name that answers show; both vendors leave open which.

See docs/vendors/kore.md 14.20 and docs/vendors/carecycle.md 15.1.
"""

from typing import Literal, assert_never
from unicodedata import normalize

NameSpelling = Literal["as_sent", "trimmed", "normalised", "title_case"]
"""`normalised` also composes characters, and makes one blank of several."""


def spelled(name: str, spelling: NameSpelling) -> str:
    """The name as answers show it."""
    match spelling:
        case "as_sent":
            return name
        case "trimmed":
            return name.strip()
        case "normalised":
            return " ".join(normalize("NFKC", name).split())
        case "title_case":
            return name.title()
        case _:
            assert_never(spelling)
