"""A vendor that repeats our credential in every form: no output, file or exit path shows it.

Each test puts a credential that nobody may see into the environment, and looks for it and for every
encoded form of it in whatever a command printed or wrote.
"""

import base64
import gc
import html
import json
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from threading import Event
from urllib.parse import quote

import pytest

from reconciler.cli.runner import no_tracebacks
from reconciler.providers.kore import answers
from reconciler.resources.tree import Tree
from reconciler.simulator.core import Simulator
from reconciler.simulator.faults import Fault, FaultKind
from tests.support.cli import Line, Project, Result
from tests.support.run_state_helpers import ADDRESS, QUICK, applied

CANARY = 'c4nary/T0ken+"with\\odd~chars%-0123456789abcdef'
PART = 12
"""Characters in a row of a form that nothing may show."""


def forms(secret: str) -> list[str]:
    data = secret.encode()
    return [
        secret,
        json.dumps(secret)[1:-1],
        "".join(f"\\u{ord(character):04x}" for character in secret),
        html.escape(secret),
        secret.upper(),
        quote(secret, safe=""),
        base64.b64encode(data).decode(),
        base64.b64encode(b"ab" + data).decode(),
        base64.urlsafe_b64encode(b"user:" + data).decode().rstrip("="),
        data.hex(),
    ]


OTHER = "an0ther/S3cret+<of>&the'other=vendor%~9876543210"
FORMS = (*forms(CANARY), *forms(OTHER))
READING = (
    *(("validate",), ("validate", "--format", "json"), ("plan",), ("plan", "--json", "-v")),
    *(("plan", "-v", "--out", "plan.json"), ("show", "plan.json"), ("show", "plan.json", "--json")),
    *(("drift", "--metrics", "drift.prom"), ("drift", "--json", "--refresh", "full")),
    *(("status",), ("status", "--json"), ("history",), ("history", ADDRESS, "--json")),
    *(("lock", "list"), ("providers",), ("import", "--all", "--out", "campaigns/new")),
)
WRITING = (
    *(("apply", "--auto-approve", "--json"), ("start", ADDRESS, "--auto-approve")),
    *(("status", ADDRESS, "--accept", "--reason", "so", "--auto-approve"),),
    *(
        ("stop", ADDRESS),
        ("resolve", ADDRESS, "--adopt", "cd-1"),
        ("stop", "--clear", "--reason", "x"),
    ),
)


@pytest.fixture
def project(project: Project, simulator: Simulator, monkeypatch: pytest.MonkeyPatch) -> Project:
    simulator.change_switches({"accounts": "any"})
    monkeypatch.setenv("KORE_JWT", CANARY)
    monkeypatch.setenv("CARECYCLE_API_KEY", OTHER)
    project.configure(QUICK)
    return project


def written(folder: Path) -> Iterator[tuple[str, str]]:
    for path in folder.rglob("*"):
        if path.is_file():
            yield path.name, path.read_bytes().decode("latin-1")


def require_unseen(result: Result, folder: Path) -> None:
    texts = [("output", result.out), ("error", result.err), *written(folder)]
    for place, text in texts:
        for form in FORMS:
            for start in range(len(form) - PART):
                assert form[start : start + PART] not in text, (place, form)


@pytest.mark.parametrize("start", range(3))
def test_a_campaign_that_repeats_credentials_of_both_vendors_shows_them_nowhere(
    run_line: Line, project: Project, simulator: Simulator, start: int
) -> None:
    form = " ".join(FORMS[start::3])
    remote_id = applied(run_line, project, simulator)
    texts: Tree = {"description": f"x {form}", "experienceFlowName": form, "contactLists": [form]}
    simulator.edit(remote_id, texts)
    simulator.seed_carecycle({"name": f"Call {form}", "firstMessage": f"{form} {form}"})
    for command in (*READING, *WRITING):
        require_unseen(run_line(*command), project.folder)


@pytest.mark.parametrize("status", [200, 302, 400, 401, 403, 422, 429, 500])
@pytest.mark.parametrize("as_json", [True, False])
def test_an_answer_that_repeats_a_credential_shows_it_nowhere(
    run_line: Line, project: Project, simulator: Simulator, status: int, as_json: bool
) -> None:
    applied(run_line, project, simulator)
    project.configure(f"{QUICK}\n        maxWait: 1s")
    project.sms("second")
    said = f"{'.' * 150} {' '.join(FORMS)}"
    stated = {"status": said, "message": said, "errors": [{"msg": said, "path": FORMS}], said: said}
    body = json.dumps(stated).replace("\\\\u", "\\u") if as_json else said
    simulator.faults.add(
        Fault(kind=FaultKind.STATUS, match="*", value=status, body=body, times=None)
    )
    once = ("--max-requests", "1")
    for command in (
        *(("plan", *once), ("plan", "--json", *once), ("drift", "--metrics", "drift.prom", *once)),
        *(("apply", "--auto-approve", *once), ("import", "--all", *once), ("status", "--json")),
    ):
        require_unseen(run_line(*command), project.folder)


INTERRUPTED = (
    ("kore.list:slow=1:1", ("plan", "--json"), (signal.SIGINT,)),
    ("kore.create:slow=1:1", ("apply", "--auto-approve", "--json"), (signal.SIGTERM,)),
    ("kore.create:slow=1:1", ("apply", "--auto-approve"), (signal.SIGINT, signal.SIGINT)),
)


@pytest.mark.parametrize(("fault", "command", "signals"), INTERRUPTED)
def test_a_run_that_is_interrupted_shows_no_credential(
    project: Project,
    simulator: Simulator,
    fault: str,
    command: tuple[str, ...],
    signals: tuple[signal.Signals, ...],
) -> None:
    project.sms()
    form = " ".join(FORMS)
    simulator.seed_carecycle({"name": f"Call {form}", "firstMessage": form})
    simulator.seed_kore({"name": f"SMS {form}", "description": form})
    simulator.faults.add(fault)
    process = subprocess.Popen(
        (sys.executable, "-m", "reconciler", *command),
        cwd=project.folder,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    with process:
        operation = fault.partition(":")[0]
        while not simulator.requests(operation=operation) and process.poll() is None:
            Event().wait(0.02)
        for number in signals:
            process.send_signal(number)
            Event().wait(0.1)
        out, err = process.communicate(timeout=20)
    assert process.returncode != 0
    require_unseen(Result(process.returncode, out, err), project.folder)


def test_what_a_thread_lets_escape_shows_no_credential(capfd: pytest.CaptureFixture[str]) -> None:
    def explode() -> None:
        raise TypeError(CANARY)

    class Final:
        def __del__(self) -> None:
            explode()

    with no_tracebacks():
        thread = threading.Thread(target=explode)
        thread.start()
        thread.join()
        Final()
        gc.collect()
    said = capfd.readouterr().err
    assert said.count("unexpected error TypeError") == 2
    assert CANARY not in said


class Panic(BaseException):
    """As the panics of libraries that are written in Rust."""


@pytest.mark.parametrize("kind", [TypeError, Panic])
def test_an_error_that_nobody_foresaw_shows_no_credential(
    run_line: Line,
    project: Project,
    monkeypatch: pytest.MonkeyPatch,
    kind: type[BaseException],
) -> None:
    def explode(*_: object, **__: object) -> None:
        raise kind(CANARY)

    monkeypatch.setattr(answers, "facts", explode)
    project.sms()
    for command in (("plan",), ("plan", "--json"), ("drift",), ("apply", "--auto-approve")):
        result = run_line(*command)
        assert result.code == 1
        require_unseen(result, project.folder)
