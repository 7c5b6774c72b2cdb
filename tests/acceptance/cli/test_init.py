"""`init`: a project that validates at once, for either vendor."""

from pathlib import Path

import pytest

from tests.support.cli import Line


@pytest.mark.parametrize("provider", ["kore", "carecycle"])
def test_a_new_project_validates(
    run_line: Line, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, provider: str
) -> None:
    monkeypatch.chdir(tmp_path)
    made = run_line("init", "my campaigns", "--provider", provider)
    assert made.code == 0
    assert "cd 'my campaigns'" in made.out
    text = Path("my campaigns/reconciler.yaml").read_text("utf-8")
    assert f"provider: {provider}" in text
    assert ("placeholder" in text) == (provider == "kore")
    checked = run_line("-C", "my campaigns", "validate")
    assert (checked.code, checked.err) == (0, "")
    again = run_line("init", "my campaigns")
    assert again.code == 3
    assert "already exists" in again.err


def test_saved_plans_and_the_ledger_are_ignored_by_git(
    run_line: Line, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path(".gitignore").write_text("*.pyc\nplan*.json\n")
    assert "Wrote .gitignore" in run_line("init").out
    plans = "plan*.md\nplan*.log\nchanges-*.txt\ndrift-*.md\n"
    assert Path(".gitignore").read_text() == f"*.pyc\nplan*.json\n.reconciler/\n{plans}"


@pytest.mark.parametrize(
    ("name", "key"), [("production", "production"), ("2027", '"2027"'), ("null", '"null"')]
)
def test_a_new_project_has_the_environment_that_was_asked_for(
    run_line: Line, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, key: str
) -> None:
    monkeypatch.chdir(tmp_path)
    assert run_line("init", "-e", name).code == 0
    text = Path("reconciler.yaml").read_text("utf-8")
    assert f"\n  {key}:\n" in text
    assert "staging" not in text
    assert run_line("validate", "-e", name).code == 0


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("-e", "a: b"), "is no name"),
        (("-e", "on\ntargets"), "is no name"),
        (("-c", "other.yaml"), "reconciler.yaml"),
    ],
)
def test_what_init_cannot_write_is_refused(
    run_line: Line,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    options: tuple[str, ...],
    said: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    refused = run_line(*options, "init")
    assert refused.code == 3
    assert said in refused.err
    assert list(tmp_path.iterdir()) == []


def test_an_unknown_provider_is_refused(
    run_line: Line, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    result = run_line("init", "--provider", "twilio")
    assert result.code == 3
    assert "kore" in result.err
    assert list(tmp_path.iterdir()) == []
