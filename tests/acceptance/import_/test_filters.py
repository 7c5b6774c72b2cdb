"""`import --status`, `--since` and `--dry-run`: what is chosen from the complete listing."""

from pathlib import Path

import pytest

from reconciler.simulator.core import Simulator
from tests.support.cli import Line, Project


@pytest.fixture
def live(new_project: Project, simulator: Simulator) -> dict[str, str]:
    """Three campaigns of other ages and states, by name."""
    assert new_project.folder.is_dir()
    made = {name: simulator.seed_kore({"name": name}) for name in ("old", "running", "done")}
    simulator.edit(made["running"], {"status": "Active"})
    simulator.edit(made["done"], {"status": "Completed"})
    simulator.edit(made["old"], {"createdAt": "2020-01-01T00:00:00.000Z"})
    return made


def written(folder: str = "campaigns") -> set[str]:
    return {path.stem for path in Path(folder).glob("*.yaml")}


@pytest.mark.parametrize(
    ("arguments", "names"),
    [
        ((), {"old", "running", "done"}),
        (("--status", "Active"), {"running"}),
        (("--status", "active, finished"), {"running", "done"}),
        (("--since", "2021-01-01"), {"running", "done"}),
        (("--since", "2019-12-31T23:00-02:00"), {"running", "done"}),
        (("--since", "2019-12-31"), {"old", "running", "done"}),
        (("--since", "2021-01-01", "--status", "COMPLETED"), {"done"}),
    ],
)
@pytest.mark.usefixtures("live")
def test_status_and_age_choose(run_line: Line, arguments: tuple[str, ...], names: set[str]) -> None:
    result = run_line("import", "--all", *arguments)
    assert result.code == 0
    assert written() == names


def test_an_archived_campaign_is_written_if_its_status_is_asked_for(
    run_line: Line, project: Project, simulator: Simulator
) -> None:
    project.care("kept")
    assert run_line("apply", "--auto-approve").code == 0
    (made,) = simulator.campaigns()
    simulator.edit(str(made["id"]), {"status": "archived"})
    (project.folder / "campaigns" / "kept.json").unlink()
    (project.folder / ".reconciler" / "state.db").unlink()
    assert "it is archived" in run_line("import", "--all").out
    assert run_line("import", "--all", "--status", "archived").code == 0
    assert written() == {"campaign-kept"}


@pytest.mark.usefixtures("live")
def test_a_dry_run_writes_nothing_and_reads_no_campaign_in_full(
    run_line: Line, simulator: Simulator
) -> None:
    result = run_line("import", "--all", "--dry-run")
    assert result.code == 0
    assert "Would write campaigns/running.yaml: kore_sms_campaign.running, " in result.out
    assert result.out.endswith("Nothing was written. To write, leave out --dry-run.\n")
    assert "Target retention: up to 3 requests to read the campaigns in full." in result.err
    assert written() == set()
    before = len(simulator.requests())
    assert run_line("import", "--all", "-q").err == ""
    assert len(simulator.requests()) - before == before + 3


@pytest.mark.usefixtures("live")
def test_a_status_that_nobody_has_is_an_error_with_the_nearest(run_line: Line) -> None:
    result = run_line("import", "--all", "--status", "actve")
    assert result.code == 1
    assert 'no live campaign has the status "actve"' in result.err
    assert "Did you mean Active?" in result.err or "Did you mean active?" in result.err
    assert written() == set()


@pytest.mark.parametrize("since", ["yesterday", "2026-13-01", ""])
def test_a_date_that_is_none_is_refused(run_line: Line, project: Project, since: str) -> None:
    project.sms()
    result = run_line("import", "--all", "--since", since)
    assert (result.code, result.out) == (3, "")
    assert "not a date" in result.err
