"""A project on disk, a simulator behind a real socket, and the command line."""

import contextlib
import io
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from reconciler.cli.main import run
from reconciler.clock import SystemClock
from reconciler.simulator.core import Simulator
from reconciler.simulator.seed import CARECYCLE_API_KEY, KORE_TOKEN
from reconciler.simulator.server import serve

PROJECT = """\
apiVersion: reconciler/v1
kind: Project
environments:
  staging:
    targets:
      retention:
        provider: kore
        baseUrl: {url}
        api: {api}
        appId: st-11111111-2222-5333-8444-555555555555
        accountId: 67777ce93e25326494e90000
        auth: {{token: {{env: KORE_JWT}}}}
        rateLimit: 100000/minute
        {more}
      care:
        provider: carecycle
        baseUrl: {url}
        auth: {{apiKey: {{env: CARECYCLE_API_KEY}}}}
        rateLimit: 100000/minute
"""


@dataclass(frozen=True)
class Result:
    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


Line = Callable[..., Result]
READERS = frozenset({"drift", "plan", "show", "status", "validate"})
"""Commands that may ask no vendor for a change."""


@pytest.fixture
def run_line(request: pytest.FixtureRequest) -> Line:
    """The command line; whatever only reads is watched for requests that ask for a change."""

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


class Project:
    """The folder a test works in."""

    def __init__(self, folder: Path, url: str) -> None:
        self.folder = folder
        self.url = url
        self.configure()

    def configure(self, more: str = "sendsOnWrite: possibly", api: str = "v2") -> None:
        text = PROJECT.format(url=self.url, more=more, api=api)
        (self.folder / "reconciler.yaml").write_text(text, "utf-8")

    def write(self, name: str, text: str) -> Path:
        path = self.folder / "campaigns" / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, "utf-8")
        return path

    def sms(self, name: str = "renewal", **spec: object) -> Path:
        return self.write(f"{name}.json", json.dumps(sms(name, **spec)))


def sms(name: str, **spec: object) -> dict[str, object]:
    return {
        "apiVersion": "reconciler/v1",
        "kind": "KoreSmsCampaign",
        "metadata": {"name": name},
        "spec": {
            "name": f"Campaign {name}",
            "description": "Sends a link.",
            "contactLists": ["Spring Renewals 2026"],
            "dialingStrategy": {
                "callerId": {"phoneNumber": "+12025550123"},
                "callingHours": {
                    "frequency": "WEEKLY",
                    "timezone": "America/New_York",
                    "days": [{"day": "MO-FR", "start": "9:00 AM", "end": "6:00 PM"}],
                },
            },
            "experienceFlowName": "Renewal Assistant Flow",
            **spec,
        },
    }


@pytest.fixture
def project(tmp_path: Path, url: str, monkeypatch: pytest.MonkeyPatch) -> Project:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("KORE_JWT", KORE_TOKEN)
    monkeypatch.setenv("CARECYCLE_API_KEY", CARECYCLE_API_KEY)
    return Project(tmp_path, url)


@pytest.fixture
def shift(monkeypatch: pytest.MonkeyPatch) -> Callable[[float], None]:
    """Set the wall clock forwards or, below zero, back."""
    real = SystemClock.now

    def by(seconds: float) -> None:
        def shifted(clock: SystemClock) -> datetime:
            return real(clock) + timedelta(seconds=seconds)

        monkeypatch.setattr(SystemClock, "now", shifted)

    return by
