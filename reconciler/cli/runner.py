"""The error boundary of the command line: turns errors into text and an exit code."""

import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import click

from reconciler.cli.output import print_failure, say, say_document
from reconciler.cli.run_record import run_record
from reconciler.diagnostics import error
from reconciler.errors import ExitCode, ReconcilerError, Unforeseen
from reconciler.safe_text import safe_lines
from reconciler.suggestions import nearest

_LONGEST = 2_000
"""Characters of a line of a message."""


def run_command(command: click.Command, arguments: Sequence[str] | None) -> int:
    """Run a command; returns its exit code. Usage errors are 3, because 2 means changes."""
    try:
        code = command.main(arguments, prog_name="reconciler", standalone_mode=False)
    except click.ClickException as problem:
        _print_usage(problem)
        return ExitCode.INVALID
    except click.Abort:
        say("Interrupted; nothing was sent.", err=True)
        return ExitCode.ERROR
    except ReconcilerError as problem:
        print_failure(problem)
        return problem.exit_code
    except SystemExit:
        raise
    except BaseException as problem:  # noqa: BLE001 - no traceback: it could quote secrets
        print_failure(Unforeseen.of(problem))
        return ExitCode.ERROR
    return int(code or 0)


@contextmanager
def no_tracebacks() -> Iterator[None]:
    """While entered, what a thread or a finaliser lets escape is reported without its text, too."""

    def report(escaped: "threading.ExceptHookArgs | sys.UnraisableHookArgs") -> None:
        if isinstance(escaped.exc_value, Exception):
            print_failure(Unforeseen.of(escaped.exc_value))

    before = threading.excepthook, sys.unraisablehook
    threading.excepthook = sys.unraisablehook = report
    try:
        yield
    finally:
        threading.excepthook, sys.unraisablehook = before


def _print_usage(problem: click.ClickException) -> None:
    """Print what click would print; the message may repeat a file's name."""
    context = problem.ctx if isinstance(problem, click.UsageError) else None
    if isinstance(problem, click.exceptions.NoArgsIsHelpError):
        run_record().diagnostics.append(error("usage", "no command was given"))
        # Help is laid out already.
        say_document(f"{problem.message}\n", err=True)
        return
    if context is not None:
        say(f"{context.get_usage()}\nTry '{context.command_path} --help' for help.\n", err=True)
    message = _no_such_option(problem) or problem.format_message()
    run_record().diagnostics.append(error("usage", message))
    say(f"Error: {safe_lines(message, _LONGEST)}", err=True)


def _no_such_option(problem: click.ClickException) -> str:
    """The message for an option that does not exist, with the nearest one; "" for other errors."""
    if not isinstance(problem, click.NoSuchOption) or problem.ctx is None:
        return ""
    known = {name.lstrip("-"): name for one in problem.ctx.command.params for name in one.opts}
    near = nearest(problem.option_name.lstrip("-"), (name for name in known if len(name) > 1))
    advice = f" Did you mean {known[near]}?" if near is not None else ""
    return f"no option {problem.option_name}.{advice}"
