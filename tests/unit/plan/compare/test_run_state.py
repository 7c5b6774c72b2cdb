from dataclasses import replace
from typing import Any

import pytest

from reconciler.plan.model import Action, Movement, SendsOnWrite
from reconciler.resources.base import Live, Metadata, RunState
from reconciler.resources.exemptions import Exemption
from reconciler.resources.ledger_records import SeenState
from tests.support import plans
from tests.support.campaigns import desired, live, record
from tests.support.plans import facts, ledger, on_kore, plan

DRAFT, SCHEDULED, ACTIVE = RunState.DRAFT, RunState.SCHEDULED, RunState.ACTIVE
PAUSED, FINISHED, OTHER = RunState.PAUSED, RunState.FINISHED, RunState.OTHER
OUT, IN, NONE = Movement.EXPANDING, Movement.CONTRACTING, None
WORDS = {DRAFT: "Ready", OTHER: "Odd"}


def drifted(
    seen: SeenState | None, now: RunState, word: str = "", **changes: Any
) -> tuple[Movement, str, str, str] | None:
    """How a managed campaign's run state drifted: movement, words before and after, note."""
    one = desired(metadata=changes.pop("metadata", Metadata()))
    row = replace(live(state=now), status=word or WORDS.get(now, now.value))
    idle = replace(plans.KORE, idle_statuses=("Idle",))
    target = facts(capabilities=idle, **changes)
    made = plan(
        one,
        live=on_kore(row),
        ledger=ledger(record(one, seen=seen)),
        targets={"retention": target, "care": facts("care")},
    )
    assert [change.action for change in made.changes] == [Action.NO_OP]
    if not made.drift:
        return None
    ((field,),) = (change.fields for change in made.drift)
    assert field.path == "status"
    assert made.drift[0].movement is field.movement
    return field.movement, str(field.before), str(field.after), field.note


@pytest.mark.parametrize(
    ("seen", "now", "moved"),
    [
        (DRAFT, DRAFT, NONE),
        (DRAFT, SCHEDULED, OUT),
        (DRAFT, ACTIVE, OUT),
        (DRAFT, PAUSED, OUT),
        (DRAFT, FINISHED, OUT),
        (SCHEDULED, DRAFT, NONE),
        (SCHEDULED, ACTIVE, NONE),
        (SCHEDULED, FINISHED, NONE),
        (SCHEDULED, PAUSED, IN),
        (ACTIVE, ACTIVE, NONE),
        (ACTIVE, SCHEDULED, NONE),
        (ACTIVE, FINISHED, NONE),
        (ACTIVE, PAUSED, IN),
        (ACTIVE, DRAFT, IN),
        (ACTIVE, OTHER, OUT),
        (PAUSED, ACTIVE, OUT),
        (PAUSED, SCHEDULED, OUT),
        (PAUSED, FINISHED, OUT),
        (PAUSED, DRAFT, IN),
        (FINISHED, ACTIVE, OUT),
        (FINISHED, SCHEDULED, OUT),
        (FINISHED, PAUSED, OUT),
        (FINISHED, DRAFT, IN),
        (OTHER, OTHER, NONE),
        (OTHER, ACTIVE, OUT),
        (OTHER, DRAFT, IN),
    ],
)
def test_a_new_run_expands_and_an_automatic_change_of_status_is_no_drift(
    seen: RunState, now: RunState, moved: Movement | None
) -> None:
    found = drifted(SeenState(seen, WORDS.get(seen, seen.value)), now)
    assert (found[0] if found else None) is moved


def test_a_campaign_whose_run_state_nobody_answered_for_never_drifts() -> None:
    assert drifted(None, ACTIVE) is None


def test_a_run_state_that_nobody_watches_is_noted() -> None:
    one = desired()
    noted = [
        plan(one, live=on_kore(live()), ledger=ledger(record(one, seen=seen))).changes[0].notes
        for seen in (None, SeenState(DRAFT, "Ready"))
    ]
    assert [any("does not watch" in said for said in notes) for notes in noted] == [True, False]


def test_another_run_is_drift_whatever_the_word_unless_a_schedule_explains_it() -> None:
    one = desired()
    for state, moved in ((ACTIVE, True), (FINISHED, True), (SCHEDULED, False)):
        seen = SeenState(state, "Word", "cid-1")
        row = replace(live(state=ACTIVE if state is SCHEDULED else state), run="cid-2")
        made = plan(one, live=on_kore(row), ledger=ledger(record(one, seen=seen)))
        assert bool(made.drift) is moved


def test_words_of_one_class_are_one_state() -> None:
    assert drifted(SeenState(DRAFT, "Preparing"), DRAFT, "Ready") is None


def test_a_status_that_the_vendor_calls_idle_contracts() -> None:
    found = drifted(SeenState(ACTIVE, "Active"), OTHER, "Idle")
    assert found is not None
    assert found[:3] == (IN, "Active", "Idle")


def test_another_unknown_status_expands() -> None:
    found = drifted(SeenState(OTHER, "Odd"), OTHER, "Odder")
    assert found is not None
    assert found[:3] == (OUT, "Odd", "Odder")


def test_a_manifest_may_ignore_its_run_state() -> None:
    metadata = Metadata(ignore=(Exemption("status", "the dialer team starts it"),))
    assert drifted(SeenState(DRAFT, "Ready"), ACTIVE, metadata=metadata) is None


@pytest.mark.parametrize(
    ("sends_on_write", "told"),
    [(SendsOnWrite.POSSIBLY, True), (SendsOnWrite.NEVER, False)],
)
def test_a_start_that_our_own_write_may_have_made_says_so(
    sends_on_write: SendsOnWrite, told: bool
) -> None:
    found = drifted(SeenState(DRAFT, "Ready"), ACTIVE, sends_on_write=sends_on_write)
    assert found is not None
    assert (found[3] == "a create or an update may have started it") is told


@pytest.mark.parametrize(
    ("state", "before", "after", "moved"),
    [
        (DRAFT, 0, 5, True),
        (PAUSED, 3, 5, True),
        (FINISHED, 3, 5, True),
        (DRAFT, 5, 5, False),
        (DRAFT, 5, 3, False),
        (DRAFT, None, 5, False),
        (DRAFT, 0, None, False),
        (ACTIVE, 0, 5, False),
        (SCHEDULED, 0, 5, False),
    ],
)
def test_messages_of_a_campaign_at_rest_are_expanding_drift(
    state: RunState, before: int | None, after: int | None, *, moved: bool
) -> None:
    seen = SeenState(state, state.value, sent=before)
    fields = evidence(seen, replace(live(state=state), status=state.value, sent=after))
    assert fields == ([("messagesSent", before, after)] if moved else [])


@pytest.mark.parametrize(
    ("before", "after", "moved"),
    [
        ("NORMAL", "EMERGENCY", True),
        ("", "EMERGENCY", True),
        ("EMERGENCY", "EMERGENCY", False),
        ("EMERGENCY", "NORMAL", False),
        ("", "Normal", False),
        ("NORMAL", "", False),
    ],
)
def test_an_unusual_way_to_run_is_expanding_drift(before: str, after: str, *, moved: bool) -> None:
    seen = SeenState(ACTIVE, "active", execution=before)
    fields = evidence(seen, replace(live(state=ACTIVE), status="active", execution=after))
    assert fields == ([("executionType", before or None, after)] if moved else [])


def test_who_ignores_the_run_state_ignores_its_evidence_too() -> None:
    ignored = Metadata(ignore=(Exemption(subject="status", reason="Run by hand."),))
    row = replace(live(state=DRAFT), status="draft", sent=5)
    assert evidence(SeenState(DRAFT, "draft", sent=0), row, metadata=ignored) == []


def evidence(seen: SeenState, row: Live, **changes: Any) -> list[tuple[str, object, object]]:
    """The drifted fields of a managed campaign; all of them expand."""
    one = desired(**changes)
    made = plan(one, live=on_kore(row), ledger=ledger(record(one, seen=seen)))
    fields = [field for change in made.drift for field in change.fields]
    assert all(field.movement is OUT for field in fields)
    return [(field.path, field.before, field.after) for field in fields]
