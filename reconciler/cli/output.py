"""Print results to standard output, and everything else to standard error."""

import os
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

import click

from reconciler.diagnostics import Diagnostic
from reconciler.errors import ReconcilerError


def print_diagnostics(diagnostics: Iterable[Diagnostic]) -> None:
    """Print diagnostics as text on standard error."""
    from reconciler.render.diagnostics import diagnostics_text

    shown = tuple(diagnostics)
    if shown:
        color = sys.stderr.isatty() and "NO_COLOR" not in os.environ
        click.echo(diagnostics_text(shown, color=color), err=True, nl=False)


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

            click.echo(validate_json(problem.diagnostics), nl=False)
        raise
