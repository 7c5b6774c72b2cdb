"""What the tests of start, stop, schedule and status have in common."""

from reconciler.simulator.core import Simulator
from reconciler.simulator.request_log import LoggedRequest
from tests.acceptance.conftest import Line, Project

ADDRESS = "kore_sms_campaign.renewal"
CARE = "carecycle_campaign.check-up"
RUN_OPERATIONS = ("kore.start", "kore.stop", "kore.schedule")


def applied(run_line: Line, project: Project, simulator: Simulator, name: str = "renewal") -> str:
    """A campaign that is live exactly as its manifest says; its id. The request log is empty."""
    project.sms(name)
    result = run_line("apply", "--auto-approve")
    assert result.code == 0, result.err
    simulator.clear_requests()
    return next(
        str(one["id"]) for one in simulator.campaigns() if one["name"] == f"Campaign {name}"
    )


def applied_care(run_line: Line, project: Project, simulator: Simulator) -> str:
    project.write(
        "care.yaml",
        "apiVersion: reconciler/v1\nkind: CareCycleCampaign\nmetadata: {name: check-up}\n"
        "spec: {name: Check-up, redial: true}\n",
    )
    result = run_line("apply", "--auto-approve")
    assert result.code == 0, result.err
    simulator.clear_requests()
    return next(str(one["id"]) for one in simulator.campaigns() if one["name"] == "Check-up")


def status_of(simulator: Simulator, campaign_id: str) -> object:
    return next(one["status"] for one in simulator.campaigns() if one["id"] == campaign_id)


def sent(simulator: Simulator, operation: str) -> list[LoggedRequest]:
    return simulator.requests(operation=operation)
