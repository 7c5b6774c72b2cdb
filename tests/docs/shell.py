"""Runs a page's commands like a reader, in one folder, with a simulator.

It has the few commands that a page may use, and answers questions as the page does. The clock
stands still during a command, so that a page can show times; ids repeat with `--seed`.
"""

import contextlib
import io
import os
import re
import shlex
import shutil
import sys
import threading
import urllib.request
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from reconciler.cli import approval
from reconciler.cli.commands import simulator as simulator_command
from reconciler.cli.main import run
from reconciler.clock import SystemClock
from reconciler.simulator.core import Simulator
from reconciler.simulator.server import ServerAddress, serve
from tests.docs.blocks import Block, Command, blocks, commands, pattern

ADDRESS = "http://127.0.0.1:8321"
"""The simulator's address on the pages; a test's has a port of its own."""
BEGIN = datetime(2026, 11, 21, 10, 0, tzinfo=UTC)
_ANSWER = re.compile(r"^(.*(?:Enter a value|releases its lock): )(.*)$", re.MULTILINE)
_CONTINUES = re.compile(r"^<!-- continues (\S+) -->$", re.MULTILINE)
_FILE = re.compile(r"# (in )?([\w./-]+\.yaml)\n")


class Shell:
    """A reader's terminal: a folder, variables, and a simulator once it is started."""

    def __init__(self, folder: Path, patch: pytest.MonkeyPatch) -> None:
        self._patch = patch
        self._url = ADDRESS
        self._code = 0
        self._now = BEGIN
        self._ended = threading.Event()
        self._servers: list[threading.Thread] = []
        self._ready: Callable[[], None] = lambda: None
        patch.chdir(folder)
        patch.setattr(SystemClock, "now", lambda _: self._now)
        patch.setattr(approval, "_discard_typed", lambda: None)
        patch.setattr(simulator_command, "run_forever", self._serve)

    def close(self) -> None:
        """End the simulator."""
        self._ended.set()
        for server in self._servers:
            server.join(10)

    def play(self, page: Path) -> None:
        """Write the files and run the commands of a page, after those of the page it continues."""
        for earlier in _CONTINUES.findall(page.read_text("utf-8")):
            self.play(page.parent / earlier)
        for block in blocks(page):
            if block.language == "yaml":
                self._write(block)
            elif block.language == "python":
                exec(block.text, {})  # noqa: S102 - what the page says
            elif block.language == "console":
                for command in commands(block):
                    self._check(command)
        assert self._code == 0, f"the last command of {page.name} exits {self._code}"

    def _write(self, block: Block) -> None:
        """`# FILE` begins a whole file; `# in FILE` begins keys to merge into a file."""
        named = _FILE.match(block.text)
        if named is None:
            return
        path, text = Path(named[2]), block.text.replace(ADDRESS, self._url)
        path.parent.mkdir(parents=True, exist_ok=True)
        if named[1]:
            yaml = YAML(pure=True)
            whole = yaml.load(path)
            _put(whole, yaml.load(text))
            yaml.dump(whole, path)
        else:
            path.write_text(text, "utf-8")

    def _check(self, command: Command) -> None:
        words = shlex.split(command.text, comments=True)
        if words[:1] != ["echo"]:
            assert self._code == 0, f"before {command.where}: exit code {self._code}"
        asked = _ANSWER.search(command.output)
        self._patch.setattr(sys, "stdin", _Keyboard(asked[2] + "\n" if asked else ""))
        printed = io.StringIO()
        with contextlib.redirect_stdout(printed), contextlib.redirect_stderr(printed):
            self._run(words)
        shown = printed.getvalue().replace(self._url, ADDRESS)
        shown = "\n".join(line.rstrip() for line in shown.splitlines()) + "\n"
        fits = not command.output or pattern(command.output).fullmatch(shown)
        assert fits, f"{command.where}: {command.text} (exit code {self._code}) prints\n{shown}"
        self._now += timedelta(minutes=1)

    def _run(self, words: list[str]) -> None:
        match words:
            case ["reconciler", "simulator", *options]:
                self._start_simulator(options)
            case ["reconciler", *arguments]:
                self._code = run([word.replace(ADDRESS, self._url) for word in arguments])
            case ["echo", "$?"]:
                print(self._code)  # noqa: T201 - as a shell does
                self._code = 0
            case ["curl", *arguments]:
                print(self._curl(arguments))  # noqa: T201
            case _:
                self._change(words)

    def _change(self, words: list[str]) -> None:
        """Commands about the folder and the variables."""
        match words:
            case ["export", setting]:
                name, _, value = setting.partition("=")
                self._patch.setenv(name, value)
            case ["cd", folder]:
                self._patch.chdir(folder)
            case ["cat", path]:
                print(Path(path).read_text("utf-8"), end="")  # noqa: T201
            case ["rm", path]:
                Path(path).unlink()
            case ["cp", "-r", source, target]:
                shutil.copytree(source, target)
            case _:
                raise AssertionError(f"a page may not run {shlex.join(words)}")

    def _curl(self, arguments: list[str]) -> str:
        """`curl [-X METHOD] [-d BODY] [-H HEADER]... URL`; a broken connection exits with 56."""
        given = list(zip(arguments[:-1:2], arguments[1:-1:2], strict=True))
        options = dict(given)
        assert options.keys() <= {"-X", "-d", "-H"}, arguments
        body = options.get("-d")
        request = urllib.request.Request(  # noqa: S310 - the simulator's address
            arguments[-1].replace(ADDRESS, self._url),
            data=None if body is None else body.encode(),
            headers=dict(value.split(": ", 1) for option, value in given if option == "-H"),
            method=options.get("-X"),
        )
        try:
            with urllib.request.urlopen(request) as answer:  # noqa: S310
                return str(answer.read().decode())
        except ConnectionResetError:
            self._code = 56
            return "curl: (56) Recv failure: Connection reset by peer"

    def _start_simulator(self, options: list[str]) -> None:
        ready = threading.Event()
        self._ready = ready.set
        server = threading.Thread(target=run, args=(["simulator", *options],), daemon=True)
        server.start()
        self._servers.append(server)
        assert ready.wait(30), "the simulator did not start"

    def _serve(
        self, simulator: Simulator, *, port: int, on_ready: Callable[[ServerAddress], None]
    ) -> None:
        """Replaces the command's own loop: a free port, and an end."""
        del port
        with serve(simulator) as address:
            self._url = address.url
            on_ready(address)
            self._ready()
            self._ended.wait()


class _Keyboard(io.TextIOWrapper):
    """A terminal on which somebody types; it shows what is typed."""

    def __init__(self, typed: str) -> None:
        super().__init__(io.BytesIO(typed.encode()), "utf-8")

    def isatty(self) -> bool:
        return True

    def readline(self, size: int = -1, /) -> str:  # type: ignore[override]
        line = super().readline(size)
        sys.stdout.write(line)
        return line


def _put(whole: dict[str, object], more: dict[str, object]) -> None:
    for key, value in more.items():
        below = whole.get(key)
        if isinstance(below, dict) and isinstance(value, dict):
            _put(below, value)
        else:
            whole[key] = value


@contextlib.contextmanager
def shell(folder: Path) -> Iterator[Shell]:
    """A terminal in an empty folder; at the end everything is restored."""
    before = dict(os.environ)
    with pytest.MonkeyPatch.context() as patch:
        opened = Shell(folder, patch)
        try:
            yield opened
        finally:
            opened.close()
    assert dict(os.environ) == before
