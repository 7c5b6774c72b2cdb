"""A word that is nearly right gets the right one suggested."""

import pytest

from reconciler.simulator.core import Simulator
from tests.support.cli import Line, Project

ADDRESS = "kore_sms_campaign.renewal"


@pytest.mark.parametrize(
    ("arguments", "meant"),
    [
        (("plan", "--select", "kore_sms_campaign.renewel"), ADDRESS),
        (("plan", "--select", "renewal"), ADDRESS),
        (("plan", "--exclude", "Campaign renewal"), ADDRESS),
        (("plan", "--target", "retentoin"), "retention"),
        (("plan", "-e", "stagin"), "staging"),
        (("apply", "--allow", "near-twins"), "near-twin"),
        (("status", "kore_sms_campaign.renewel"), ADDRESS),
        (("start", "kore_sms_campaign.renewel"), ADDRESS),
        (("stop", "kore_sms_campaign.renewel"), ADDRESS),
    ],
)
def test_a_slip_is_refused_with_what_was_meant(
    run_line: Line,
    project: Project,
    simulator: Simulator,
    arguments: tuple[str, ...],
    meant: str,
) -> None:
    project.sms()
    result = run_line(*arguments)
    assert result.code == 3
    assert f"Did you mean {meant}?" in result.err
    assert simulator.requests() == []


def test_the_history_of_a_slip_names_what_was_meant(run_line: Line, project: Project) -> None:
    project.sms()
    assert run_line("apply", "--auto-approve").code == 0
    assert "in environment staging. Did you mean " + ADDRESS in (
        run_line("history", "kore_sms_campaign.renewel").out
    )
    later = run_line("history", ADDRESS, "--since", "2099-01-01").out
    assert later == f"Nothing is recorded about {ADDRESS} in environment staging in that time.\n"
