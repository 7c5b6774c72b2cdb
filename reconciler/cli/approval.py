"""The question before something that contacts people: only `yes` is yes."""

import sys
from typing import TextIO

import click

from reconciler.cli.interrupts import asking
from reconciler.cli.streams import failure
from reconciler.errors import Declined


def require_yes(question: str) -> None:
    """Ask on the terminal; raises Declined for any answer but `yes`, and without a terminal."""
    if not sys.stdin.isatty():
        raise Declined("there is no terminal to ask on", "Use --auto-approve. Nothing was sent.")
    with asking():
        text = f"\n{question}\n  Only 'yes' will be accepted.\n\n  Enter a value"
        answer = click.prompt(text, prompt_suffix=": ", default="", show_default=False, err=True)
    require_shown(sys.stdout, sys.stderr)
    if answer != "yes":
        raise Declined("it was declined", "Nothing was sent.")


def require_shown(*streams: TextIO) -> None:
    """Raise Declined if what an answer is about did not reach whoever gave it."""
    if any(failure(stream) is not None for stream in streams):
        raise Declined("not all that there was to read could be shown", "Nothing was sent.")
