"""Which job made a plan: signatures, expected hashes, and whose acknowledgements count."""

import hashlib
import json
import os
from collections.abc import Callable

import pytest

from reconciler.resources.tree import canonical_json
from reconciler.simulator.core import Simulator
from tests.support.cli import Line, Project, Result

KEY, OTHER, OLD = ("k" * 32, "o" * 40, "p" * 32)
GATE = "immediate-start"
Keys = Callable[[str], None]


@pytest.fixture
def keys(monkeypatch: pytest.MonkeyPatch) -> Keys:
    def use(text: str) -> None:
        monkeypatch.setenv("RECONCILER_PLAN_KEY", text)

    return use


def save(run_line: Line, project: Project, *more: str) -> str:
    """Save a plan of one create; the sha256 of its file."""
    project.sms()
    assert run_line("plan", "--out", "plan.json", *more).code == 0
    return hashlib.sha256((project.folder / "plan.json").read_bytes()).hexdigest()


def forge(project: Project, **changes: object) -> None:
    """Edit a plan file as somebody would who knows how its hash is made."""
    path = project.folder / "plan.json"
    document = json.loads(path.read_text("ascii"))
    document["reconciler"].update(changes)
    document["reconciler"]["seal"] = "0" * 64
    signature, document["reconciler"]["signature"] = document["reconciler"]["signature"], None
    digest = hashlib.sha256((canonical_json(document) + "\n").encode()).hexdigest()
    document["reconciler"].update(seal=digest, signature=signature)
    path.write_text(canonical_json(document) + "\n", "ascii")


def test_a_signed_plan_is_applied_where_its_key_is(
    run_line: Line, project: Project, simulator: Simulator, keys: Keys
) -> None:
    keys(KEY)
    save(run_line, project)
    text = (project.folder / "plan.json").read_text("ascii")
    assert KEY not in text
    assert run_line("show", "plan.json", "--json").out == text
    shown = run_line("show", "plan.json")
    assert (shown.code, shown.err) == (0, "")
    assert run_line("apply", "plan.json").code == 0
    assert len(simulator.campaigns()) == 1


def test_a_key_can_be_replaced(run_line: Line, project: Project, keys: Keys) -> None:
    keys(OLD)
    save(run_line, project)
    keys(f"{KEY}, {OLD}")
    assert run_line("apply", "plan.json").code == 0


def test_what_plan_prints_is_signed_too(run_line: Line, project: Project, keys: Keys) -> None:
    keys(KEY)
    project.sms()
    text = run_line("plan", "--json").out
    (project.folder / "plan.json").write_text(text, "ascii")
    assert run_line("apply", "plan.json").code == 0


@pytest.mark.parametrize(
    ("made", "checked", "reason"),
    [
        ("", KEY, "the plan is not signed, and RECONCILER_PLAN_KEY is set"),
        (KEY, "", "the plan is signed, and its signature cannot be checked"),
        (KEY, OTHER, "was not signed with the key in RECONCILER_PLAN_KEY"),
    ],
)
def test_a_plan_without_proof_is_refused(
    run_line: Line,
    project: Project,
    simulator: Simulator,
    keys: Keys,
    made: str,
    checked: str,
    reason: str,
) -> None:
    keys(made)
    save(run_line, project)
    keys(checked)
    refused = run_line("apply", "plan.json")
    assert refused.code == 6
    assert reason in refused.err
    assert "Nothing was sent." in refused.err
    assert simulator.campaigns() == []


@pytest.mark.parametrize(
    "changes",
    [
        {"expires_at": "2099-01-01T00:00:00Z"},
        {"allow": [GATE]},
        {"gates": []},
        {"signature": None},
        {"signature": "0" * 64},
        {"signature": ""},
    ],
)
def test_a_forged_plan_is_refused(
    run_line: Line,
    project: Project,
    simulator: Simulator,
    keys: Keys,
    changes: dict[str, object],
) -> None:
    keys(KEY)
    project.configure("")
    save(run_line, project)
    forge(project, **changes)
    assert run_line("apply", "plan.json").code == 6
    assert simulator.campaigns() == []


def test_an_unsigned_plan_can_be_forged_so_its_acknowledgements_do_not_count_in_ci(
    run_line: Line, project: Project, simulator: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    project.configure("")
    save(run_line, project, "--allow", GATE)
    monkeypatch.setenv("CI", "true")
    refused = run_line("apply", "plan.json")
    assert refused.code == 6
    assert f"what the plan accepts is not used: {GATE}" in refused.err
    assert simulator.campaigns() == []
    monkeypatch.delenv("CI")
    assert run_line("apply", "plan.json").code == 0


def test_the_acknowledgements_of_a_signed_plan_count_in_ci(
    run_line: Line, project: Project, keys: Keys, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CI", "true")
    monkeypatch.setenv("RECONCILER_ALLOWED_HOSTS", "127.0.0.1,localhost")
    keys(KEY)
    project.configure("")
    save(run_line, project, "--allow", GATE)
    applied = run_line("apply", "plan.json")
    assert "not used" not in applied.err
    assert applied.code == 0, applied.err


def test_show_says_what_is_known_about_a_signature(
    run_line: Line, project: Project, keys: Keys
) -> None:
    save(run_line, project)
    keys(KEY)
    assert "the plan is not signed" in run_line("show", "plan.json").err
    save(run_line, project)
    keys("")
    shown = run_line("show", "plan.json")
    assert shown.code == 0
    assert "signature not checked here" in shown.err
    keys(OTHER)
    assert run_line("show", "plan.json").code == 6


@pytest.mark.parametrize("text", ["short", f"{KEY},short", "é" * 15])
def test_a_short_key_is_refused_and_not_repeated(
    run_line: Line, project: Project, keys: Keys, text: str
) -> None:
    save(run_line, project)
    keys(text)
    for command in (("plan",), ("apply", "plan.json"), ("show", "plan.json")):
        refused = run_line(*command)
        assert refused.code == 3
        assert "a key must have at least 32 bytes" in refused.err
        assert "short" not in refused.err.replace("too short", "")
        assert "é" not in refused.err


def test_a_job_is_bound_to_one_plan(run_line: Line, project: Project, simulator: Simulator) -> None:
    digest = save(run_line, project)
    refused = run_line("apply", "plan.json", "--expect-sha256", "0" * 64)
    assert refused.code == 6
    assert "this is another plan" in refused.err
    assert digest in refused.err
    assert simulator.campaigns() == []
    assert run_line("apply", "plan.json", "--expect-sha256", digest.upper()).code == 0
    *_, receipt = run_line("history", "--json").json["receipts"]
    assert receipt["plan_sha256"] == digest


def test_a_job_without_a_plan_file_is_bound_to_its_changes(
    run_line: Line, project: Project, simulator: Simulator
) -> None:
    project.sms()
    agreed = str(run_line("plan", "--json").json["reconciler"]["changes_sha256"])
    project.sms(priority=2)
    refused = run_line("apply", "--auto-approve", "--expect-changes", agreed)
    assert refused.code == 6
    assert "planning gives other changes" in refused.err
    assert "not how many people they reach" in refused.err
    assert simulator.campaigns() == []
    project.sms()
    assert run_line("apply", "--auto-approve", "--expect-changes", agreed).code == 0


def test_an_equal_plan_of_another_commit_and_hour_has_the_same_changes(
    run_line: Line,
    project: Project,
    simulator: Simulator,
    shift: Callable[[float], None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    project.sms()
    assert run_line("apply", "--auto-approve").code == 0
    (row,) = simulator.campaigns()
    path = project.sms(priority=2)
    agreed = hashes(run_line("plan", "--json"))
    path.write_text(f"\n{path.read_text('utf-8')}", "utf-8")
    monkeypatch.setenv("GITHUB_SHA", "0123456789abcdef")
    shift(3600)
    again = hashes(run_line("plan", "--json"))
    assert again["changes_sha256"] == agreed["changes_sha256"]
    assert again["seal"] != agreed["seal"]
    simulator.edit(str(row["id"]), {"description": "Edited in the console."})
    expected = ("--expect-changes", agreed["changes_sha256"])
    assert run_line("apply", "--auto-approve", "--no-cache", *expected).code == 6
    simulator.edit(str(row["id"]), {"description": "Sends a link."})
    assert run_line("apply", "--auto-approve", "--no-cache", *expected).code == 0


def hashes(planned: Result) -> dict[str, str]:
    ours: dict[str, str] = planned.json["reconciler"]
    return ours


@pytest.mark.parametrize(
    "arguments",
    [
        ("--expect-sha256", "0" * 64),
        ("plan.json", "--expect-changes", "0" * 64),
        ("plan.json", "--expect-sha256", "0" * 63),
        ("plan.json", "--expect-sha256", "sha256:" + "0" * 64),
        ("--auto-approve", "--expect-changes", "latest"),
    ],
)
def test_what_is_expected_goes_with_what_has_it(
    run_line: Line, project: Project, arguments: tuple[str, ...]
) -> None:
    save(run_line, project)
    assert run_line("apply", *arguments).code == 3


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes here")
def test_nobody_waits_for_a_pipe_and_a_link_is_followed(run_line: Line, project: Project) -> None:
    save(run_line, project)
    os.mkfifo(project.folder / "pipe.json")
    refused = run_line("apply", "pipe.json")
    assert refused.code == 6
    assert "not a regular file" in refused.err
    (project.folder / "link.json").symlink_to(project.folder / "plan.json")
    assert run_line("show", "link.json").code == 0
    assert run_line("apply", "link.json").code == 0


def test_another_end_of_line_is_an_alteration(run_line: Line, project: Project) -> None:
    save(run_line, project)
    path = project.folder / "plan.json"
    path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    refused = run_line("apply", "plan.json")
    assert refused.code == 6
    assert "altered after it was saved" in refused.err
