"""The demo's surroundings: a folder, a simulator, and the real commands, run as a person would.

Stops everything that it started, and removes the folder unless it should be kept.
"""

import contextlib
import os
import shlex
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Self

import click
from pydantic import JsonValue

from reconciler.cli.output import say
from reconciler.cli.run_record import recording
from reconciler.cli.runner import run_command
from reconciler.errors import ReconcilerError
from reconciler.resources.tree import Tree, overlay
from reconciler.simulator.core import Simulator
from reconciler.simulator.seed import KORE_TOKEN
from reconciler.simulator.server import serve
from reconciler.simulator.store import Store

_WEEK: list[Tree] = [{"day": day} for day in ("MO", "TU", "WE", "TH", "FR")]


class Stage:
    """The demo's folder and simulator, from `__enter__` to `__exit__`."""

    def __init__(self, *, keep: bool) -> None:
        self._keep = keep
        self._stack = contextlib.ExitStack()
        self._simulator = Simulator(self._stack.enter_context(Store()), seed=1)
        self._folder = Path()
        self._url = ""

    def __enter__(self) -> Self:
        self._folder = Path(tempfile.mkdtemp(prefix="reconciler-demo-"))
        if not self._keep:
            self._stack.callback(shutil.rmtree, self._folder, ignore_errors=True)
        self._url = self._stack.enter_context(serve(self._simulator)).url
        self._stack.enter_context(contextlib.chdir(self._folder))
        variables = {
            "KORE_JWT": KORE_TOKEN,
            "RECONCILER_ALLOWED_HOSTS": self._url.partition("://")[2],
            # The demo's ledger needs to outlive only the demo, wherever its folder lies.
            "RECONCILER_STATE_DIR": str(self._folder),
        }
        self._stack.enter_context(_variables(**variables))
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        problem: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._stack.close()

    def say(self, text: str) -> None:
        """Print a line of narration."""
        say(click.style(f"\n# {text}", bold=True))

    def run(self, *arguments: str, expect: int = 0) -> None:
        """Print and run a command; raises ReconcilerError for an unexpected exit code."""
        say(click.style(f"$ reconciler {shlex.join(arguments)}", fg="cyan"))
        with recording():
            code = run_command(click.get_current_context().find_root().command, arguments)
        if code:
            say(f"(exit code {code})")
        if code != expect:
            raise ReconcilerError(f"the demo expected exit code {expect} and got {code}")

    def point_at_simulator(self) -> None:
        """Put the simulator's address into the project file, as a person would."""
        path = self._folder / "reconciler.yaml"
        text = path.read_text("utf-8").replace("https://platform.kore.ai", self._url)
        path.write_text(text.replace("# sendsOnWrite: possibly", "sendsOnWrite: possibly"), "utf-8")
        say(f"\nIn reconciler.yaml: baseUrl: {self._url}, sendsOnWrite: possibly")

    def edit_in_console(self) -> None:
        """Edit as a console user might: set the calling hours to 8:00 AM to 9:00 PM."""
        campaign = self._simulator.campaigns()[0]
        strategy = campaign.get("dialingStrategy")
        if not isinstance(strategy, dict):
            raise ReconcilerError("the demo's campaign is missing")
        days: JsonValue = [{**window, "start": "8:00 AM", "end": "9:00 PM"} for window in _WEEK]
        changed = overlay(strategy, {"callingHours": {"days": days}})
        self._simulator.edit(str(campaign["id"]), {"dialingStrategy": changed})

    def farewell(self) -> None:
        """Print what to do next."""
        say(click.style("\n# That was the demo; nothing is left running.", bold=True))
        kept = f"The project is in {self._folder}" if self._keep else "Its folder is removed"
        say(f"{kept}. To try it yourself: reconciler simulator, and reconciler init FOLDER.")


@contextlib.contextmanager
def _variables(**values: str) -> Iterator[None]:
    """Set variables in place of the operator's settings, which are for other projects."""
    before = dict(os.environ)
    for name in before:
        if name.startswith("RECONCILER_") and name != "RECONCILER_IN_AUTOMATION":
            del os.environ[name]
    os.environ.update(values)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)
