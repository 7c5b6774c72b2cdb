"""The nearest known word for one that is not known, as the advice of a message."""

import difflib
from collections.abc import Iterable

_MOST = 20
"""Known words to list."""


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """The nearest known word as a question, or all known words; "" if there are none."""
    names = sorted(known)
    near = nearest(word, names)
    if near is not None:
        return f"Did you mean {near}?"
    more = f" and {len(names) - _MOST:,} more" if len(names) > _MOST else ""
    return f"Known names: {', '.join(names[:_MOST])}{more}." if names else ""


def nearest(word: str, known: Iterable[str], *, likeness: float = 0.6) -> str | None:
    """The known word that `word` was probably meant to be, or None.

    `likeness` is how alike they must be, up to 1. A word that may be right needs more than 0.6.
    """
    names = {name.casefold(): name for name in known}
    found = difflib.get_close_matches(word.casefold(), names, n=1, cutoff=likeness)
    return names[found[0]] if found else None
