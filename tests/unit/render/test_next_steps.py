"""What a person does about the changes that apply does not make."""

from dataclasses import replace

from reconciler.address import Address
from reconciler.plan.model import Action, Change, Plan
from reconciler.render.next_steps import after_plan
from reconciler.resources.writes import RUNNING
from tests.support.plans import plan


def waiting(*names: str, reason: str = RUNNING, is_default: bool = True) -> Plan:
    changes = (
        Change(
            address=Address("kore_sms_campaign", name),
            target="main",
            action=Action.MANUAL,
            reason=reason,
        )
        for name in names
    )
    return replace(plan(), changes=tuple(changes), is_default=is_default)


def test_a_campaign_that_runs_is_stopped_first() -> None:
    (steps,) = after_plan(waiting("a", reason=f"{RUNNING}; it has a schedule"))
    assert steps == (
        "kore_sms_campaign.a is contacting people. Wait until it has finished, then plan again. "
        "To go on now, stop it, clear the stop and plan again:\n"
        "    reconciler stop kore_sms_campaign.a --reason TEXT\n"
        "    reconciler stop --clear kore_sms_campaign.a --reason TEXT\n"
        "    reconciler plan"
    )


def test_several_share_the_commands_which_name_another_environment() -> None:
    (steps,) = after_plan(waiting("a", "b", is_default=False))
    assert steps == (
        "kore_sms_campaign.a and kore_sms_campaign.b are contacting people. Wait until they have "
        "finished, then plan again. To go on now, stop them, clear the stop and plan again:\n"
        "    reconciler stop kore_sms_campaign.a kore_sms_campaign.b -e staging --reason TEXT\n"
        "    reconciler stop --clear kore_sms_campaign.a kore_sms_campaign.b -e staging "
        "--reason TEXT\n"
        "    reconciler plan -e staging"
    )


def test_other_reasons_need_no_stop() -> None:
    assert list(after_plan(waiting("a", reason="the vendor cannot change it"))) == []
