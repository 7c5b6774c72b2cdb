import pytest

from reconciler.plan.model import Selection
from reconciler.plan.selection import selected, slips_in_words, unknown_terms
from reconciler.resources.base import Metadata
from tests.support.campaigns import CARE, SMS, desired

MANIFESTS = (
    desired("a", metadata=Metadata(labels={"team": "retention"})),
    desired("b", metadata=Metadata(labels={"team": "sales"})),
    desired("c", CARE),
)


@pytest.mark.parametrize(
    ("selection", "names"),
    [
        (Selection(), "abc"),
        (Selection(targets=("care",)), "c"),
        (Selection(select=("team=retention", f"{CARE}.c")), "ac"),
        (Selection(exclude=("team=sales",)), "ac"),
        (Selection(select=("team=sales",), exclude=(f"{SMS}.b",)), ""),
        (Selection(select=("team=",)), ""),
    ],
)
def test_terms_choose_by_address_and_label(selection: Selection, names: str) -> None:
    assert "".join(one.address.name for one in selected(MANIFESTS, selection)) == names


def test_a_term_that_matches_nothing_is_reported() -> None:
    terms = Selection(select=("team=slaes", f"{SMS}.a"), exclude=(f"{SMS}.gone", f"{SMS}.x"))
    records = [desired("gone").address]
    assert unknown_terms(MANIFESTS, records, terms) == ("team=slaes", f"{SMS}.x")


def test_a_label_that_nobody_has_is_no_name() -> None:
    assert slips_in_words(["team=x"]) == "no manifest has the label team=x"
    assert slips_in_words([f"{SMS}.x"]) == f"nothing has the address {SMS}.x"
    assert slips_in_words(["a=b", "c=d", "x.y"]) == (
        "no manifest has the label a=b or c=d; nothing has the address x.y"
    )
