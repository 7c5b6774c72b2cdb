"""How wide a stream is: what a terminal tells, and nothing for all others."""

import io
import os
import pty
import struct
import termios
from fcntl import ioctl

import pytest

from reconciler.cli.output import width_of
from tests.support.screen import Screen


@pytest.fixture(autouse=True)
def no_columns(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("COLUMNS", raising=False)


def test_what_is_no_terminal_has_no_width(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    assert width_of(io.StringIO()) is None


def test_a_terminal_tells_its_width() -> None:
    controller, terminal = pty.openpty()
    ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 97, 0, 0))
    with os.fdopen(terminal, "w") as stream:
        assert width_of(stream) == 97
    os.close(controller)


@pytest.mark.parametrize(("columns", "width"), [("66", 66), ("0", None), ("-1", None), ("x", None)])
def test_columns_says_it_for_a_terminal_that_does_not(
    monkeypatch: pytest.MonkeyPatch, columns: str, width: int | None
) -> None:
    monkeypatch.setenv("COLUMNS", columns)
    assert width_of(Screen()) == width
