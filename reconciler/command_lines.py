"""The commands that a message tells people to run, each on a line of its own.

People copy such a line whole: it has no full stop, and no terminal width breaks it.
"""

import re
import shlex
from collections.abc import Mapping

_LINE = re.compile(r"^ {4}reconciler .+$", re.MULTILINE)


def command_lines(*commands: str) -> str:
    """The commands, to follow a sentence that ends with a colon."""
    return "".join(f"\n    reconciler {one}" for one in commands)


def with_options(text: str, options: Mapping[str, str]) -> str:
    """The text with these options added to each command that does not have them."""

    def complete(found: re.Match[str]) -> str:
        missing = [option for option in options.items() if option[0] not in found[0].split()]
        return " ".join((found[0], *map(shlex.join, missing)))

    return _LINE.sub(complete, text)
