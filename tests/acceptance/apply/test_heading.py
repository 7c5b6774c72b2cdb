"""Whatever a person decides by says where it applies."""

import hashlib
import json

import pytest

from reconciler.simulator.core import Simulator
from tests.support.cli import Line, Project
from tests.support.terminal import answer

ADDRESS = "kore_sms_campaign.renewal"
ACCOUNT = "67777ce93e25326494e90000"
LEDGER = "  ledger: .reconciler/state.db"


def heading(project: Project) -> list[str]:
    host = project.url.removeprefix("http://")
    return [
        "Environment staging (default)",
        f"  retention: kore at {host}, account {ACCOUNT}",
        LEDGER,
    ]


@pytest.mark.parametrize(
    "command", [("plan",), ("apply", "--auto-approve"), ("drift",)], ids=lambda words: words[0]
)
def test_a_plan_and_a_report_begin_with_where_they_apply(
    run_line: Line, project: Project, command: tuple[str, ...]
) -> None:
    project.sms()
    shown = run_line(*command).out.split("\n")
    assert shown[0] == "Environment staging (default)"
    assert heading(project)[1] in shown
    assert LEDGER in shown


@pytest.mark.parametrize(
    "command",
    [
        ("status",),
        ("start", ADDRESS, "--auto-approve"),
        ("schedule", ADDRESS, "--off", "--auto-approve"),
        ("stop", ADDRESS),
        ("status", ADDRESS, "--accept", "--reason", "seen", "--auto-approve"),
    ],
    ids=" ".join,
)
def test_a_command_about_run_state_begins_with_where_it_applies(
    run_line: Line, project: Project, command: tuple[str, ...]
) -> None:
    project.sms()
    assert run_line("apply", "--auto-approve").code == 0
    result = run_line(*command)
    assert result.code == 0, result.err
    shown = result.out.split("\n")
    assert (shown[0], shown[1]) != ("", "")
    assert shown[0] == "Environment staging (default)"
    assert heading(project)[1] in shown
    assert LEDGER in shown


def test_an_apply_ends_with_where_it_applied(run_line: Line, project: Project) -> None:
    project.sms()
    last = run_line("apply", "--auto-approve").out.rstrip("\n").split("\n")[-1]
    host = project.url.removeprefix("http://")
    assert last == (f"Environment staging (default): retention: kore at {host}, account {ACCOUNT}.")


def test_a_saved_plan_names_its_id_its_commit_its_end_and_its_hashes(
    run_line: Line, project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GITHUB_SHA", "0123456789abcdef")
    project.sms()
    planned = run_line("plan", "--out", "plan.json")
    saved = json.loads((project.folder / "plan.json").read_text("utf-8"))["reconciler"]
    line = f"  plan: {saved['id']}, checked out at 0123456789abcdef, expires {saved['expires_at']}"
    digest = hashlib.sha256((project.folder / "plan.json").read_bytes()).hexdigest()
    lines = [line, f"  sha256: {digest}", f"  changes_sha256: {saved['changes_sha256']}"]
    for shown in (planned, run_line("show", "plan.json")):
        assert "\n".join(lines) in shown.out
    assert (saved["commit"], saved["is_default"]) == ("0123456789abcdef", True)
    assert saved["ledger"]["location"] == ".reconciler/state.db"


def test_a_chosen_environment_is_not_called_the_default(run_line: Line, project: Project) -> None:
    project.sms()
    text = (project.folder / "reconciler.yaml").read_text("utf-8")
    other = text[text.index("  staging:") :].replace("staging", "production")
    other = other.replace("rateLimit", "shared: true\n        rateLimit")
    text = text.replace("rateLimit", "shared: true\n        rateLimit")
    text = text.replace("kind: Project", "kind: Project\ndefaultEnvironment: staging")
    (project.folder / "reconciler.yaml").write_text(text + other, "utf-8")
    assert run_line("plan", "-e", "production").out.startswith("Environment production\n")
    assert run_line("plan").out.startswith("Environment staging (default)\n")


def test_a_proxy_is_named_without_its_password(
    run_line: Line, project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    project.sms()
    text = (project.folder / "reconciler.yaml").read_text("utf-8")
    elsewhere = text.replace(project.url, "https://platform.kore.ai", 1)
    (project.folder / "reconciler.yaml").write_text(elsewhere, "utf-8")
    monkeypatch.setenv("RECONCILER_PROXY", "http://ada:secret@127.0.0.1:9")
    shown = run_line("status").out
    assert (
        f"  retention: kore at platform.kore.ai, account {ACCOUNT}, through proxy 127.0.0.1:9"
        in shown
    )
    assert "secret" not in shown


def confirm_by_name(project: Project) -> None:
    path = project.folder / "reconciler.yaml"
    text = path.read_text("utf-8").replace("  staging:\n", "  staging:\n    confirm: name\n")
    path.write_text(text, "utf-8")


@pytest.mark.parametrize(
    ("text", "code", "created"), [("staging", 0, 1), ("yes", 1, 0), ("Staging", 1, 0)]
)
def test_an_environment_may_ask_for_its_name(
    project: Project, simulator: Simulator, text: str, code: int, created: int
) -> None:
    project.sms()
    confirm_by_name(project)
    assert answer(project, text) == code
    assert len(simulator.campaigns()) == created


@pytest.mark.parametrize(("text", "status"), [("staging", "Active"), ("yes", "Ready")])
def test_a_start_asks_for_the_name_too(
    run_line: Line, project: Project, simulator: Simulator, text: str, status: str
) -> None:
    project.sms()
    confirm_by_name(project)
    # Nothing is asked with --auto-approve.
    assert run_line("apply", "--auto-approve").code == 0
    assert answer(project, text, "start", ADDRESS) == (0 if text == "staging" else 1)
    assert [campaign["status"] for campaign in simulator.campaigns()] == [status]


def test_confirm_is_yes_or_name(run_line: Line, project: Project) -> None:
    confirm_by_name(project)
    path = project.folder / "reconciler.yaml"
    path.write_text(path.read_text("utf-8").replace("confirm: name", "confirm: no"), "utf-8")
    result = run_line("validate")
    assert result.code == 3
    assert "environments.staging.confirm must be one of yes, name" in result.err
