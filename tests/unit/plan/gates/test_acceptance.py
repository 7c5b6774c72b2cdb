"""Entries of `metadata.accept`: the gates that they open, for whom, and the warnings about them."""

from datetime import date
from typing import Any, get_args

import pytest

from reconciler.address import Address
from reconciler.diagnostics import Diagnostic, Position, Severity, SourceRange
from reconciler.manifests.envelope import AcceptedGate
from reconciler.plan.gate_table import GATES
from reconciler.plan.gates.acceptance import ended
from reconciler.plan.model import Plan, Safety, SendsOnWrite
from reconciler.resources.base import Desired, Metadata
from reconciler.resources.exemptions import Acceptance
from tests.support.campaigns import CARE, NOW, SMS, desired, live, record
from tests.support.plans import facts, ledger, lists, on_kore, plan

TODAY = NOW.date()
YESTERDAY = date(2026, 11, 19)
ADDRESS = desired().address
NEEDLESS = "Remove the entry, so that it does not open a gate that nobody looks at."
UNMET = (
    f"{ADDRESS}: metadata.accept of {{}} opens nothing: this plan does not meet that gate for the "
    "campaign"
)
TOO_FEW = (
    "Accept as many records as the plan shows. If their number is not known, no entry opens the "
    "gate: it needs --allow."
)


def entry(gate: str = "content-changed", **changes: Any) -> Acceptance:
    agreed = {"records": 5_000, "until": TODAY, "by": "M. Rao", "reason": "reviewed"}
    return Acceptance(gate=gate, **{**agreed, **changes})


def accepting(*entries: Acceptance, **spec: Any) -> Desired:
    return desired(metadata=Metadata(accept=entries), **spec)


def changed(*manifests: Desired, records: int = 5_000) -> Plan:
    """A plan that gives each campaign another flow; their list has so many records."""
    rows = [live(f"cd-{one.address.name}", name=one.name) for one in manifests]
    before = [desired(one.address.name, name=one.name) for one in manifests]
    sizes = lists(**{"Renewal_Due_-_May/June_2025": records})
    calm = facts(sends_on_write=SendsOnWrite.POSSIBLY, safety=Safety(max_contacts=None))
    return plan(
        *manifests,
        live=on_kore(*rows, contact_lists=sizes),
        ledger=ledger(*(record(one, f"cd-{one.address.name}") for one in before)),
        targets={"retention": calm, "care": facts("care")},
    )


def warned(made: Plan) -> list[tuple[str, str]]:
    found = [one for one in made.diagnostics if one.code == "accept-unused"]
    return [(one.summary, one.detail) for one in found]


def test_manifests_accept_exactly_the_gates_that_the_table_names() -> None:
    assert set(get_args(AcceptedGate)) == {code for code, gate in GATES.items() if gate.by_manifest}


def test_an_entry_opens_a_gate_until_its_last_day() -> None:
    made = changed(accepting(entry(), experienceFlowName="Other"))
    (gate,) = made.gates
    assert (gate.allowed_by, gate.addresses) == ("metadata.accept", (ADDRESS,))
    assert warned(made) == []


def test_a_gate_that_some_manifests_accept_is_about_the_others() -> None:
    agreed = Metadata(accept=(entry(),))
    names = ("a", "b", "c")
    manifests = (
        desired(
            name,
            name=name.upper(),
            metadata=agreed if name == "b" else Metadata(),
            experienceFlowName="Other",
        )
        for name in names
    )
    gate = next(one for one in changed(*manifests).gates if one.code == "content-changed")
    assert gate.summary == (
        "3 campaigns with new content for more people than quietReach 1,000; metadata.accept "
        "covers 1 of them; these remain: kore_sms_campaign.a, kore_sms_campaign.c"
    )
    assert gate.details == (
        "kore_sms_campaign.a: flow for 5,000 contacts",
        "kore_sms_campaign.c: flow for 5,000 contacts",
    )


def test_an_entry_that_is_over_is_warned_of_once_and_the_others_still_count() -> None:
    entries = entry("ran-before", until=YESTERDAY), entry(), entry("reach-grows")
    made = changed(accepting(*entries, experienceFlowName="Other"))
    assert made.gates[0].allowed
    assert warned(made) == [
        (f"{ADDRESS}: metadata.accept of ran-before ended on 2026-11-19", NEEDLESS),
        (UNMET.format("reach-grows"), NEEDLESS),
    ]


def test_every_entry_that_nothing_needs_is_warned_of() -> None:
    made = changed(accepting(entry("ran-before"), entry("reach-grows")))
    assert warned(made) == [
        (UNMET.format("ran-before"), NEEDLESS),
        (UNMET.format("reach-grows"), NEEDLESS),
    ]


def test_an_entry_for_too_few_records_says_so() -> None:
    made = changed(accepting(entry(records=4_999), experienceFlowName="Other"))
    assert not made.gates[0].allowed
    summary = (
        f"{ADDRESS}: metadata.accept of content-changed opens nothing: there may be more records "
        "than its 4,999"
    )
    assert warned(made) == [(summary, TOO_FEW)]


def test_a_gate_stays_closed_for_the_campaigns_that_do_not_accept_it() -> None:
    agreed = Metadata(accept=(entry(),))
    made = changed(
        desired("a", metadata=agreed, name="A", experienceFlowName="Other"),
        desired("b", name="B", experienceFlowName="Other"),
    )
    gate = next(one for one in made.gates if one.code == "content-changed")
    assert gate.addresses == (Address(SMS, "b"),)
    assert not gate.allowed
    assert gate.summary.startswith("2 campaigns with new content for more people than")
    assert warned(made) == []


def test_a_limit_on_a_number_of_writes_concerns_all_of_them_unless_all_accept_it() -> None:
    made = plan(
        desired("a", CARE, name="A", metadata=Metadata(accept=(entry("creates-over-limit"),))),
        desired("b", CARE, name="B"),
        targets={"retention": facts(), "care": facts("care", safety=Safety(max_creates=1))},
    )
    (gate,) = made.gates
    assert (gate.code, gate.allowed, len(gate.addresses)) == ("creates-over-limit", False, 2)


@pytest.mark.parametrize("place", [None, Position(7, 5)])
def test_a_warning_shows_where_its_entry_is(place: Position | None) -> None:
    one = accepting(entry(until=YESTERDAY, place=place))
    assert list(ended([one], TODAY)) == [
        Diagnostic(
            Severity.WARNING,
            "accept-unused",
            f"{ADDRESS}: metadata.accept of content-changed ended on 2026-11-19",
            NEEDLESS,
            source=SourceRange("campaigns/renewal.yaml", place or Position(1, 1)),
            address=ADDRESS,
            target="retention",
        )
    ]
    assert list(ended([accepting(entry())], TODAY)) == []
