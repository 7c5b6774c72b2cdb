"""A short run of the fault harness; `make faults` plays a hundred times as much.

FAULTS_SCHEDULES, FAULTS_KILLS, FAULTS_STRIDE and FAULTS_CASES set the amounts.
"""

import os
from collections.abc import Sequence
from dataclasses import replace

import pytest

from reconciler.apply.answer_verdicts import CreateVerdict, classify_create
from reconciler.apply.changes import create, delayed
from reconciler.apply.read_back import ReadBack
from reconciler.apply.unknown import open_intents
from reconciler.diagnostics import Diagnostic, SourceRange
from reconciler.ledger import changes
from reconciler.ledger.sqlite import lease
from reconciler.ledger.sqlite.ledger import SqliteLedger
from reconciler.plan import open_creates
from reconciler.plan.changes import errors
from reconciler.plan.compare import leaves
from reconciler.resources.outcome import Answer
from reconciler.resources.sent_mark import SentMark
from reconciler.simulator.faults import Fault, FaultKind
from tests.faults.fixtures import project_text
from tests.faults.process import CrashPlan
from tests.faults.report import kills, known_seeds, random_schedules, systematic
from tests.faults.scenario import play_schedule
from tests.faults.schedule import (
    ODD_HEADERS,
    ConsoleAction,
    OperatorRun,
    Round,
    Schedule,
    schedule,
)

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
    monkeypatch.setattr(SqliteLedger, "put_intent", lambda *_, **__: True)
    # The last check would notice that the intent is not there.
    monkeypatch.setattr(changes, "require_open", lambda *_: None)
    assert random_schedules(range(20), processes=1).bare_creates > 0


def test_a_create_without_a_receipt_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(changes, "write_part", lambda *_: None)
    failures = random_schedules(range(20), processes=1).failures
    assert any("no receipt says so" in failure for failure in failures)


def test_a_create_without_the_lease_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(SqliteLedger, "acquire", lambda *_: None)
    monkeypatch.setattr(SqliteLedger, "renew", lambda *_: True)
    monkeypatch.setattr(lease, "require_lease", lambda *_: None)
    failures = random_schedules(range(20), processes=1).failures
    assert any("the lease was not ours" in failure for failure in failures)


def _twice(fault: str, *, resolves: bool = False) -> Schedule:
    """Two applies in a row while the listing lags, perhaps with a claim between them."""
    operator_runs = [
        OperatorRun(crash_plan=CrashPlan()),
        OperatorRun(crash_plan=CrashPlan(), resolves=resolves),
        OperatorRun(crash_plan=CrashPlan()),
    ]
    rounds = (
        Round(wanted={"sms-1": "first"}, operator_runs=(one,), wait=1.0) for one in operator_runs
    )
    return Schedule(
        seed=1,
        text=project_text(patience="readBack: 5s, settle: 40s"),
        switches={"kore": {"list_lag": 39.0, "get_lag": 39.0}},
        faults=(Fault.parse(f"kore.create:{fault}"),),
        rounds=tuple(rounds),
    )


def test_an_unclear_create_that_counts_as_not_sent_is_seen(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert play_schedule(_twice("http_500_after")).violations == []
    monkeypatch.setattr(create, "classify_create", _hasty)
    assert play_schedule(_twice("http_500_after")).duplicates > 0


@pytest.mark.parametrize("lag", [0.0, 30.0, 90.0])
def test_creates_that_are_sent_before_others_are_proven_are_seen(
    monkeypatch: pytest.MonkeyPatch, lag: float
) -> None:
    wanted = {"sms-1": "first", "sms-2": "first", "sms-3": "first"}
    plan = replace(
        _twice("slow=1"),
        most_unproven=1,
        text=project_text(),
        switches={"kore": {"list_lag": lag, "get_lag": min(lag, 50.0)}},
        rounds=(Round(wanted=wanted, operator_runs=(OperatorRun(crash_plan=CrashPlan()),)),),
    )
    assert play_schedule(plan).violations == []
    monkeypatch.setattr(ReadBack, "room", lambda _: None)
    assert any("are unproven" in found for found in play_schedule(plan).violations)


def test_creates_that_are_sent_after_one_that_is_different_are_seen(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Somebody edits the first campaign between its create and its proof."""
    wanted = {"sms-1": "first", "sms-2": "first", "sms-3": "first"}
    edit = ConsoleAction(after=26, what="describe", name="sms-1")
    plain = OperatorRun(crash_plan=CrashPlan())
    plan = replace(
        _twice("slow=1"),
        most_unproven=2,
        text=project_text(),
        switches={},
        rounds=(Round(wanted=wanted, operator_runs=(plain,), console_actions=(edit,)),),
    )
    assert _creates_of_the_first_run(plan) == (2, "exit 1")
    monkeypatch.setattr(ReadBack, "_close", lambda *_: None)
    assert _creates_of_the_first_run(plan)[0] > 2


def _creates_of_the_first_run(plan: Schedule) -> tuple[int, str]:
    """How many creates it sent, and how it ended."""
    found = play_schedule(plan, verbose=True)
    assert (found.violations, found.creates) == ([], 3)
    lines = iter(found.trace)
    sent = 0
    for line in lines:
        sent += line.endswith("/campaign leaves")
        if ": exit" in line:
            return sent, line.rpartition(": ")[2]
    raise AssertionError("no run has ended")


def _hasty(answer: Answer) -> CreateVerdict:
    """Treat every server error as proof that nothing happened, as many clients do."""
    failed = answer.status is None or answer.status >= 500
    return CreateVerdict.NOT_SENT if failed else classify_create(answer)


@pytest.mark.parametrize("status", [302, 400, 401, 409, 422, 429])
def test_a_denied_create_that_counts_as_not_sent_is_seen(
    monkeypatch: pytest.MonkeyPatch, status: int
) -> None:
    assert play_schedule(_twice(f"status_after={status}")).violations == []
    monkeypatch.setattr(create, "classify_create", _trusting)
    assert play_schedule(_twice(f"status_after={status}")).duplicates > 0


def _trusting(answer: Answer) -> CreateVerdict:
    """Treat every refusal as proof, as the first release did."""
    verdict = classify_create(answer)
    return CreateVerdict.NOT_SENT if verdict is CreateVerdict.DENIED else verdict


def test_a_claim_of_absence_that_is_accepted_too_soon_is_found(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    plan = _twice("status_after=409", resolves=True)
    assert play_schedule(plan).violations == []
    monkeypatch.setattr(SentMark, "seconds_left", lambda *_: 0.0)
    assert play_schedule(plan).duplicates > 0


def test_a_create_beside_a_renamed_campaign_that_a_denied_one_made_is_seen(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    plan = _twice("status_after=409")
    renamed = (ConsoleAction(after=1, what="rename", name="sms-1"),)
    first, second, _ = plan.rounds
    late = replace(second, console_actions=renamed, wait=99.0)
    plan = replace(plan, rounds=(first, late))
    assert play_schedule(plan).duplicates == 0
    monkeypatch.setattr(open_creates, "renamed", lambda *_: ())
    monkeypatch.setattr(open_intents, "renamed", lambda *_: ())
    assert play_schedule(plan).duplicates > 0


def test_a_create_after_one_that_a_denied_create_made_and_a_person_archived_is_seen(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    archived = (ConsoleAction(after=1, what="archive", name="care-1"),)
    plain = OperatorRun(crash_plan=CrashPlan())
    actions = (), archived, ()
    plan = replace(
        _twice("slow=1"),
        switches={},
        faults=(Fault.parse("carecycle.create:status_after=409"),),
        rounds=tuple(
            Round(wanted={"care-1": "first"}, operator_runs=(plain,), console_actions=one, wait=99)
            for one in actions
        ),
    )
    assert play_schedule(plan).violations == []
    monkeypatch.setattr(open_creates, "ended_before", lambda *_: True)
    monkeypatch.setattr(delayed, "ended_before", lambda *_: True)
    assert any("created" in found for found in play_schedule(plan).violations)


def test_a_denied_create_that_ends_with_7_because_several_campaigns_fit_is_seen(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    twins = tuple(ConsoleAction(after=1, what="twin", name="sms-1") for _ in range(2))
    first, second, _ = _twice("status=409").rounds
    plan = replace(
        _twice("status=409"), rounds=(first, replace(second, console_actions=twins, wait=99.0))
    )
    assert play_schedule(plan).violations == []
    monkeypatch.setattr(open_creates.OpenCreate, "diagnostic", _as_unknown)
    assert any("nothing is unknown" in found for found in play_schedule(plan).violations)


def _as_unknown(create: open_creates.OpenCreate, source: SourceRange | None) -> Diagnostic:
    """Say that the outcome is unknown, as before there were denied creates."""
    return errors.unsettled_create(create.intent, source, create.found, create.others)


@pytest.mark.parametrize("headers", ODD_HEADERS)
def test_no_header_breaks_a_run(headers: dict[str, str]) -> None:
    fault = Fault(kind=FaultKind.HEADERS, match="*", headers=headers, times=None)
    assert play_schedule(replace(_twice("slow=1"), faults=(fault,))).violations == []


@pytest.mark.parametrize("edits", [(), (ConsoleAction(after=1, what="describe", name="sms-1"),)])
def test_a_body_that_is_sent_again_though_the_vendor_ignored_it_is_seen(
    monkeypatch: pytest.MonkeyPatch, edits: tuple[ConsoleAction, ...]
) -> None:
    plain = OperatorRun(crash_plan=CrashPlan())
    rounds = [("first", ()), ("second", ()), ("second", edits), ("second", edits)]
    plan = replace(
        _twice("slow=1"),
        faults=(Fault(kind=FaultKind.IGNORED, match="kore.update", times=None),),
        rounds=tuple(
            Round(wanted={"sms-1": one}, operator_runs=(plain,), console_actions=more, wait=99.0)
            for one, more in rounds
        ),
    )
    assert play_schedule(plan).violations == []
    monkeypatch.setattr(
        leaves, "_judge_shown", lambda leaf: _as_if_all_were_taken_over(leaf, edits)
    )
    assert any("sent again" in found for found in play_schedule(plan).violations)


def _as_if_all_were_taken_over(leaf: leaves.Leaf, edits: Sequence[ConsoleAction]) -> leaves.Leaf:
    """Judge by the values alone; with edits, as the first release did."""
    if leaf.wanted == leaf.shown:
        return replace(leaf, verdict=leaves.LeafState.SAME)
    if edits and leaf.declared_as_sent and leaf.shown_as_left:
        return replace(leaf, verdict=leaves.LeafState.OVERRULED)
    return leaf


def test_a_schedule_plays_the_same_twice() -> None:
    first, second = (play_schedule(schedule(7), verbose=True) for _ in range(2))
    assert first.trace == second.trace
