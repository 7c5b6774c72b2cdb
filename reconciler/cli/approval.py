"""Ask the person at the terminal before an action that cannot be undone.

Only an answer that was typed after the question counts, and only if everything could be shown.
"""

import sys

import click

from reconciler.cli.output import fitting
from reconciler.cli.signals import asking
from reconciler.cli.streams import stream_failure
from reconciler.errors import Declined

if sys.platform == "win32":
    import msvcrt

    def _discard_typed() -> None:
        while msvcrt.kbhit():
            msvcrt.getwch()
else:
    import termios

    def _discard_typed() -> None:
        termios.tcflush(sys.stdin, termios.TCIFLUSH)


def require_word(question: str, word: str = "yes") -> None:
    """Ask whether to go on; raises Declined for any answer but `word`, and as `ask` does."""
    text = f"\n{question}\n  Only '{word}' will be accepted.\n\n  Enter a value"
    if ask(text, otherwise="Use --auto-approve. Nothing was sent.", err=True) != word:
        raise Declined("the action was declined", "Nothing was sent.")


def ask(question: str, *, otherwise: str, err: bool = False) -> str:
    """The answer to a question, which is printed on standard output or, with `err`, on error.

    Raises Declined if there is no terminal, with `otherwise` as its advice, and if not everything
    that the question is about could be shown.
    """
    # Standard input that was closed before we began is None.
    if sys.stdin is None or not sys.stdin.isatty():
        raise Declined("there is no terminal to ask on", otherwise)
    _require_shown()
    with asking():
        _discard_typed()
        answer: str = click.prompt(
            fitting(question, err=err), prompt_suffix=": ", default="", show_default=False, err=err
        )
    _require_shown()
    return answer


def _require_shown() -> None:
    if any(stream_failure(stream) is not None for stream in (sys.stdout, sys.stderr)):
        raise Declined("not everything could be shown", "Nothing was sent.")
