import pytest

from reconciler.resources.tree import Tree
from reconciler.simulator.switches import Switches


def test_switches_change_one_by_one() -> None:
    first = Switches().changed({"kore": {"preparing_seconds": 0}})
    second = first.changed({"carecycle": {"transitions": "policy"}, "rate_limit": 60})
    assert second.kore.preparing_seconds == 0
    assert (second.carecycle.transitions, second.rate_limit) == ("policy", 60)
    assert Switches().kore.preparing_seconds == 2


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"kore": {"unknown": 1}}, "no switch kore.unknown"),
        ({"kore": {"paging": "both"}}, "switch kore.paging"),
        ({"accounts": "none"}, "switch accounts"),
    ],
)
def test_a_wrong_switch_is_named(changes: Tree, named: str) -> None:
    with pytest.raises(ValueError, match=named):
        Switches().changed(changes)
