"""Random wrong command lines and environments end with a message, never with a traceback.

`RECONCILER_RANDOM_LINES` asks for more than the everyday seeds, and `RECONCILER_DRAWN_SEED` for the
first one.
"""

import contextlib
import hashlib
import os
import shutil
import sys
from collections.abc import Iterator, Sequence
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path

import pytest

from reconciler.cli.main import COMMANDS, main, run
from reconciler.config.variables import VARIABLES
from reconciler.errors import ExitCode
from reconciler.simulator.core import Simulator
from tests.support.cli import Line, Project, Result
from tests.support.screen import Screen

SEEDS = int(os.environ.get("RECONCILER_RANDOM_LINES", "30"))
FIRST = int(os.environ.get("RECONCILER_DRAWN_SEED", "0"))
SERVING = frozenset({"simulator", "demo"})
NAMES = (
    *sorted(name for name in VARIABLES if name.isidentifier()),
    *("HOME", "PATH", "TZ", "LANG", "LC_ALL", "TERM", "COLUMNS", "LINES", "USER", "TMPDIR"),
    *(
        "XDG_STATE_HOME",
        "KORE_JWT",
        "GITHUB_ACTIONS",
        "GITHUB_OUTPUT",
        "GITLAB_CI",
        "SSL_CERT_FILE",
    ),
)
"""Variables that are set to anything, or not set."""
VALUES = (
    *(
        "",
        " ",
        "-",
        "--",
        "x",
        "0",
        "-1",
        "99999999999999999999",
        "1e400",
        "staging",
        "%s",
        "=",
        "~",
    ),
    *("kore_sms_campaign.renewal", "a.b.c", "a=b", "é🌷", "٢", "\udc80", "x" * 5000, "[a", "{}"),
    *("file", "folder", "loop", "pipe", "/dev/null", "/dev/full", "no/such", "plan.json", "~no/x"),
    *("2026-11-27", "0001-01-01", "tomorrow", "1h", "0s", "1e9d", "list", "release", "init"),
    *("manifest", "delete", "C", "yes", "127.0.0.1:1", "http://[::1", "s3://b/x", "lists,texts"),
)
WORDS = (
    *VALUES,
    *("-x", "--json", "--out", "--all", "-e", "-C", "-c", "--select", "--allow", "--since"),
    *("--until", "--status", "--max-time", "--max-age", "--reason", "--target", "-v", "--from"),
    *("--manifests", "--clear", "--format", "--daily", "--dry-run", "--auto-approve", "--prune"),
    *("a\nb", "a\0b", "\x1b[31m", "\u202e"),
)
SOUND = (
    *("plan", "plan --json", "plan --markdown -", "plan --out p.json", "plan --estimate", "drift"),
    *("drift --json", "drift --issue -", "apply --auto-approve", "status", "history", "lock list"),
    *("stop --all", "import --all --dry-run", "validate", "validate --format github", "providers"),
    *("schema plan", "init new", "resolve a.b --not-created --reason x", "help plan", "show file"),
)
"""Lines that are right, for environments that are not."""
_NOT_SEEN = "printed where nobody reads it"
ENCODINGS = ("utf-8", "ascii", "latin-1", "cp1252")


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


def _as_a_process(line: Sequence[str], drawn: Drawn, folder: Path) -> Result:
    """With streams as the system gives them: closed, full, or in another encoding."""
    encoding = drawn.word(ENCODINGS)
    out, err = folder / "out", folder / "err"
    place = (out, None, Path("/dev/full"), Path("/dev/null"))[drawn.number(4)]
    with contextlib.ExitStack() as stack:

        def opened(path: Path | None) -> object:
            if path is None:
                return None
            return stack.enter_context(path.open("w", encoding=encoding, errors="replace"))

        patch = stack.enter_context(pytest.MonkeyPatch.context())
        patch.setattr(sys, "stdin", None)
        patch.setattr(sys, "stdout", opened(place))
        patch.setattr(sys, "stderr", opened(err))
        with pytest.raises(SystemExit) as ended:
            main(line)
    assert isinstance(ended.value.code, int)
    printed = out.read_text(encoding, errors="replace") if place == out else _NOT_SEEN
    return Result(ended.value.code, printed, err.read_text(encoding, errors="replace"))


@contextlib.contextmanager
def _somewhere(place: str) -> Iterator[None]:
    """In another folder; one may be gone."""
    folder = Path("gone") if place == "gone" else Path(place)
    if place == "gone":
        folder.mkdir()
    with contextlib.chdir(folder):
        if place == "gone":
            Path.cwd().rmdir()
        yield


@pytest.mark.parametrize("seed", range(FIRST, FIRST + SEEDS))
def test_a_random_command_line_ends_with_a_message(
    run_line: Line,
    project: Project,
    simulator: Simulator,
    monkeypatch: pytest.MonkeyPatch,
    seed: int,
) -> None:
    drawn = Drawn(seed)
    values = [word for word in VALUES if "\0" not in word]
    project.sms()
    Path("folder").mkdir()
    Path("file").write_text("in the way")
    Path("loop").symlink_to("loop")
    os.mkfifo("pipe")
    width = (0, 40, 1)[seed % 3]
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("COLUMNS", str(width))
    for _ in range(10):
        name = drawn.word([*sorted(COMMANDS.keys() - SERVING), "nonsense"])
        sound = drawn.number(3) == 0
        line = tuple(drawn.word(SOUND).split()) if sound else (name, *drawn.several(WORDS, 5))
        place = drawn.word((*["."] * 6, "folder", "/proc/self", "gone"))
        with monkeypatch.context() as patch, _somewhere(place):
            for variable in drawn.several(NAMES, 4 if sound else 3):
                if drawn.number(4):
                    patch.setenv(variable, drawn.word(values))
                else:
                    patch.delenv(variable, raising=False)
            if width:
                result = _on_a_terminal(line)
            elif drawn.number(2):
                result = _as_a_process(line, drawn, project.folder)
            else:
                result = run_line(*line)
        told = (line, place, result.err)
        assert result.code in set(ExitCode), told
        assert "Traceback" not in result.err, told
        assert "unexpected error" not in result.err, told
        # Whoever hides the cursor shows it again.
        assert result.err.count("\x1b[?25l") == result.err.count("\x1b[?25h"), told
        assert result.code in {0, 2} or result.err or result.out, told
    sent = [one.operation for one in simulator.requests(mutating=True)]
    assert sent.count("kore.create") <= 1, "only an approved apply may create the one campaign"
    assert set(sent) <= {"kore.create", "kore.stop", "kore.schedule"}, "and a stop may follow"
    shutil.rmtree(project.folder / "folder", ignore_errors=True)
    assert os.getcwd() == str(project.folder)  # noqa: PTH109 - no command moves the process
