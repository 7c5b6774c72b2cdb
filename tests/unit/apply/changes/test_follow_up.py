"""Settings that the plan left open: read, completed and sent, or reported as not sent."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest

from reconciler.address import Address
from reconciler.apply.receipt import exit_code
from reconciler.clock import Clock
from reconciler.errors import (
    AuthenticationFailed,
    BudgetSpent,
    ExitCode,
    ReadFailed,
    ReconcilerError,
)
from reconciler.plan.model import Change
from reconciler.resources.base import Live, RunState
from reconciler.resources.ledger_records import Tombstone
from reconciler.resources.outcome import Answer, ChangeOutcome, Outcome
from reconciler.resources.tree import Tree, at, overlay
from reconciler.resources.writes import (
    KNOWN_AFTER_APPLY,
    Impossible,
    Operation,
    PlannedRequest,
    Write,
)
from reconciler.testing.clock import ManualClock
from reconciler.testing.memory import MemoryProvider
from tests.support.apply_world import (
    CARE,
    START,
    ApplyWorld,
    after_effect,
    new_change,
    open_apply_world,
)

ADDRESS = Address(CARE, "care")
SPEC: Tree = {"name": "care", "enablePulse": True, "smsContent": {"redial": "Ours"}}
OPEN = "smsContent.newInquiry"


class Whole(MemoryProvider):
    """Writes two texts together; a new draft has one of them."""

    def __init__(self, clock: Clock) -> None:
        super().__init__(clock, provider="carecycle")
        self.fresh: Tree = {"smsContent": {"newInquiry": "Theirs"}}
        self.besides: Tree = {}
        """What completing would send beyond the plan."""

    def put(
        self,
        type_: str,
        spec: Tree,
        *,
        state: RunState = RunState.DRAFT,
        created_at: datetime | None = None,
    ) -> Live:
        merged = overlay(self.fresh, spec)
        return super().put(type_, merged, state=state, created_at=created_at)

    def requests(self, write: Write) -> tuple[PlannedRequest, ...] | Impossible:
        found = super().requests(write)
        if isinstance(found, Impossible):
            return found
        if write.live is None:
            return found[0], self._with(found[1], KNOWN_AFTER_APPLY, OPEN)
        text = at(write.live.spec, OPEN)
        if not isinstance(text, str):
            return Impossible(f"{OPEN} is not known")
        return (self._with(found[0], text),)

    def _with(self, request: PlannedRequest, text: str, *unknown: str) -> PlannedRequest:
        more: Tree = {} if unknown else self.besides
        body = overlay(request.body or {}, {"smsContent": {"newInquiry": text}, **more})
        return replace(request, method="PATCH", body=body, unknown=unknown)


@pytest.fixture
def whole(tmp_path: Path, clock: ManualClock) -> Iterator[ApplyWorld]:
    yield from open_apply_world(tmp_path, clock, Whole(clock))


def provider(world: ApplyWorld) -> Whole:
    assert isinstance(world.provider, Whole)
    return world.provider


def change(world: ApplyWorld) -> Change:
    write = Write(operation=Operation.CREATE, type=CARE, spec=SPEC)
    requests = world.provider.requests(write)
    assert not isinstance(requests, Impossible)
    made = new_change(world.provider, "care", type_=CARE)
    return replace(made, after=SPEC, desired=SPEC, requests=requests)


def assert_stays_a_draft(world: ApplyWorld, outcome: ChangeOutcome, why: str) -> None:
    assert (outcome.outcome, outcome.remote_id) == (Outcome.APPLIED, "cc-1")
    assert "created as cc-1, but its settings are not in force" in outcome.message
    assert f"not set: enablePulse, smsContent.redial ({why}" in outcome.message
    assert len(world.provider.writes) == 1
    view = world.real_ledger.view()
    assert view.intents == {}
    record = view.records[ADDRESS]
    assert (record.remote_id, record.spec) == ("cc-1", {"name": "care"})


def test_what_is_open_is_read_after_the_id_is_recorded_and_before_it_is_sent(
    whole: ApplyWorld,
) -> None:
    outcome = whole.apply_one(change(whole))
    assert (outcome.outcome, outcome.diagnostics) == (Outcome.APPLIED, ())
    assert whole.log[:6] == ["use_plan", "put_intent", "send", "settle", "get", "send"]
    assert whole.provider.writes[1].path == f"/{CARE}/cc-1"
    assert whole.provider.writes[1].body == {
        "enablePulse": True,
        "smsContent": {"redial": "Ours", "newInquiry": "Theirs"},
    }
    assert whole.real_ledger.view().records[ADDRESS].spec == SPEC


def test_nothing_is_read_for_settings_that_the_plan_knew(care: ApplyWorld) -> None:
    care.apply(new_change(care.provider, "care", type_=CARE))
    assert care.log[:5] == ["use_plan", "put_intent", "send", "settle", "send"]


def test_a_draft_that_appears_late_is_waited_for(whole: ApplyWorld) -> None:
    whole.provider.visible_after = 5.0
    assert whole.apply_one(change(whole)).diagnostics == ()
    assert len(whole.provider.writes) == 2


def test_a_draft_that_never_appears_stays_as_it_was_created(whole: ApplyWorld) -> None:
    whole.provider.visible_after = 1000.0
    outcome = whole.apply_one(change(whole))
    assert_stays_a_draft(whole, outcome, "the vendor does not show it yet")
    assert exit_code([outcome]) is ExitCode.ERROR
    assert whole.clock.monotonic() <= 1000 + whole.settings.read_back


def test_a_value_that_no_reading_shows_is_not_sent(whole: ApplyWorld) -> None:
    provider(whole).fresh = {}
    outcome = whole.apply_one(change(whole))
    assert_stays_a_draft(whole, outcome, f"{OPEN} is not known")
    assert exit_code([outcome]) is ExitCode.ERROR


@pytest.mark.parametrize("besides", [{"enablePulse": False}, {"status": "active"}])
def test_what_was_not_planned_is_not_sent(whole: ApplyWorld, besides: Tree) -> None:
    provider(whole).besides = besides
    outcome = whole.apply_one(change(whole))
    (path,) = besides
    why = f"the new campaign is not as the plan expected: {path}"
    assert_stays_a_draft(whole, outcome, why)


def test_a_draft_that_somebody_started_is_left_alone(whole: ApplyWorld) -> None:
    def start() -> None:
        provider(whole).edit("cc-1", {}, state=RunState.ACTIVE)

    whole.port.before["get"] = start
    outcome = whole.apply_one(change(whole))
    assert_stays_a_draft(whole, outcome, "it cannot be changed now: it is active")


@pytest.mark.parametrize(
    ("problem", "code"),
    [
        (ReadFailed("half a page"), ExitCode.ERROR),
        (AuthenticationFailed("the token is not valid"), ExitCode.AUTHENTICATION),
        (BudgetSpent("--max-requests is used up"), ExitCode.BUDGET),
    ],
)
def test_a_reading_that_fails_sends_nothing(
    whole: ApplyWorld, problem: ReconcilerError, code: ExitCode
) -> None:
    def fail() -> None:
        raise problem

    whole.port.before["get"] = fail
    outcome = whole.apply_one(change(whole))
    assert_stays_a_draft(whole, outcome, str(problem))
    assert exit_code([outcome]) is code


def test_a_reading_that_fails_once_is_tried_again(whole: ApplyWorld) -> None:
    problems = [ReadFailed("half a page")]

    def fail() -> None:
        if problems:
            raise problems.pop()

    whole.port.before["get"] = fail
    assert whole.apply_one(change(whole)).diagnostics == ()
    assert len(whole.provider.writes) == 2


def test_an_interrupt_after_the_create_reads_and_sends_nothing_more(whole: ApplyWorld) -> None:
    whole.interrupted = lambda: "settle" in whole.log
    outcome = whole.apply_one(change(whole))
    assert_stays_a_draft(whole, outcome, "not attempted: the run was interrupted")
    assert "get" not in whole.log


def test_a_stop_after_the_create_is_honoured_and_explained(whole: ApplyWorld) -> None:
    stop = Tombstone("wrong list", "eve", START)
    whole.ledger.before["settle"] = lambda: whole.real_ledger.add_tombstone(stop)
    outcome = whole.apply_one(change(whole))
    assert_stays_a_draft(whole, outcome, "not attempted: eve stopped this environment")
    assert exit_code([outcome]) is ExitCode.REFUSED
    assert "stop --clear" in outcome.diagnostics[0].detail


def test_a_draft_that_was_found_after_an_unclear_answer_is_completed_too(whole: ApplyWorld) -> None:
    whole.provider.faults = [after_effect(Answer(sent=True, message="connection reset"))]
    outcome = whole.apply_one(change(whole))
    assert outcome.outcome is Outcome.APPLIED
    assert whole.provider.all()[0].spec["smsContent"] == {"redial": "Ours", "newInquiry": "Theirs"}
