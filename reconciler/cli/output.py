"""Print results to standard output, and everything else to standard error."""

import os
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import TextIO

import click

from reconciler.cli.run_record import run_record
from reconciler.cli.streams import open_bracket
from reconciler.command_lines import with_options
from reconciler.diagnostics import Diagnostic
from reconciler.errors import ReconcilerError, Unforeseen, reportable
from reconciler.safe_text import safe_json


def say(text: object = "", *, err: bool = False, nl: bool = True) -> None:
    """Print text for people; all text of the command line goes through here.

    Whatever is foreign in it is safe already (`safe_text`). On GitHub Actions the runner is told to
    obey nothing in it.
    """
    stream = sys.stderr if err else sys.stdout
    open_bracket(stream)
    # Without `file`, click writes past the stream that keeps a live line below the text.
    click.echo(fitting(str(text), err=err), file=stream, nl=nl)


def fitting(text: str, *, err: bool = False) -> str:
    """The text in lines that fit the terminal that it is printed on."""
    width = width_of(sys.stderr if err else sys.stdout)
    if width is None or len(text) <= width:
        return text
    from reconciler.cli.layout import fitted

    return fitted(text, width)


def width_of(stream: TextIO) -> int | None:
    """The columns of a terminal; None for anything else, where every line stays whole."""
    if not stream.isatty():
        return None
    known = os.environ.get("COLUMNS", "")
    if known.isdecimal() and int(known):
        return int(known)
    try:
        return os.get_terminal_size(stream.fileno()).columns or None
    except (OSError, ValueError):
        return None


def say_table(header: Sequence[str], rows: Sequence[Sequence[str]], *, err: bool = False) -> None:
    """Print a table that fits the terminal."""
    from reconciler.cli.tables import table

    width = width_of(sys.stderr if err else sys.stdout)
    say(table(header, rows, width=width), err=err, nl=False)


def say_document(text: str, *, err: bool = False) -> None:
    """Print a document as it is, and nothing else, on standard output."""
    click.echo(text, nl=False, err=err)


def say_json(document: str) -> None:
    """Print a JSON document, and nothing else, on standard output."""
    say_document(safe_json(document))


def print_diagnostics(diagnostics: Iterable[Diagnostic]) -> None:
    """Print diagnostics as text on standard error, and keep them for the reports of a CI job."""
    from reconciler.render.diagnostics import diagnostics_text

    record = run_record()
    record.diagnostics += (found := tuple(diagnostics))
    shown = [replace(one, detail=with_options(one.detail, record.options)) for one in found]
    if shown:
        is_terminal = sys.stderr.isatty()
        color = is_terminal and not record.no_color and "NO_COLOR" not in os.environ
        # A person sees both streams on one screen: a blank line divides them.
        say(diagnostics_text(shown, color=color), err=True, nl=is_terminal)


def print_failure(problem: ReconcilerError) -> None:
    """Print an error's diagnostics on standard error."""
    print_diagnostics(problem.diagnostics)


@contextmanager
def going_on() -> Iterator[None]:
    """Report whatever goes wrong in the block, and go on: the run may have written to a vendor."""
    try:
        yield
    except BaseException as problem:  # noqa: BLE001 - a report must not hide what was done
        found = reportable(problem) if isinstance(problem, Exception) else Unforeseen.of(problem)
        print_failure(found)


@contextmanager
def failures_as_json(enabled: bool) -> Iterator[None]:
    """With `--json`, also print exactly one document on standard output if the run fails."""
    try:
        yield
    except ReconcilerError as problem:
        if enabled:
            from reconciler.render.diagnostics import validate_json

            say_json(validate_json(problem.diagnostics))
        raise
