"""A project file from a stranger's branch sends no credential to another server or path."""

import pytest

from reconciler.simulator.core import Simulator
from tests.support.cli import Line, Project


@pytest.mark.parametrize(
    ("written", "attack", "told"),
    [
        ("baseUrl: {url}", "baseUrl: https://api.carecycle.ai", "neither the provider's own"),
        ("baseUrl: {url}", "baseUrl: https://[2001:db8::1%.kore.ai]", "neither a host name"),
        ("baseUrl: {url}", "baseUrl: https://evil..kore.ai", "neither a host name"),
        ("appId: st-11111111-2222-5333-8444-555555555555", "appId: ..", "not an id"),
        ("sendsOnWrite: possibly", "pathId: x/../../y", "not an id"),
    ],
)
@pytest.mark.parametrize("command", ["validate", "plan"])
def test_a_target_leads_nowhere_else(
    run_line: Line,
    project: Project,
    simulator: Simulator,
    written: str,
    attack: str,
    told: str,
    command: str,
) -> None:
    project.sms()
    path = project.folder / "reconciler.yaml"
    text = path.read_text("utf-8").replace(written.format(url=project.url), attack, 1)
    path.write_text(text, "utf-8")
    found = run_line(command)
    assert found.code == 3
    assert told in found.err.replace("\n", " ")
    assert simulator.requests() == []


def test_a_ci_job_reaches_this_machine_only_if_its_operator_says_so(
    run_line: Line, project: Project, simulator: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    project.sms()
    monkeypatch.setenv("CI", "true")
    assert run_line("plan").code == 0
    asked = len(simulator.requests())
    monkeypatch.delenv("RECONCILER_ALLOWED_HOSTS")
    found = run_line("plan")
    assert found.code == 3
    assert "RECONCILER_ALLOWED_HOSTS" in found.err
    assert len(simulator.requests()) == asked
