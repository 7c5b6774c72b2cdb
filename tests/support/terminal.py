"""Runs a command on a terminal of its own and answers its question."""

import contextlib
import io
import os
import pty
import re
import subprocess
import sys
from collections.abc import Iterator

import pytest

from reconciler.cli.main import run
from tests.support.cli import Project

QUESTION = re.compile(r"(Enter a value|releases its lock): ?$")


class Screen(io.StringIO):
    """Holds what a command prints, and types the answer once its question is shown."""

    def __init__(self, controller: int, text: str) -> None:
        super().__init__()
        self._controller = controller
        self._text = text
        self.asked = False

    def write(self, printed: str) -> int:
        length = super().write(printed)
        if not self.asked and QUESTION.search(self.getvalue()):
            self.asked = True
            os.write(self._controller, f"{self._text}\n".encode())
        return length


@contextlib.contextmanager
def _terminal(typed_before: str) -> Iterator[tuple[int, int]]:
    """Both ends of a terminal: what a person holds, and what the command reads."""
    controller, terminal = pty.openpty()
    os.write(controller, typed_before.encode())
    yield controller, terminal
    os.close(controller)


def answer(project: Project, text: str, *command: str, typed_before: str = "") -> int:
    """Run a command in this process on a terminal, and answer its question once it is printed."""
    with _terminal(typed_before) as (controller, terminal), pytest.MonkeyPatch.context() as patch:
        screen = Screen(controller, text)
        patch.chdir(project.folder)
        with os.fdopen(terminal, encoding="utf-8") as stdin:
            patch.setattr(sys, "stdin", stdin)
            with contextlib.redirect_stdout(screen), contextlib.redirect_stderr(screen):
                code = run((*(command or ("apply",)), "--no-color"))
    assert screen.asked, screen.getvalue()
    return code


def answer_in_a_process(project: Project, text: str, *, typed_before: str = "") -> int:
    """As `answer`, for `apply` in a process of its own."""
    with _terminal(typed_before) as (controller, terminal):
        process = subprocess.Popen(
            [sys.executable, "-m", "reconciler", "apply", "--no-color"],
            cwd=project.folder,
            stdin=terminal,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            bufsize=0,
        )
        os.close(terminal)
        assert process.stdout is not None
        shown = b""
        while not QUESTION.search(shown.decode()) and (more := process.stdout.read(4096)):
            shown += more
        os.write(controller, f"{text}\n".encode())
        process.communicate(timeout=60)
    assert QUESTION.search(shown.decode()), shown
    return process.returncode
