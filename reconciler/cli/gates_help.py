"""The gates that `--allow` opens, each with its meaning, as the end of a command's help."""

import textwrap

from reconciler.plan.gate_table import GATES, named_codes

_WIDTH = 78
_INDENT = 23


def gates_help() -> str:
    """A block of help, to be put after a command's examples."""
    lines = [line for code in named_codes() for line in _entry(code)]
    return "\n".join(("\n\n\b", "Gates:", *lines))


def _entry(code: str) -> list[str]:
    return textwrap.wrap(
        GATES[code].meaning,
        _WIDTH,
        initial_indent=f"  {code}".ljust(_INDENT),
        subsequent_indent=" " * _INDENT,
        break_on_hyphens=False,
    )
