"""The everyday share of the fault harness; `make faults` plays a hundred times as much.

FAULTS_SCHEDULES, FAULTS_KILLS, FAULTS_STRIDE and FAULTS_CASES set how much.
"""

import os

import pytest

from reconciler.apply import create
from reconciler.apply.classify import CreateVerdict, classify_create
from reconciler.ledger import sqlite
from reconciler.ledger.sqlite import SqliteLedger
from reconciler.resources.outcome import Answer
from tests.faults.play import play
from tests.faults.report import kills, known_seeds, random_schedules, systematic
from tests.faults.schedule import schedule

_SCHEDULES = int(os.environ.get("FAULTS_SCHEDULES", "100"))
_KILLS = int(os.environ.get("FAULTS_KILLS", "2"))
_STRIDE = int(os.environ.get("FAULTS_STRIDE", "13"))
_CASES = int(os.environ.get("FAULTS_CASES", "16"))
"""The sweep plays every so manieth case."""


@pytest.mark.timeout(900)
def test_random_schedules_never_create_twice() -> None:
    found = random_schedules(range(_SCHEDULES), processes=1)
    assert found.failures == []
    assert (found.duplicates, found.bare_creates) == (0, 0)
    assert found.creates >= _SCHEDULES // 2


def test_seeds_that_once_failed_hold() -> None:
    assert random_schedules(known_seeds(), processes=1).failures == []


@pytest.mark.timeout(900)
def test_a_crash_at_any_step_under_any_fault_never_creates_twice() -> None:
    found = systematic(_STRIDE, processes=1, every=_CASES)
    assert found.failures == []
    assert (found.duplicates, found.bare_creates) == (0, 0)
    assert found.crashes > found.played // 2


@pytest.mark.timeout(900)
def test_killed_processes_never_create_twice() -> None:
    found = kills(_KILLS, processes=1)
    assert found.failures == []
    assert (found.duplicates, found.bare_creates) == (0, 0)


def test_the_naive_control_creates_twice_and_is_seen() -> None:
    assert random_schedules(range(20), processes=1, naive=True).duplicates > 0


def test_a_create_without_a_durable_intent_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(SqliteLedger, "put_intent", lambda *_: True)
    assert random_schedules(range(20), processes=1).bare_creates > 0


def test_a_create_without_the_lease_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(SqliteLedger, "acquire", lambda *_: None)
    monkeypatch.setattr(SqliteLedger, "renew", lambda *_: True)
    monkeypatch.setattr(sqlite, "require_lease", lambda *_: None)
    failures = random_schedules(range(20), processes=1).failures
    assert any("the lease was not ours" in failure for failure in failures)


def test_an_unclear_create_that_is_sent_again_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(create, "classify_create", _hasty)
    assert random_schedules(range(40), processes=1).duplicates > 0


def _hasty(answer: Answer) -> CreateVerdict:
    """Every server error tried again, as many clients do."""
    again = answer.status is None or answer.status >= 500
    return CreateVerdict.RETRY if again else classify_create(answer)


def test_a_schedule_plays_the_same_twice() -> None:
    first, second = (play(schedule(7), verbose=True) for _ in range(2))
    assert first.trace == second.trace
