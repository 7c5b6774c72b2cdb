"""The matrix's everyday share, and every rule of the product switched off once.

FAULTS_COMBINATIONS sets how many are played.
"""

import os
from collections.abc import Callable
from dataclasses import replace

import pytest

from reconciler.apply.answer_verdicts import CreateVerdict, classify_create
from reconciler.apply.changes import create, delayed
from reconciler.ledger import changes
from reconciler.plan import listing_index, twins
from reconciler.plan.compare import unknown_creates
from reconciler.resources.outcome import Answer
from reconciler.resources.sent_mark import SentMark
from reconciler.workflow import planning, sent_marks
from reconciler.workflow.sent_marks import Marks
from tests.faults.dimensions import ANSWERS, CLOCKS, Combination, Writers, combination
from tests.faults.matrix import play
from tests.faults.report import combinations

_COMBINATIONS = int(os.environ.get("FAULTS_COMBINATIONS", "60"))
_PLAIN = Combination(
    answer="created",
    lag="at once",
    clocks="right",
    habit="plain",
    writers=Writers.ONE,
    death="no",
    wait="1 s",
    campaign="sms-1",
    marker=False,
)
Off = Callable[[pytest.MonkeyPatch], None]


@pytest.mark.timeout(900)
def test_combinations_never_create_twice_and_say_what_they_must() -> None:
    covered, beyond = combinations(range(_COMBINATIONS), processes=1)
    assert covered.failures == []
    assert covered.duplicates == 0
    assert beyond.failures == []


@pytest.mark.timeout(900)
@pytest.mark.parametrize("answer", ANSWERS)
def test_no_answer_makes_a_second_campaign_while_the_listing_lags(answer: str) -> None:
    assert play(replace(_PLAIN, answer=answer, lag="settle"), 1).violations == []


@pytest.mark.parametrize("clocks", CLOCKS)
def test_no_wrong_clock_makes_a_second_campaign(clocks: str) -> None:
    chosen = replace(_PLAIN, answer="409 after acting", lag="settle", clocks=clocks)
    assert play(chosen, 1).violations == []


def test_a_combination_plays_the_same_twice() -> None:
    first, second = (play(combination(7), 7, verbose=True) for _ in range(2))
    assert first.trace == second.trace


def test_a_seed_takes_every_value_of_every_dimension_sooner_or_later() -> None:
    drawn = [combination(seed) for seed in range(2000)]
    assert {one.answer for one in drawn} == set(ANSWERS)
    assert {(one.clocks, one.writers) for one in drawn} == {
        (clocks, writers) for clocks in CLOCKS for writers in Writers
    }


def _no_waiting(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(SentMark, "seconds_left", lambda *_: 0.0)


def _refusals_are_believed(patch: pytest.MonkeyPatch) -> None:
    def trusting(answer: Answer) -> CreateVerdict:
        verdict = classify_create(answer)
        return CreateVerdict.NOT_SENT if verdict is CreateVerdict.DENIED else verdict

    patch.setattr(create, "classify_create", trusting)


def _faults_are_believed(patch: pytest.MonkeyPatch) -> None:
    def hasty(answer: Answer) -> CreateVerdict:
        failed = answer.status is None or answer.status >= 500
        return CreateVerdict.NOT_SENT if failed else classify_create(answer)

    patch.setattr(create, "classify_create", hasty)


def _every_id_is_believed(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(create, "doubt_of_id", lambda *_: "")
    patch.setattr(create, "doubt_of_reading", lambda *_: "")


def _ids_are_recorded_unread(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(create, "reading", lambda *_: None)
    patch.setattr(create, "doubt_of_reading", lambda *_: "")


def _nothing_is_looked_for(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(delayed, "_unaccounted", lambda *_: iter(()))
    patch.setattr(delayed, "_renamed", lambda *_: [])


def _marks_stand_in_one_environment(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(planning, "read_marks", lambda *_, **__: Marks({}, {}, {}))
    # A mark that nobody has read would be noticed when the intent is written.
    patch.setattr(changes, "read_mark", lambda *_: None)


def _open_creates_elsewhere_are_overlooked(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(sent_marks, "_open_elsewhere", lambda *_: {})


def _names_must_be_spelled_alike(patch: pytest.MonkeyPatch) -> None:
    for module in (unknown_creates, delayed, listing_index):
        patch.setattr(module, "name_key", str)


def _markers_say_nothing_of_copies(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(twins, "_marker", lambda _: None)


_DENIED = replace(_PLAIN, answer="409 after acting", lag="settle")
_RENAMED = replace(_DENIED, writers=Writers.RENAMED)
RULES: dict[str, tuple[Off, Combination]] = {
    "a create waits until an earlier one must be listed": (_no_waiting, _DENIED),
    "a refusal proves nothing": (_refusals_are_believed, _DENIED),
    "a server error proves nothing": (
        _faults_are_believed,
        replace(_PLAIN, answer="500 after acting", lag="settle"),
    ),
    "an id may be another campaign's": (
        _every_id_is_believed,
        replace(_PLAIN, answer="the id of an older campaign"),
    ),
    "an id is read before it is recorded": (
        _ids_are_recorded_unread,
        replace(_PLAIN, answer="200 with the id of nothing"),
    ),
    "after the wait the listing is looked at": (_nothing_is_looked_for, _DENIED),
    "sent marks stand above environments": (_marks_stand_in_one_environment, _RENAMED),
    "an open create blocks its name in every environment": (
        _open_creates_elsewhere_are_overlooked,
        replace(_RENAMED, answer="reset before", wait="100 s"),
    ),
    "a copy with our marker is a twin": (
        _markers_say_nothing_of_copies,
        replace(_PLAIN, marker=True),
    ),
    "names that look alike are one name": (
        _names_must_be_spelled_alike,
        replace(_DENIED, habit="spells names its own way"),
    ),
}
"""Each rule of the product, how it is switched off, and a combination that shows it."""


@pytest.mark.parametrize("rule", RULES)
def test_a_rule_that_is_switched_off_is_seen(rule: str, monkeypatch: pytest.MonkeyPatch) -> None:
    off, chosen = RULES[rule]
    assert play(chosen, 1).violations == []
    off(monkeypatch)
    assert play(chosen, 1).violations != []
