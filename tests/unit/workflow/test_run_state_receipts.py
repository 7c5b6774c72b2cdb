import pytest

from reconciler.address import Address
from reconciler.resources.tree import Tree
from reconciler.workflow.run_state.receipts import unsettled

ADDRESS = Address("kore_sms_campaign", "renewal")
OTHER = Address("kore_sms_campaign", "other")


def receipt(action: str, outcome: str, address: Address = ADDRESS) -> Tree:
    entry: Tree = {"address": str(address), "action": action, "outcome": outcome}
    return {"outcomes": [entry]}


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
    ],
)
def test_only_an_answer_or_a_confirmed_stop_settles_a_start(
    receipts: list[Tree], open_: bool
) -> None:
    assert (unsettled(receipts, ADDRESS) is not None) is open_
