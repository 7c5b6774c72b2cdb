"""A create beside a live campaign whose name looks the same stops apply, and says what to do."""

import pytest

from reconciler.plan.build import build_plan
from reconciler.plan.gates.gate import GateInputs
from reconciler.plan.gates.near_twins import near_twin
from reconciler.plan.inventory import take_inventory
from reconciler.plan.model import Plan
from reconciler.resources.base import Live, Metadata, RunState
from tests.support.campaigns import CARE, desired, live, record
from tests.support.plans import inputs, ledger, on_care, on_kore, plan


def codes(made: Plan) -> list[str]:
    return [gate.code for gate in made.gates if gate.code != "immediate-start"]


def beside(*rows: Live, name: str = "Care") -> Plan:
    return plan(desired("care", CARE, name=name), live=on_care(*rows))


def test_both_names_are_shown_with_the_id_to_adopt_and_the_name_to_copy() -> None:
    (gate,) = beside(live("u-1", CARE, name="CARE")).gates
    assert gate.summary == (
        'carecycle_campaign.care would create "Care" on target care beside "CARE" (u-1), whose '
        "name looks the same; if it is meant, write metadata.remoteId: u-1 or spec.name: "
        '"CARE"'
    )
    assert [str(address) for address in gate.addresses] == ["carecycle_campaign.care"]


@pytest.mark.parametrize(
    ("name", "live_name", "shown"),
    [
        ("Spring sale", "Spring\u00a0sale", r'"Spring\xa0sale"'),
        ("Don't stop", "Don\u2019t stop", r'"Don\u2019t stop"'),
        ("Spring sale", "Spring  sale", r'"Spring \x20sale"'),
        ("Spring - sale", "Spring \u2013 sale", r'"Spring \u2013 sale"'),
    ],
)
def test_what_nobody_sees_is_escaped_as_yaml_reads_it(
    name: str, live_name: str, shown: str
) -> None:
    (gate,) = beside(live("u-1", CARE, name=live_name), name=name).gates
    assert f"spec.name: {shown}" in gate.summary


@pytest.mark.parametrize("live_name", ["Care ", "\u200bCare", "Ca\u00adre"])
def test_a_name_that_no_manifest_may_have_is_not_offered(live_name: str) -> None:
    (gate,) = beside(live("u-1", CARE, name=live_name)).gates
    assert "write metadata.remoteId: u-1" in gate.summary


def test_all_near_twins_are_named() -> None:
    (gate,) = beside(live("u-1", CARE, name="CARE"), live("u-2", CARE, name="care")).gates
    assert '"CARE" (u-1), "care" (u-2)' in gate.summary
    assert "metadata.remoteId: u-2" in gate.summary


def test_a_near_twin_that_another_manifest_manages_is_not_offered() -> None:
    other = desired("other", CARE, name="CARE")
    made = plan(
        other,
        desired("care", CARE),
        live=on_care(live("u-1", CARE, name="CARE")),
        ledger=ledger(record(other, "u-1")),
    )
    (gate,) = made.gates
    assert '"CARE" (u-1, managed by carecycle_campaign.other)' in gate.summary
    assert "remoteId" not in gate.summary


def test_two_new_campaigns_whose_names_look_the_same_are_told() -> None:
    (gate,) = plan(desired("a", CARE, name="CARE"), desired("b", CARE, name="Care")).gates
    assert gate.summary == (
        'carecycle_campaign.b would create "Care" on target care beside "CARE" (new, '
        "carecycle_campaign.a), whose name looks the same"
    )
    assert [str(address) for address in gate.addresses] == ["carecycle_campaign.b"]


def test_each_create_has_a_sentence_of_its_own() -> None:
    names = {"a": "CARE", "b": "Care", "c": "care"}
    (gate,) = plan(*(desired(name, CARE, name=shown) for name, shown in names.items())).gates
    assert gate.summary == (
        'carecycle_campaign.b would create "Care" on target care beside "CARE" (new, '
        "carecycle_campaign.a), whose name looks the same; "
        'carecycle_campaign.c would create "care" on target care beside "CARE" (new, '
        'carecycle_campaign.a), "Care" (new, carecycle_campaign.b), whose name looks the same'
    )


def test_names_of_two_channels_or_targets_do_not_meet() -> None:
    care, other = desired("a", CARE, name="Renewal "), desired("b", name="Renewal")
    assert codes(plan(care, other)) == []


@pytest.mark.parametrize("name", ["renewal", "RENEWAL"])
def test_kore_adopts_a_name_in_any_case(name: str) -> None:
    assert codes(plan(desired(), live=on_kore(live(name=name)))) == ["adopt-change"]


def test_kore_keeps_other_look_alikes_apart() -> None:
    row = live(name="Renewal ", contactLists=["Others"])
    assert codes(plan(desired(), live=on_kore(row))) == ["near-twin"]


def test_an_archived_campaign_is_no_near_twin() -> None:
    assert codes(beside(live("u-1", CARE, name="CARE", state=RunState.ARCHIVED))) == []


def test_an_adopted_campaign_has_no_near_twin() -> None:
    pinned = desired("care", CARE, metadata=Metadata(remote_id="u-1"))
    made = plan(pinned, live=on_care(live("u-1", CARE, name="CARE")))
    assert "near-twin" not in codes(made)


def test_a_campaign_that_vanished_is_not_created_beside_a_near_twin() -> None:
    one = desired("care", CARE)
    made = plan(
        one, live=on_care(live("u-1", CARE, name="CARE")), ledger=ledger(record(one, "u-0"))
    )
    assert codes(made) == ["near-twin", "recreate"]


def created_beside(*suspects: Live) -> str:
    """The gate's summary for a create that an earlier one may have made already."""
    given = inputs(desired("care", CARE))
    changes = build_plan(given).changes
    may_be = {changes[0].address: suspects}
    (gate,) = near_twin(GateInputs(take_inventory(given), changes, (), may_be))
    assert gate.addresses == (changes[0].address,)
    return gate.summary


def test_what_an_earlier_create_may_have_made_is_named_with_its_ids() -> None:
    rows = live("u-1", CARE, name="Cara"), live("u-2", CARE, name="Caro ")
    assert created_beside(*rows) == (
        'carecycle_campaign.care would create "Care" on target care again, although an earlier '
        r'create may have made "Cara" (u-1, Ready), "Caro\x20" (u-2, Ready); if it did, write '
        "metadata.remoteId: u-1 or metadata.remoteId: u-2"
    )


def test_an_archived_campaign_that_an_earlier_create_may_have_made_is_not_offered() -> None:
    assert created_beside(live("u-1", CARE, state=RunState.ARCHIVED)) == (
        'carecycle_campaign.care would create "Care" on target care again, although an earlier '
        'create may have made "Care" (u-1, Ready)'
    )


def test_a_create_of_which_no_listing_was_read_meets_no_near_twin() -> None:
    changes = plan(desired()).changes
    unread = inputs(desired(), live={})
    assert list(near_twin(GateInputs(take_inventory(unread), changes, ()))) == []
