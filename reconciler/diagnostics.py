"""A problem or a note as a value: what happened, where, and what to do next.

Core code returns these values; only renderers turn them into text.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import TypedDict, Unpack

from reconciler.address import Address


class Severity(StrEnum):
    """How bad a problem is, in the terms of Terraform's diagnostics."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True, order=True)
class Position:
    """A place in a file: line and column from 1 (columns in characters), byte from 0."""

    line: int
    column: int
    byte: int = 0


@dataclass(frozen=True, slots=True)
class SourceRange:
    """Where a value is. `end` is exclusive; `code` is the source line, empty when secret."""

    filename: str
    start: Position
    end: Position | None = None
    code: str = ""

    def __str__(self) -> str:
        return f"{self.filename}:{self.start.line}:{self.start.column}"


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One finding of a run. `code` is stable and machine-readable, for example `unknown-key`."""

    severity: Severity
    code: str
    summary: str
    detail: str = ""
    source: SourceRange | None = None
    address: Address | None = None
    target: str | None = None


class Where(TypedDict, total=False):
    """Where a problem is: any of these keys, or none."""

    source: SourceRange | None
    address: Address | None
    target: str | None


def error(code: str, summary: str, detail: str = "", **where: Unpack[Where]) -> Diagnostic:
    """An error diagnostic."""
    return Diagnostic(Severity.ERROR, code, summary, detail, **where)


def warning(code: str, summary: str, detail: str = "", **where: Unpack[Where]) -> Diagnostic:
    """A warning diagnostic."""
    return Diagnostic(Severity.WARNING, code, summary, detail, **where)


def errors_in(diagnostics: Iterable[Diagnostic]) -> tuple[Diagnostic, ...]:
    """Only the errors."""
    return tuple(found for found in diagnostics if found.severity is Severity.ERROR)
