"""A project on disk, a simulator behind a real socket, and the command line."""

import contextlib
import io
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

import pytest

from reconciler.cli import session
from reconciler.cli.main import run
from reconciler.clock import SystemClock
from reconciler.simulator.core import Simulator
from reconciler.simulator.seed import CARECYCLE_API_KEY, KORE_TOKEN
from reconciler.simulator.server import serve
from reconciler.workflow.session import Session
from tests.support.cli import READERS, Line, Project, Result


@pytest.fixture
def run_line(request: pytest.FixtureRequest) -> Line:
    """The command line; a command that only reads fails if it sends a write."""

    def line(*arguments: str) -> Result:
        out, err = io.StringIO(), io.StringIO()
        before = _changes_asked_for(request)
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            code = run(arguments)
        if not READERS.isdisjoint(arguments):
            assert _changes_asked_for(request) == before, arguments
        return Result(code, out.getvalue(), err.getvalue())

    return line


def _changes_asked_for(request: pytest.FixtureRequest) -> int:
    if "simulator" not in request.fixturenames:
        return 0
    simulator: Simulator = request.getfixturevalue("simulator")
    return len(simulator.requests(mutating=True))


@pytest.fixture
def simulator() -> Simulator:
    return Simulator(seed=7)


@pytest.fixture
def url(simulator: Simulator) -> Iterator[str]:
    with serve(simulator) as address:
        yield address.url


@pytest.fixture
def new_project(tmp_path: Path, url: str, monkeypatch: pytest.MonkeyPatch) -> Project:
    """A project without a ledger, where an automated run may not create anything yet."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("KORE_JWT", KORE_TOKEN)
    monkeypatch.setenv("CARECYCLE_API_KEY", CARECYCLE_API_KEY)
    # What the operator of a CI job says; elsewhere this machine needs no permission.
    monkeypatch.setenv("RECONCILER_ALLOWED_HOSTS", url.removeprefix("http://"))
    return Project(tmp_path, url)


@pytest.fixture
def project(new_project: Project) -> Project:
    """A project whose environment somebody opened as new."""
    new_project.open_new()
    return new_project


@pytest.fixture
def in_process(simulator: Simulator, monkeypatch: pytest.MonkeyPatch) -> None:
    """Answer requests without sockets; for tests that are not about the network."""
    handlers = dict.fromkeys(("retention", "care"), simulator.handle)
    monkeypatch.setattr(session, "Session", partial(Session, handlers=handlers))


@pytest.fixture
def skip_time(monkeypatch: pytest.MonkeyPatch) -> Callable[[float], None]:
    """Let every wait of this process, and of a simulator in it, take no time.

    Returns a function that lets time pass for all of them.
    """
    passed = 0.0
    now, monotonic = SystemClock.now, SystemClock.monotonic

    def let_pass(seconds: float) -> None:
        nonlocal passed
        passed += max(0.0, seconds)

    monkeypatch.setattr(SystemClock, "now", lambda clock: now(clock) + timedelta(seconds=passed))
    monkeypatch.setattr(SystemClock, "monotonic", lambda clock: monotonic(clock) + passed)
    monkeypatch.setattr(SystemClock, "sleep", lambda _, seconds: let_pass(seconds))
    return let_pass


@pytest.fixture
def shift(monkeypatch: pytest.MonkeyPatch) -> Callable[[float], None]:
    """Move the wall clock forwards or, with a negative number, back."""
    real = SystemClock.now

    def by(seconds: float) -> None:
        def shifted(clock: SystemClock) -> datetime:
            return real(clock) + timedelta(seconds=seconds)

        monkeypatch.setattr(SystemClock, "now", shifted)

    return by
