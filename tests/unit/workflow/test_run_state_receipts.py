import pytest

from reconciler.address import Address
from reconciler.resources.tree import Tree
from reconciler.workflow.run_state.receipts import ABOUT_TO_LEAVE, unsettled

ADDRESS = Address("kore_sms_campaign", "renewal")
OTHER = Address("kore_sms_campaign", "other")


def receipt(action: str, outcome: str, address: Address = ADDRESS, *codes: str) -> Tree:
    entry: Tree = {"address": str(address), "action": action, "outcome": outcome}
    return {"outcomes": [{**entry, "codes": [*codes]}]}


ABOUT = receipt("start", "unknown", ADDRESS, ABOUT_TO_LEAVE)
KEPT_BACK = [ABOUT, receipt("start", "skipped")]


@pytest.mark.parametrize(
    ("receipts", "open_"),
    [
        ([], False),
        ([receipt("start", "unknown")], True),
        ([receipt("schedule", "unknown")], True),
        ([receipt("start", "unknown"), receipt("start", "applied")], False),
        ([receipt("start", "unknown"), receipt("start", "refused")], False),
        ([receipt("start", "unknown"), receipt("start", "applied", OTHER)], True),
        ([receipt("start", "unknown"), receipt("update", "applied")], True),
        ([receipt("start", "unknown"), receipt("stop", "applied")], False),
        ([receipt("start", "unknown"), receipt("stop", "refused")], True),
        ([receipt("stop", "applied"), receipt("start", "unknown")], True),
        ([ABOUT], True),
        (KEPT_BACK, False),
        ([receipt("start", "unknown"), *KEPT_BACK], True),
        ([ABOUT, *KEPT_BACK], True),
        ([receipt("start", "applied"), *KEPT_BACK], False),
    ],
)
def test_only_an_answer_or_a_confirmed_stop_settles_a_start(
    receipts: list[Tree], open_: bool
) -> None:
    assert (unsettled(receipts, ADDRESS) is not None) is open_
