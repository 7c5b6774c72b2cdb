"""What plan, drift, show, apply and validate write besides their text."""

import json
from pathlib import Path

import pytest

from reconciler.plan.document.ours import DOCUMENT_VERSION
from reconciler.simulator.core import Simulator
from tests.support.cli import Line, Project, sms

LIST = "Spring Renewals 2026"


def markdown(name: str = "x.md") -> str:
    return Path(name).read_text("utf-8")


@pytest.mark.parametrize("command", ["plan", "apply", "drift", "show"])
def test_html_comes_later(
    run_line: Line, project: Project, simulator: Simulator, command: str
) -> None:
    project.sms()
    result = run_line(command, "--html", "x.html")
    assert (result.code, result.out, simulator.requests()) == (3, "", [])
    assert "--html is not available in this version" in result.err
    assert "--html" not in run_line(command, "--help").out


def test_one_run_gives_text_json_and_markdown(run_line: Line, project: Project) -> None:
    project.sms()
    result = run_line("plan", "--markdown", "x.md", "--out", "plan.json")
    assert result.code == 0
    assert "Plan: 1 to add" in result.out
    assert markdown().startswith("## Plan for environment `staging` (default)\n")
    assert "**Plan: 1 to add, 0 to change, 0 to destroy.**" in markdown()
    assert f'`"{LIST}"`' in markdown()
    printed = run_line("plan", "--json", "--markdown", "x.md")
    assert printed.json["reconciler"]["environment"] == "staging"
    alone = run_line("show", "plan.json", "--markdown", "-")
    assert alone.out.startswith("## Plan for environment `staging` (default)\n")


def test_what_is_redacted_is_in_the_saved_plan_only(run_line: Line, project: Project) -> None:
    document = sms("renewal", message={"message": "Your renewal is due."})
    spec = document["spec"]
    assert isinstance(spec, dict)
    del spec["experienceFlowName"]
    project.write("renewal.json", json.dumps(document))
    options = ("--markdown", "x.md", "--redact", "lists,texts")
    assert run_line("plan", "--out", "plan.json", *options).code == 0
    assert LIST in Path("plan.json").read_text("utf-8")
    assert LIST not in markdown()
    assert "Your renewal" not in markdown()
    assert f"({len(LIST)} characters, " in markdown()
    assert run_line("apply", "plan.json", *options, "--allow", "immediate-start").code == 0
    assert markdown().startswith("## Apply to environment `staging` (default)\n")
    assert LIST not in markdown()
    wrong = run_line("plan", "--redact", "names")
    assert (wrong.code, "'names' is neither lists nor texts" in wrong.err) == (3, True)


def test_a_plan_that_fails_replaces_the_text_of_an_earlier_one(
    run_line: Line, project: Project
) -> None:
    project.sms()
    Path("x.md").write_text("an earlier plan", "utf-8")
    project.write("broken.yaml", f"kind: {LIST}\n")
    assert run_line("plan", "--markdown", "x.md").code == 3
    assert markdown().startswith("## `reconciler plan` failed with exit code 3\n")
    assert LIST in markdown()
    assert run_line("plan", "--markdown", "x.md", "--redact", "lists").code == 3
    assert LIST not in markdown()


def test_a_bug_replaces_the_text_of_an_earlier_plan_too(
    run_line: Line, project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    project.sms()
    Path("x.md").write_text("an earlier plan", "utf-8")

    def broken(*_: object) -> None:
        raise KeyError("secret")

    monkeypatch.setattr("reconciler.cli.commands.plan.make_plan", broken)
    result = run_line("plan", "--markdown", "x.md")
    assert result.code == 1
    assert "unexpected error KeyError" in markdown()
    assert "secret" not in markdown()


def test_saved_plans_are_shown_together_without_a_vendor(
    run_line: Line, project: Project, simulator: Simulator
) -> None:
    project.sms()
    for name in ("one.json", "two.json"):
        assert run_line("plan", "--out", name).code == 0
    before = len(simulator.requests())
    result = run_line("show", "one.json", "two.json", "--markdown", "x.md")
    assert result.code == 0
    assert result.out.count("Plan: 1 to add, 0 to change, 0 to destroy.") == 2
    assert markdown().startswith("## Plans for 2 environments\n\n| environment | plan |")
    assert len(simulator.requests()) == before
    twice = run_line("show", "one.json", "two.json", "--json")
    assert (twice.code, twice.out) == (3, "")


def test_a_plan_of_another_version_says_what_to_do(run_line: Line, project: Project) -> None:
    project.sms()
    run_line("plan", "--out", "plan.json")
    text = Path("plan.json").read_text("utf-8")
    own = f'"document_version":"{DOCUMENT_VERSION}"'
    Path("plan.json").write_text(text.replace(own, '"document_version":"0.9"'), "utf-8")
    for command in ("show", "apply"):
        result = run_line(command, "plan.json")
        assert result.code == 6
        assert "was made by another version of reconciler" in result.err
        advice = (
            "Pin one version in both jobs, and make a new plan:\n    reconciler plan --out FILE\n"
        )
        assert advice in result.err


def test_drift_writes_the_text_of_an_issue(
    run_line: Line, project: Project, simulator: Simulator
) -> None:
    project.sms()
    assert run_line("apply", "--auto-approve", "--allow", "immediate-start").code == 0
    simulator.edit(str(simulator.campaigns()[0]["id"]), {"contactLists": ["Everybody @all"]})
    assert run_line("drift", "--issue", "x.md").code == 2
    assert markdown().startswith("## Drift in environment `staging` (default)\n")
    assert "**Drift: 1 expanding, 0 contracting.**" in markdown()
    printed = run_line("drift", "--issue", "-", "--redact", "lists")
    assert printed.out.startswith("## Drift in environment")
    assert "Everybody" not in printed.out
    assert "Drift: 1 expanding" in printed.err


@pytest.mark.parametrize("form", ["json", "sarif", "gitlab", "junit", "github", "text"])
def test_a_report_of_the_manifests_goes_to_a_file_beside_the_text(
    run_line: Line, project: Project, form: str
) -> None:
    project.sms(priority="9")
    result = run_line("validate", "--format", form, "--output", "report")
    assert (result.code, result.out) == (3, "")
    assert result.err.startswith("Error: ")
    assert "campaigns/renewal.json" in markdown("report")
    assert form == "text" or run_line("validate", "--format", form).out == markdown("report")


@pytest.mark.parametrize("form", ["sarif", "gitlab"])
def test_a_report_has_paths_of_the_repository(
    run_line: Line, project: Project, monkeypatch: pytest.MonkeyPatch, form: str
) -> None:
    project.sms(priority="9")
    monkeypatch.setenv("CI_PROJECT_DIR", str(project.folder.parent))
    out = run_line("validate", "--format", form).out
    assert f"{project.folder.name}/campaigns/renewal.json" in json.dumps(json.loads(out))


def test_a_project_file_with_an_error_is_in_the_report(run_line: Line, project: Project) -> None:
    path = project.folder / "reconciler.yaml"
    path.write_text(path.read_text("utf-8").replace("kind: Project", "kind: X"), "utf-8")
    result = run_line("validate", "--format", "gitlab", "--output", "report")
    assert result.code == 3
    assert json.loads(markdown("report"))[0]["location"]["path"] == "reconciler.yaml"
    assert run_line("validate", "--format", "github").out.startswith("::error title=")
