import re

import pytest

from reconciler.simulator.core import Simulator
from reconciler.simulator.faults import Fault, FaultKind, Faults


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "kore.create:reset_after",
            Fault(kind=FaultKind.RESET_AFTER, match="kore.create"),
        ),
        (
            "kore.list:http_500:2",
            Fault(kind=FaultKind.HTTP_500_BEFORE, match="kore.list", nth=2),
        ),
        (
            "carecycle.*:slow=2.5:3x4",
            Fault(kind=FaultKind.SLOW, match="carecycle.*", nth=3, times=4, value=2.5),
        ),
        ("kore.get:html:*", Fault(kind=FaultKind.HTML, match="kore.get", times=None)),
        (
            "*:rate_limited:10%",
            Fault(kind=FaultKind.RATE_LIMITED, match="*", times=None, probability=0.1),
        ),
        (
            "GET /v2/*:status=418",
            Fault(kind=FaultKind.STATUS, match="GET /v2/*", value=418),
        ),
    ],
)
def test_the_short_form(text: str, expected: Fault) -> None:
    assert Fault.parse(text) == expected


@pytest.mark.parametrize("text", ["", "reset", "kore.create:explode", "kore.create:reset:x"])
def test_a_wrong_short_form_says_what_is_known(text: str) -> None:
    with pytest.raises(ValueError, match=r"fault"):
        Fault.parse(text)


@pytest.mark.parametrize(
    ("fault", "advice"),
    [
        ("kore.creat:reset", "no operation is named 'kore.creat'. Did you mean kore.create?"),
        ("care.list:reset", "no operation is named 'care.list'. Did you mean carecycle.list?"),
        ("kora.*:reset", "no operation is named 'kora.*'. "),
        ("PSOT /v2/*:reset", "no method is named 'PSOT'. Did you mean POST?"),
        ("kore.create:resett", "'resett' is not a kind of fault. Did you mean reset?"),
        ("kore.create:Reset", "'Reset' is not a kind of fault. Did you mean reset?"),
    ],
)
def test_a_fault_that_no_request_can_meet_is_refused(fault: str, advice: str) -> None:
    with pytest.raises(ValueError, match=re.escape(advice)):
        Simulator(faults=[fault])


@pytest.mark.parametrize("fault", ["*:reset", "*.create:reset", "GET /v2/*:reset", "* /x:reset"])
def test_a_pattern_that_a_request_can_meet_is_accepted(fault: str) -> None:
    assert len(Simulator(faults=[fault]).faults.all()) == 1


def struck(fault: str, count: int) -> list[int]:
    faults = Faults([Fault.parse(fault)])
    return [n for n in range(1, count + 1) if faults.take("kore.get", "GET /x") is not None]


@pytest.mark.parametrize(
    ("fault", "calls"),
    [
        ("kore.get:html", [1]),
        ("kore.get:html:3", [3]),
        ("kore.*:html:2x2", [2, 3]),
        ("GET /*:html:*", [1, 2, 3, 4]),
        ("kore.list:html:*", []),
        ("*:html:0%", []),
    ],
)
def test_a_fault_strikes_at_the_calls_it_names(fault: str, calls: list[int]) -> None:
    assert struck(fault, 4) == calls


def test_chance_is_the_same_in_every_run() -> None:
    first, second = struck("*:html:30%", 200), struck("*:html:30%", 200)
    assert first == second
    assert 30 < len(first) < 90


def test_the_first_of_several_faults_wins_and_all_count() -> None:
    faults = Faults([Fault.parse("*:html:2"), Fault.parse("*:slow:2x2")])
    kinds = [found and found.kind for found in (faults.take("kore.get", "GET /") for _ in "123")]
    assert kinds == [None, FaultKind.HTML, FaultKind.SLOW]
