"""What a drift report tells people to do next."""

from dataclasses import replace

import pytest

from reconciler.plan.model import Change, FieldChange, Movement, Plan
from reconciler.render.drift_steps import Step, drift_steps
from reconciler.resources.run_evidence import EXECUTION, SENT
from tests.support.sample_plans import every_drift, no_drift

EXPANDING, CONTRACTING = Movement.EXPANDING, Movement.CONTRACTING
PUT_BACK = "To keep a change, make it in the manifest too. To see what apply would put back:"


def moved(*fields: tuple[str, Movement], place: int = 0) -> Change:
    rows = tuple(
        FieldChange(path=path, before="a", after="b", movement=movement)
        for path, movement in fields
    )
    one, two = (change for change in every_drift().drift if change.fields)
    return replace((one, two)[place], fields=rows)


def steps(*drift: Change, **more: object) -> list[Step]:
    plan: Plan = replace(no_drift(), is_default=True, drift=drift, **more)  # type: ignore[arg-type]
    return list(drift_steps(plan))


def test_nothing_is_to_do_without_findings() -> None:
    assert steps() == []


@pytest.mark.parametrize("path", ["status", SENT, EXECUTION])
def test_a_campaign_that_may_run_can_be_stopped_or_accepted(path: str) -> None:
    one = moved((path, EXPANDING))
    stop = f"reconciler stop {one.address} --reason TEXT"
    accept = f"reconciler status {one.address} --accept --reason TEXT"
    assert steps(one) == [Step("To stop it, or to accept its status:", (stop, accept))]


def test_a_campaign_that_rests_can_be_accepted() -> None:
    one = moved(("status", CONTRACTING))
    accept = f"reconciler status {one.address} --accept --reason TEXT"
    assert steps(one) == [Step("To accept the status:", (accept,))]


def test_several_campaigns_are_not_accepted_by_one_line() -> None:
    both = moved(("status", EXPANDING)), moved(("status", EXPANDING), place=1)
    (step,) = steps(*both)
    assert step.text == "To stop a campaign, or to accept its status:"
    assert step.commands[1] == "reconciler status ADDRESS --accept --reason TEXT"


def test_a_setting_can_be_put_back_or_kept_whatever_the_status_does() -> None:
    assert steps(moved(("priority", CONTRACTING))) == [Step(PUT_BACK, ("reconciler plan",))]
    both = steps(moved(("priority", CONTRACTING), ("status", EXPANDING)))
    assert [one.text for one in both] == [PUT_BACK, "To stop it, or to accept its status:"]


def test_another_environment_is_named_in_each_command() -> None:
    found = replace(every_drift(), environment="two words", is_default=False)
    commands = [command for step in drift_steps(found) for command in step.commands]
    assert commands
    assert all(" -e 'two words'" in command for command in commands)
