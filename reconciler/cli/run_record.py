"""What a run has found and shown, for the reports that a CI job gets at its end."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from reconciler.diagnostics import Diagnostic

if TYPE_CHECKING:
    from reconciler.render.markdown.blocks import Room
    from reconciler.render.redact import Hidden
    from reconciler.render.shown import Shown


@dataclass
class RunRecord:
    """Filled in while a command runs."""

    command: str = ""
    project_file: Callable[[], Path] = Path
    """The path of the project file, whether there is one or not."""
    no_color: bool = False
    """Whether `--no-color` was given."""
    options: dict[str, str] = field(default_factory=dict)
    """Those that a command for the same environment needs."""
    has_annotations: bool = False
    """Whether the command itself prints the annotations of the job."""
    diagnostics: list[Diagnostic] = field(default_factory=list)
    """Everything that was reported."""
    hidden: "frozenset[Hidden]" = frozenset()
    """What `--redact` hides."""
    shown: "Sequence[Shown]" = ()
    """The plans that were shown."""
    markdown: "Callable[[Room], str] | None" = None
    """The same as text, as `--redact` wants it; None if the run had nothing to show."""


_CURRENT: ContextVar[RunRecord] = ContextVar("run_record")


def run_record() -> RunRecord:
    """The record of the run; outside of `recording` one that nobody reads."""
    return _CURRENT.get(None) or RunRecord()


@contextmanager
def recording() -> Iterator[RunRecord]:
    """While entered, what commands find and show goes into a record of its own."""
    record = RunRecord()
    token = _CURRENT.set(record)
    try:
        yield record
    finally:
        _CURRENT.reset(token)
