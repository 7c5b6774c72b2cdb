"""Tokens that are signed for each request, with a lifetime if the project file asks for one."""

import pytest

from reconciler.simulator.core import Simulator
from reconciler.simulator.seed import KORE_CLIENT_ID, KORE_CLIENT_SECRET
from tests.support.cli import Line, Project


def sign_in(project: Project, more: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KORE_SECRET", KORE_CLIENT_SECRET)
    path = project.folder / "reconciler.yaml"
    given = f"{{clientId: {KORE_CLIENT_ID}, clientSecret: {{env: KORE_SECRET}}{more}}}"
    path.write_text(path.read_text("utf-8").replace("{token: {env: KORE_JWT}}", given), "utf-8")


def test_a_vendor_that_wants_a_lifetime_gets_one(
    run_line: Line, project: Project, simulator: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    simulator.change_switches({"kore": {"token_lifetime": 600}})
    project.sms()
    sign_in(project, "", monkeypatch)
    assert run_line("plan").code == 4
    project.configure()
    sign_in(project, ", lifetime: 5m", monkeypatch)
    assert run_line("plan").code == 0


@pytest.mark.parametrize("lifetime", ["1s", "61m", "2h", "soon", "5"])
def test_a_lifetime_that_no_vendor_takes_is_refused(
    run_line: Line, project: Project, monkeypatch: pytest.MonkeyPatch, lifetime: str
) -> None:
    project.sms()
    sign_in(project, f", lifetime: {lifetime}", monkeypatch)
    result = run_line("validate")
    assert result.code == 3
    assert "auth.lifetime" in result.err
