"""What all formats of findings say: the words of a diagnostic, and where it is."""

import hashlib
from collections.abc import Callable

from reconciler.diagnostics import Diagnostic, SourceRange
from reconciler.safe_text import safe_text

Locate = Callable[[str], str]
"""A file's name in a diagnostic into its path in the repository; "" for no file of it."""
_LONGEST = 2_000


def code_of(found: Diagnostic) -> str:
    """The code; in a plan file that somebody sent it may be any text."""
    return safe_text(found.code)


def title(found: Diagnostic) -> str:
    """The summary, on one line."""
    return safe_text(found.summary, _LONGEST)


def advice(found: Diagnostic) -> list[str]:
    """What to do, and for which campaign, in lines."""
    lines = [safe_text(line, _LONGEST) for line in found.detail.split("\n") if line]
    about = [str(found.address)] if found.address is not None else []
    about += [f"target {found.target}"] if found.target else []
    return [*lines, f"with {safe_text(', '.join(about), _LONGEST)}"] if about else lines


def message(found: Diagnostic) -> str:
    """The whole finding in one paragraph."""
    return " ".join((title(found), *advice(found)))


def place_of(found: Diagnostic, locate: Locate) -> tuple[str, SourceRange] | None:
    """The file in the repository that a finding is about, and the place in it; None for none."""
    path = locate(found.source.filename) if found.source is not None else ""
    return (safe_text(path, _LONGEST), found.source) if path and found.source is not None else None


def fingerprint(found: Diagnostic, locate: Locate) -> str:
    """The same for the same finding in two runs, although its line may have moved."""
    place = place_of(found, locate)
    parts = (found.code, place[0] if place else "", str(found.address), found.summary)
    return hashlib.sha256("\0".join(parts).encode(errors="surrogatepass")).hexdigest()
