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
    assert Path(".gitignore").read_text() == "*.pyc\nplan*.json\n.reconciler/\n"


def test_an_unknown_provider_is_refused(
    run_line: Line, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    result = run_line("init", "--provider", "twilio")
    assert result.code == 3
    assert "kore" in result.err
    assert list(tmp_path.iterdir()) == []
