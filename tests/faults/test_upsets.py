"""Runs that stand still, ledgers that go back, and each rule against them switched off once."""

from collections.abc import Callable, Sequence
from dataclasses import replace

import pytest

from reconciler.apply.changes import created
from reconciler.apply.step import Ended, Written
from reconciler.apply.target_run import TargetRun
from reconciler.clock import Stopwatch
from reconciler.ledger import lease
from reconciler.ledger.high_water import HighWaterMark
from reconciler.ledger.lease import Lease
from reconciler.ledger.sqlite import lease as stored_lease
from reconciler.ledger.sqlite.ledger import SqliteLedger
from reconciler.plan.model import Change
from reconciler.resources.ledger_records import Intent, Record, Tombstone
from tests.faults.scenario import play_schedule
from tests.faults.sweep import Case, schedule_of
from tests.faults.upsets import (
    LOSSES,
    OTHERS,
    PLAIN,
    STANDSTILLS,
    play_late,
    play_loss,
    play_standstill,
)
from tests.faults.verdicts import Verdict

_UNANSWERED = Case("create-care", "carecycle.create:reset_after")
Off = Callable[[pytest.MonkeyPatch], None]


def test_a_run_that_stood_still_never_overwrites_or_repeats_anything() -> None:
    wrong = {str(one): found for one in STANDSTILLS if (found := play_standstill(one).violations)}
    assert wrong == {}


@pytest.mark.parametrize("how", LOSSES)
def test_a_ledger_that_went_back_repeats_no_create(how: str) -> None:
    found = play_loss(how)
    assert (found.violations, found.duplicates, found.creates) == ([], 0, 2)


def test_a_request_that_had_passed_its_check_is_counted_if_it_comes_late() -> None:
    found = play_late()
    assert (found.late, found.duplicates, found.violations) == (1, 0, [])


def _unasked(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Lease, "last_check", lambda *_: ())


def _once_only(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(lease, "FRESH_SECONDS", float("inf"))


def _boot_time_only(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Stopwatch, "seconds", property(lambda self: self._clock.monotonic() - self._tick))


def _lease_unread(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(stored_lease, "require_lease", lambda *_: None)


def _stops_unread(patch: pytest.MonkeyPatch) -> None:
    real = SqliteLedger.last_check

    def blind(
        self: SqliteLedger, lock_id: str, intent: Intent | None = None
    ) -> Sequence[Tombstone]:
        real(self, lock_id, intent)
        return ()

    patch.setattr(SqliteLedger, "last_check", blind)


def _forgets_ledgers(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(HighWaterMark, "read", lambda _: None)


def _one_request_only(patch: pytest.MonkeyPatch) -> None:
    def unfinished(change: Change, _: Intent, record: Record, __: TargetRun) -> Ended | Written:
        return Written(change=change, record=record)

    patch.setattr(created, "complete_found", unfinished)


def _unanswered_draft() -> Verdict:
    return play_schedule(schedule_of(_UNANSWERED, None, provable=True))


RULES: dict[str, tuple[Off, Callable[[], Verdict]]] = {
    "every write is checked right before its first byte": (
        _unasked,
        lambda: play_standstill(PLAIN),
    ),
    "the check is repeated if it is older than 2 s": (
        _once_only,
        lambda: play_standstill(replace(PLAIN, after=True)),
    ),
    "the wall clock counts against a paused machine": (
        _boot_time_only,
        lambda: play_standstill(replace(PLAIN, after=True, paused=True)),
    ),
    "the check reads the lease": (
        _lease_unread,
        # Too short for a renewal, which would show it too.
        lambda: play_standstill(replace(PLAIN, seconds=25.0)),
    ),
    "the check reads the stops": (
        _stops_unread,
        lambda: play_standstill(replace(PLAIN, others=OTHERS[2])),
    ),
    "a machine remembers its ledgers": (_forgets_ledgers, lambda: play_loss(LOSSES[0])),
    "whoever adopts a create sends its second request": (_one_request_only, _unanswered_draft),
}
"""Each rule of the product, how it is switched off, and what shows it."""


@pytest.mark.parametrize("rule", RULES)
def test_a_rule_that_is_switched_off_is_seen(rule: str, monkeypatch: pytest.MonkeyPatch) -> None:
    off, play = RULES[rule]
    assert play().violations == []
    off(monkeypatch)
    assert play().violations != []
