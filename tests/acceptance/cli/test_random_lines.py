"""Random wrong command lines and environments end with a message, never with a traceback."""

import hashlib
import os
import shutil
from collections.abc import Sequence
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path

import pytest

from reconciler.cli.main import COMMANDS, run
from reconciler.errors import ExitCode
from reconciler.simulator.core import Simulator
from tests.support.cli import Line, Project, Result
from tests.support.screen import Screen

SERVING = frozenset({"simulator", "demo"})
VARIABLES = (
    *("CI", "RECONCILER_ENV", "RECONCILER_CONFIG", "RECONCILER_CACHE_DIR", "RECONCILER_STATE_DIR"),
    *("RECONCILER_PROXY", "RECONCILER_CA_FILE", "RECONCILER_ALLOWED_HOSTS", "NO_COLOR", "COLUMNS"),
    *("RECONCILER_ALLOWED_CREDENTIALS", "RECONCILER_ALLOWED_STATE", "RECONCILER_PLAN_KEY"),
)
WORDS = (
    *("", "-", "--", "-x", "--json", "--out", "--all", "-e", "-C", "-c", "--select", "--allow"),
    *("--since", "--until", "--status", "--max-time", "--max-age", "--reason", "--target", "-v"),
    *("--manifests", "--clear", "--format", "--daily", "--from", "--dry-run", "--auto-approve"),
    *("x", "0", "-1", "99999999999999999999", "staging", "kore_sms_campaign.renewal", "a.b.c"),
    *("file", "folder", "/dev/null", "no/such", "plan.json", "=", "a=b", "é🌷", "a\nb", "%s"),
    *("2026-11-27", "tomorrow", "1h", "1e9d", "list", "release", "init", "manifest", "\udc80"),
)


class Drawn:
    """The same choices for a seed in every run."""

    def __init__(self, seed: int) -> None:
        self._seed = seed
        self._count = 0

    def number(self, below: int) -> int:
        self._count += 1
        digest = hashlib.sha256(f"{self._seed} {self._count}".encode()).digest()
        return int.from_bytes(digest[:8], "big") % below

    def word(self, words: Sequence[str]) -> str:
        return words[self.number(len(words))]

    def several(self, words: Sequence[str], below: int) -> list[str]:
        return [self.word(words) for _ in range(self.number(below))]


def _on_a_terminal(line: Sequence[str]) -> Result:
    shown = Screen()
    with redirect_stdout(shown), redirect_stderr(shown):
        code = run(line)
    return Result(code, "", shown.getvalue())


@pytest.mark.parametrize("seed", range(30))
def test_a_random_command_line_ends_with_a_message(
    run_line: Line,
    project: Project,
    simulator: Simulator,
    monkeypatch: pytest.MonkeyPatch,
    seed: int,
) -> None:
    drawn = Drawn(seed)
    values = [word for word in WORDS if word.isprintable()]
    project.sms()
    Path("folder").mkdir()
    Path("file").write_text("in the way")
    width = (0, 40, 1)[seed % 3]
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("COLUMNS", str(width))
    for _ in range(10):
        name = drawn.word([*sorted(COMMANDS.keys() - SERVING), "nonsense"])
        line = (name, *drawn.several(WORDS, 5))
        with monkeypatch.context() as patch:
            for variable in drawn.several(VARIABLES, 3):
                patch.setenv(variable, drawn.word(values))
            result = _on_a_terminal(line) if width else run_line(*line)
        assert result.code in set(ExitCode), line
        assert "Traceback" not in result.err, line
        assert "unexpected error" not in result.err, (line, result.err)
        # Whoever hides the cursor shows it again.
        assert result.err.count("\x1b[?25l") == result.err.count("\x1b[?25h"), line
        assert result.code in {0, 2} or result.err or result.out, line
    assert [one.operation for one in simulator.requests(mutating=True)] in (
        [],
        ["kore.create"],
    ), "only an approved apply may create the one campaign"
    shutil.rmtree(project.folder / "folder", ignore_errors=True)
    assert os.getcwd() == str(project.folder)  # noqa: PTH109 - no command moves the process
