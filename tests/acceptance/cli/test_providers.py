"""The table of providers, and broken plugins."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from reconciler.simulator.core import Simulator
from tests.support.cli import Line, Project
from tests.support.packages import importable, package


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Path]:
    """A folder of installed packages with one that does not load."""
    folder = tmp_path / "site"
    folder.mkdir()
    (folder / "broken_module.py").write_text("raise RuntimeError('no such vendor')\n", "utf-8")
    package(folder, "broken-package", {"broken": "broken_module:PLUGIN"})
    with importable(folder):
        yield folder


@pytest.fixture
def broken(project: Project, site: Path) -> Callable[[], None]:
    """Add a target of the plugin that does not load."""
    path = project.folder / "reconciler.yaml"
    assert site.exists()

    def add() -> None:
        text = path.read_text("utf-8")
        path.write_text(f"{text}      lobby: {{provider: broken}}\n", "utf-8")

    return add


def test_every_provider_is_in_the_table_with_what_it_can_do(run_line: Line) -> None:
    told = run_line("providers")
    header, *rows = (line.split("  ") for line in told.out.split("\n\n")[0].splitlines())
    assert [cell.strip() for cell in header if cell] == [
        *("provider", "kore v1", "kore v2", "carecycle v2")
    ]
    table = {row[0]: [cell.strip() for cell in row[1:] if cell] for row in rows}
    assert table == {
        "create": ["yes", "yes", "draft"],
        "update": ["full-body", "full-body", "partial"],
        "delete": ["yes", "yes", "archive"],
        "start": ["yes", "yes", "yes"],
        "stop": ["yes", "yes", "yes"],
        "schedule": ["no", "yes", "no"],
        "contact lists": ["yes", "yes", "no"],
        "may send on write": ["yes", "yes", "no"],
        "requests per minute": ["60", "60", "60"],
    }
    assert "  - api v1 cannot write do-not-call lists, and cannot schedule\n" in told.out


def test_the_table_is_also_printed_as_json(run_line: Line) -> None:
    v1, v2, care = run_line("providers", "--json").json["providers"]
    assert (v1["schedule"], v2["schedule"], care["delete"]) == ("no", "yes", "archive")
    assert care["source"] == "built in"
    assert care["channels"] == ["campaigns"]


@pytest.mark.usefixtures("site")
def test_a_plugin_that_does_not_load_is_reported_beside_the_others(run_line: Line) -> None:
    told = run_line("providers")
    assert told.code == 1
    assert told.err.startswith(
        "Error: provider broken cannot be loaded: RuntimeError: no such vendor\n"
    )
    assert "carecycle" in told.out


def test_a_plugin_cannot_take_the_name_of_a_vendor(run_line: Line, site: Path) -> None:
    package(site, "usurper", {"kore": "broken_module:PLUGIN"})
    assert "usurper registers provider kore, which is built in" in run_line("providers").err


def test_a_broken_plugin_does_not_hide_what_else_is_wrong(
    run_line: Line, project: Project, broken: Callable[[], None]
) -> None:
    broken()
    project.sms(priority=9)
    told = run_line("validate")
    assert told.code == 3
    assert "Error: provider broken cannot be loaded: RuntimeError: no such vendor" in told.err
    assert "on reconciler.yaml:20:25" in told.err
    assert "spec.priority" in told.err


def test_nothing_is_planned_beside_a_broken_plugin(
    run_line: Line, project: Project, broken: Callable[[], None]
) -> None:
    broken()
    project.sms()
    told = run_line("plan")
    assert told.code == 3
    assert "provider broken cannot be loaded" in told.err


def test_an_emergency_stop_does_not_wait_for_a_broken_plugin(
    run_line: Line, project: Project, broken: Callable[[], None], simulator: Simulator
) -> None:
    project.sms()
    run_line("apply", "--auto-approve")
    (campaign,) = simulator.campaigns()
    simulator.edit(str(campaign["id"]), {"status": "Active"})
    broken()
    told = run_line("stop", "--all", "--reason", "wrong list")
    assert [one["status"] for one in simulator.campaigns()] == ["Stopped"], told.err
