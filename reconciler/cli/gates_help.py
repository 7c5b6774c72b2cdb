"""Gates, each with its meaning, as the end of the help of a command that has `--allow`."""

import textwrap
from collections.abc import Iterable

from reconciler.plan.gate_table import GATES

_WIDTH = 78
_INDENT = 23


def gates_help(codes: Iterable[str]) -> str:
    """A block of help on these gates, to be put after a command's examples."""
    lines = [line for code in codes for line in _entry(code)]
    return "\n".join(("\n\n\b", "Gates:", *lines))


def _entry(code: str) -> list[str]:
    return textwrap.wrap(
        GATES[code].meaning,
        _WIDTH,
        initial_indent=f"  {code}".ljust(_INDENT),
        subsequent_indent=" " * _INDENT,
        break_on_hyphens=False,
    )
