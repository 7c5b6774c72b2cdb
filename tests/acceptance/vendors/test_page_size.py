"""The page size that a vendor grants is learnt, remembered, and can be fixed."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from reconciler.errors import ExitCode
from reconciler.resources.tree import Tree
from reconciler.simulator.core import Simulator
from tests.support.cli import Line, Project, sms

COUNT = 120
BEHAVIOURS: tuple[tuple[Tree, int, int], ...] = (
    ({"list_maximum": 1000}, 2, 1),
    ({"list_maximum": 100, "over_maximum": "lowered"}, 4, 2),
    ({"list_maximum": 100, "over_maximum": "cut"}, 4, 2),
    ({"list_maximum": 100, "over_maximum": "refused"}, 5, 2),
    ({"list_maximum": 100, "over_maximum": "error"}, 5, 2),
    ({"list_maximum": 100, "over_maximum": "no_answer"}, 5, 2),
    ({"list_maximum": 50, "over_maximum": "refused"}, 6, 3),
)
"""What the vendor does with large pages, and the pages that the first and a later plan request."""


pytestmark = pytest.mark.usefixtures("in_process")


@pytest.fixture
def large(run_line: Line, project: Project, simulator: Simulator) -> Project:
    """An account of many campaigns, of which a manifest has one."""
    for number in range(COUNT):
        simulator.seed_kore({"name": f"Campaign {number:03}"})
    assert run_line("import", "Campaign 007").code == 0
    return project


def forget() -> None:
    Path(".reconciler/cache.db").unlink(missing_ok=True)


def pages(simulator: Simulator, run_line: Line, *options: str) -> int:
    simulator.clear_requests()
    result = run_line("plan", *options)
    assert result.code == 0, result.err
    return len(simulator.requests(operation="kore.list"))


@pytest.mark.usefixtures("large")
def test_a_page_size_is_learnt_once(
    run_line: Line, simulator: Simulator, skip_time: Callable[[float], None]
) -> None:
    for switches, first, later in BEHAVIOURS:
        forget()
        simulator.change_switches({"kore": switches})
        found = [pages(simulator, run_line) for _ in range(2)]
        assert found == [first, later], switches
    # 30 days later it is learnt again, unless the account has used up its three trials.
    skip_time(31 * 86_400)
    assert pages(simulator, run_line) == 3
    forget()
    simulator.change_switches({"kore": {"list_maximum": 1000}})
    assert [pages(simulator, run_line) for _ in range(2)] == [2, 1]
    skip_time(31 * 86_400)
    assert [pages(simulator, run_line) for _ in range(2)] == [2, 1]


@pytest.mark.usefixtures("large")
def test_a_page_size_that_cannot_be_remembered_is_learnt_by_each_run(
    run_line: Line, simulator: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RECONCILER_CACHE_DIR", str(Path("reconciler.yaml").absolute() / "cache"))
    simulator.change_switches({"kore": {"list_maximum": 1000}})
    assert [pages(simulator, run_line) for _ in range(2)] == [2, 2]


def test_a_fixed_page_size_is_not_learnt(
    run_line: Line, large: Project, simulator: Simulator
) -> None:
    simulator.change_switches({"kore": {"list_maximum": 1000}})
    large.configure("pageSize: 60")
    assert [pages(simulator, run_line) for _ in range(2)] == [2, 2]
    simulator.change_switches({"kore": {"list_maximum": 50, "over_maximum": "refused"}})
    refused = run_line("plan")
    assert (refused.code, "limit is over 50" in refused.err) == (ExitCode.ERROR, True)


@pytest.mark.parametrize("value", ["0", "1001", '"200"'])
def test_a_page_size_that_no_vendor_has_is_invalid(
    run_line: Line, project: Project, value: str
) -> None:
    project.configure(f"pageSize: {value}")
    result = run_line("validate")
    assert result.code == ExitCode.INVALID
    assert "reconciler.yaml:14:19" in result.err


@pytest.mark.usefixtures("project")
def test_a_read_that_ends_early_is_continued_whatever_pages_the_vendor_grants(
    run_line: Line, simulator: Simulator
) -> None:
    for number in range(60):
        simulator.seed_kore({"name": f"Campaign {number:02}"})
    assert run_line("import", "--all").code == 0
    for switches, _, _ in BEHAVIOURS[:-1]:
        forget()
        simulator.change_switches({"kore": {**switches, "list_maximum": 55}})
        simulator.clear_requests()
        assert run_line("plan", "--max-requests", "40").code == ExitCode.BUDGET
        assert run_line("plan").code == 0
        read = [one.path for one in simulator.requests(operation="kore.get")]
        assert len(read) == len(set(read)) == 60


def test_two_targets_of_one_account_share_its_pages(
    run_line: Line, project: Project, simulator: Simulator
) -> None:
    path = project.folder / "reconciler.yaml"
    text = path.read_text("utf-8")
    begin, end = text.index("      retention:"), text.index("      care:")
    second = text[begin:end].replace("retention:", "loyalty:")
    path.write_text(text[:end] + second + text[end:], "utf-8")
    for target in ("retention", "loyalty"):
        simulator.seed_kore({"name": f"Campaign {target}", "format": "advanced"})
        manifest = {**sms(target), "metadata": {"name": target, "target": target}}
        project.write(f"{target}.json", json.dumps(manifest))
    assert pages(simulator, run_line) == 1
