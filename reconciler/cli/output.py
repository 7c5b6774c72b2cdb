"""Print results to standard output, and everything else to standard error."""

import os
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

import click

from reconciler.cli.streams import open_bracket
from reconciler.diagnostics import Diagnostic
from reconciler.errors import ReconcilerError
from reconciler.safe_text import safe_json


def say(text: object = "", *, err: bool = False, nl: bool = True) -> None:
    """Print text for people; all text of the command line goes through here.

    Whatever is foreign in it is safe already (`safe_text`). On GitHub Actions the runner is told to
    obey nothing in it.
    """
    open_bracket(sys.stderr if err else sys.stdout)
    click.echo(text, err=err, nl=nl)


def say_document(text: str) -> None:
    """Print a document for tools, and nothing else, on standard output."""
    click.echo(text, nl=False)


def say_json(document: str) -> None:
    """Print a JSON document, and nothing else, on standard output."""
    say_document(safe_json(document))


def print_diagnostics(diagnostics: Iterable[Diagnostic]) -> None:
    """Print diagnostics as text on standard error."""
    from reconciler.render.diagnostics import diagnostics_text

    shown = tuple(diagnostics)
    if shown:
        color = sys.stderr.isatty() and "NO_COLOR" not in os.environ
        say(diagnostics_text(shown, color=color), err=True, nl=False)


def print_failure(problem: ReconcilerError) -> None:
    """Print an error's diagnostics on standard error."""
    print_diagnostics(problem.diagnostics)


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
