"""Runs a command on a terminal of its own and answers its question."""

import os
import pty
import re
import subprocess
import sys

from tests.support.cli import Project

QUESTION = re.compile(rb"(Enter a value|releases its lock): $")


def answer(project: Project, text: str, *command: str, typed_before: str = "") -> int:
    """Run a command on a terminal and answer its question once it is printed."""
    controller, terminal = pty.openpty()
    os.write(controller, typed_before.encode())
    process = subprocess.Popen(
        [sys.executable, "-m", "reconciler", *(command or ("apply",)), "--no-color"],
        cwd=project.folder,
        stdin=terminal,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        bufsize=0,
    )
    os.close(terminal)
    assert process.stdout is not None
    shown = b""
    while not QUESTION.search(shown) and (more := process.stdout.read(4096)):
        shown += more
    os.write(controller, f"{text}\n".encode())
    process.communicate(timeout=60)
    os.close(controller)
    assert QUESTION.search(shown), shown
    return process.returncode
