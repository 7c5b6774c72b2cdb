"""A terminal that keeps what is printed on it; COLUMNS says how wide it is."""

import io
import re

_CONTROL = re.compile(r"\x1b\[[\d;?]*[A-Za-z]")


class Screen(io.StringIO):
    """What is printed on a terminal."""

    def isatty(self) -> bool:
        return True

    @property
    def plain(self) -> str:
        """The text without colours and moves of the cursor."""
        return _CONTROL.sub("", self.getvalue())
