"""What a person's terminal is left with when the program ends at once."""

import os
import pty
import signal

import pytest

from reconciler.cli import signals


def test_a_second_ctrl_c_gives_the_cursor_back(monkeypatch: pytest.MonkeyPatch) -> None:
    controller, terminal = pty.openpty()

    def leave(code: int) -> None:
        raise SystemExit(code)

    monkeypatch.setattr(signals, "_STDERR", terminal)
    monkeypatch.setattr(os, "_exit", leave)
    with signals.Interrupts():
        signal.raise_signal(signal.SIGINT)
        with pytest.raises(SystemExit, match="130"):
            signal.raise_signal(signal.SIGINT)
    assert os.read(controller, 100) == b"\x1b[?25h\r\n"
    os.close(controller)
    os.close(terminal)
