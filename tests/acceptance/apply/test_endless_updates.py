"""A body that the vendor accepts but does not show is sent once, until a reading shows it."""

import pytest

from reconciler.providers.wire import WireRequest
from reconciler.simulator.core import Simulator
from reconciler.simulator.faults import Fault, FaultKind
from reconciler.simulator.seed import CARECYCLE_API_KEY
from tests.support.cli import Line, Project

QUICK = "        settle: 1s\n        readBack: 1s\n"


def care(project: Project, *numbers: int, description: str) -> None:
    for number in numbers:
        project.write(
            f"care-{number}.yaml",
            "apiVersion: reconciler/v1\nkind: CareCycleCampaign\n"
            f"metadata: {{name: check-up-{number}}}\n"
            f"spec: {{name: Check-up {number}, description: {description}}}\n",
        )


def updates(simulator: Simulator) -> int:
    return sum(one.operation.endswith(".update") for one in simulator.requests(mutating=True))


def ignore_updates(simulator: Simulator, *, times: int | None = None) -> None:
    simulator.faults.add(Fault(kind=FaultKind.IGNORED, match="*.update", times=times))


@pytest.fixture
def quick(project: Project, simulator: Simulator) -> Project:
    project.configure("sendsOnWrite: possibly\n" + QUICK.rstrip("\n"))
    path = project.folder / "reconciler.yaml"
    path.write_text(path.read_text("utf-8") + QUICK, "utf-8")
    simulator.change_switches({"kore": {"preparing_seconds": 0}})
    return project


def applied(run_line: Line) -> None:
    assert run_line("apply", "--auto-approve", "--allow", "duplicate-audience").code == 0


@pytest.mark.parametrize("many", [1, 5])
def test_an_ignored_body_is_sent_once_for_one_campaign_as_for_many(
    run_line: Line, quick: Project, simulator: Simulator, many: int
) -> None:
    for number in range(many):
        quick.sms(f"sms-{number}")
    care(quick, *range(many), description="first")
    applied(run_line)
    for number in range(many):
        quick.sms(f"sms-{number}", description="Another one.")
    care(quick, *range(many), description="second")
    ignore_updates(simulator)
    allow = ("--allow", "updates-over-limit", "--allow", "duplicate-audience")
    assert run_line("apply", "--auto-approve", *allow).code == 1
    sent = updates(simulator)
    assert sent == 2 * many
    plan = run_line("plan")
    assert "Nothing to apply." in plan.out
    assert "the vendor accepted it, but no reading since 20" in " ".join(plan.out.split())
    for _ in range(2):
        assert run_line("apply", "--auto-approve", *allow).code == 0
    assert updates(simulator) == sent


def listing(simulator: Simulator) -> str:
    """The response to CareCycle's list call."""
    asked = simulator.requests(operation="carecycle.list")[0]
    headers = {**asked.headers, "x-api-key": CARECYCLE_API_KEY}
    request = WireRequest(asked.method, asked.path, asked.query, headers, asked.body.encode())
    answer = simulator.handle(request)
    assert answer.status == 200
    return answer.body.decode()


def test_a_listing_that_lags_behind_the_reading_by_id_does_not_send_twice(
    run_line: Line, quick: Project, simulator: Simulator
) -> None:
    """CareCycle: a plan relies on the list row, so the row must confirm what was sent."""
    care(quick, 1, description="first")
    applied(run_line)
    stale = listing(simulator)
    care(quick, 1, description="second")
    simulator.faults.add(
        Fault(kind=FaultKind.STATUS, match="carecycle.list", value=200, body=stale, times=None)
    )
    assert run_line("apply", "--auto-approve").code == 1
    assert run_line("apply", "--auto-approve").code == 0
    assert updates(simulator) == 1
    simulator.faults.clear()
    assert run_line("plan", "--detailed-exitcode").code == 0


def test_a_read_back_that_fails_does_not_send_twice(
    run_line: Line, quick: Project, simulator: Simulator
) -> None:
    quick.sms()
    applied(run_line)
    quick.sms(description="Another one.")
    ignore_updates(simulator)
    simulator.faults.add("kore.get:http_500:3x100")
    run_line("apply", "--auto-approve")
    simulator.faults.clear()
    assert updates(simulator) == 1
    assert run_line("apply", "--auto-approve").code == 0
    assert updates(simulator) == 1


def test_another_body_is_sent_and_so_is_the_same_one_after_it_was_in_force(
    run_line: Line, quick: Project, simulator: Simulator
) -> None:
    quick.sms()
    applied(run_line)
    quick.sms(description="Another one.")
    ignore_updates(simulator, times=1)
    assert run_line("apply", "--auto-approve").code == 1
    quick.sms(description="A third one.")
    assert run_line("apply", "--auto-approve").code == 0
    (campaign,) = simulator.campaigns()
    for _ in range(2):
        simulator.edit(str(campaign["id"]), {"description": "Sends a link."})
        assert run_line("apply", "--auto-approve").code == 0
    assert updates(simulator) == 4
    assert simulator.campaigns()[0]["description"] == "A third one."


@pytest.mark.parametrize("vendor", ["kore", "carecycle"])
def test_an_ignored_body_is_not_sent_again_after_a_person_edited_the_same_field(
    run_line: Line, quick: Project, simulator: Simulator, vendor: str
) -> None:
    def write(text: str) -> None:
        quick.sms(description=text) if vendor == "kore" else care(quick, 1, description=text)

    write("One.")
    applied(run_line)
    write("Two.")
    ignore_updates(simulator, times=1)
    assert run_line("apply", "--auto-approve").code == 1
    (campaign,) = simulator.campaigns()
    simulator.edit(str(campaign["id"]), {"description": "By hand."})
    plan = run_line("plan")
    said = " ".join(plan.out.split())
    assert "the vendor accepted it, but no reading since 20" in said
    assert all(text in said for text in ("Two.", "By hand.", "description was sent as in the"))
    assert run_line("drift").code == 2
    assert run_line("apply", "--auto-approve").code == 0
    assert updates(simulator) == 1
    simulator.edit(str(campaign["id"]), {"description": "Two."})
    assert run_line("apply", "--auto-approve").code == 0
    simulator.edit(str(campaign["id"]), {"description": "By hand."})
    assert run_line("apply", "--auto-approve").code == 0
    assert (updates(simulator), simulator.campaigns()[0]["description"]) == (2, "Two.")


def test_a_change_that_showed_late_may_be_corrected_again(
    run_line: Line, quick: Project, simulator: Simulator
) -> None:
    quick.sms()
    applied(run_line)
    quick.sms(description="Another one.")
    simulator.faults.add("kore.get:http_500:3x100")
    run_line("apply", "--auto-approve")
    simulator.faults.clear()
    assert run_line("apply", "--auto-approve").code == 0
    simulator.edit(str(simulator.campaigns()[0]["id"]), {"description": "Sends a link."})
    assert run_line("apply", "--auto-approve").code == 0
    assert updates(simulator) == 2


def test_a_read_back_sends_no_more_requests_than_before(
    run_line: Line, quick: Project, simulator: Simulator
) -> None:
    """Creates beside updates: one listing shows them all."""
    care(quick, 0, 1, description="first")
    applied(run_line)
    care(quick, 0, 1, description="second")
    care(quick, 2, 3, 4, description="new")
    simulator.clear_requests()
    applied(run_line)
    # One reading before each update, and no more.
    assert len(simulator.requests(operation="carecycle.get")) == 2
    assert len(simulator.requests(operation="carecycle.list")) == 4
