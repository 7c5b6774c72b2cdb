"""Colour as plain SGR codes, or none, and the lines of a resource block."""

from collections.abc import Iterable
from dataclasses import dataclass

_CODES = {"+": "32", "-": "31", "~": "33", "!": "35", ".": "31", "bold": "1", "dim": "2"}
SEVERITIES = {"error": "31", "warning": "33"}


@dataclass(frozen=True, slots=True)
class Painter:
    """Paints text if `color` is set; otherwise returns it unchanged."""

    color: bool

    def symbol(self, symbol: str) -> str:
        """A change's symbol in Terraform's colour."""
        return self.code(symbol, _CODES[symbol]) if symbol in _CODES else symbol

    def bold(self, text: str) -> str:
        """Text that must be seen first."""
        return self.code(text, _CODES["bold"])

    def dim(self, text: str) -> str:
        """Text that may be skipped."""
        return self.code(text, _CODES["dim"])

    def severity(self, text: str, severity: str) -> str:
        """A diagnostic's first words."""
        return self.code(text, f"1;{SEVERITIES[severity]}")

    def code(self, text: str, code: str) -> str:
        """Text between an SGR code and the reset."""
        return f"\x1b[{code}m{text}\x1b[0m" if self.color else text


@dataclass(frozen=True, slots=True)
class Line:
    """One line inside a resource block; `depth` counts the braces around it."""

    symbol: str
    depth: int
    text: str

    def paint(self, painter: Painter) -> str:
        """The line as Terraform indents it."""
        symbol = painter.symbol(self.symbol) if self.symbol else " "
        return f"{' ' * (2 + 4 * self.depth)}{symbol} {self.text}".rstrip()


def paint_lines(lines: Iterable[Line], painter: Painter) -> Iterable[str]:
    """Lines of a block as text."""
    return (line.paint(painter) for line in lines)
