from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from reconciler.apply.changes.opening import next_opening, opening_of
from reconciler.apply.step import Ended
from reconciler.apply.target_run import TargetRun
from reconciler.diagnostics import error
from reconciler.errors import LedgerFailed
from reconciler.plan.sent_marks import mark_key
from reconciler.resources.ledger_records import Moment
from reconciler.resources.outcome import Outcome
from reconciler.resources.sent_mark import SentMark
from reconciler.resources.snapshot import Listing, TargetSnapshot
from tests.support.apply_world import CARE, SMS, START, ApplyWorld, new_change
from tests.support.campaigns import desired, record

KEY = mark_key(SMS, "renewal", "acme")


def test_the_mark_of_a_create_says_when_its_name_was_sent_first_and_what_was_listed(
    world: ApplyWorld,
) -> None:
    change = replace(world.create(), seen_ids=("cd-9",))
    day_before = START - timedelta(days=1)
    earlier = SentMark(
        key=KEY,
        first_at=day_before,
        sent=Moment(START - timedelta(hours=1)),
        environment="staging",
        address=change.address,
    )
    expected = replace(
        earlier, sent=Moment(START), environment="test", seen_ids=("cd-9",), first_at=START
    )
    with world.run(change, account="acme") as run:
        first = opening_of(change, run)
        run.marks[KEY] = earlier
        again = opening_of(change, run, attempt=2)
    assert (first.mark, first.before) == (expected, None)
    assert (again.mark, again.before) == (replace(expected, first_at=day_before), earlier)
    assert (first.intent.attempt, again.intent.attempt) == (1, 2)
    assert first.intent.account == "acme"
    assert first.part == run.part(Ended(change=change, outcome=Outcome.UNKNOWN))


@pytest.mark.parametrize(("recorded", "generation"), [(None, 1), (1, 2), (4, 5)])
def test_each_create_of_an_address_has_a_generation_of_its_own(
    world: ApplyWorld, recorded: int | None, generation: int
) -> None:
    change = world.create()
    known = replace(record(desired()), generation=recorded or 0)
    with world.run(change) as run:
        records = {} if recorded is None else {change.address: known}
        run.view = replace(run.view, records=records)
        assert opening_of(change, run).intent.generation == generation


def test_an_intent_has_the_marker_that_is_sent(world: ApplyWorld) -> None:
    change = world.create()
    body = {**(change.requests[0].body or {}), "description": "Hi [rc-0123abcd]"}
    marked = replace(change, requests=(replace(change.requests[0], body=body),))
    with world.run(change) as run:
        assert opening_of(change, run).intent.marker == ""
        assert opening_of(marked, run).intent.marker == "0123abcd"


def test_an_intent_has_the_requests_that_follow_its_create(care: ApplyWorld) -> None:
    change = new_change(care.provider, "care", type_=CARE)
    with care.run(change) as run:
        (update,) = opening_of(change, run).intent.later
    assert (update,) == change.requests[1:]


def test_an_intent_has_the_earliest_time_of_the_vendors_clock_and_a_mark_the_latest(
    world: ApplyWorld,
) -> None:
    vendors, tick = START - timedelta(hours=2), world.clock.monotonic()
    snapshot = TargetSnapshot(
        target="main",
        listings={"sms": Listing("sms", (), as_of=vendors)},
        begun_tick=tick - 10,
        ended_tick=tick,
    )
    change = world.create()
    with world.run(change, snapshot=snapshot) as run:
        opening = opening_of(change, run)
    assert opening.intent.vendors_at == vendors
    assert opening.mark.sent == Moment(START, vendors + timedelta(seconds=10))


def test_the_create_that_follows_is_opened_ahead(world: ApplyWorld) -> None:
    change = world.create()
    with world.run(change) as run:
        run.following = change
        assert next_opening(run) == opening_of(change, run)


def nothing_follows(run: TargetRun) -> None:
    run.following = None


def it_is_opened_already(run: TargetRun) -> None:
    run.ahead = next_opening(run)


def others_must_be_seen_first(run: TargetRun) -> None:
    run.roomy = lambda: False


def the_credential_was_refused(run: TargetRun) -> None:
    run.spent = error("authentication", "refused")


def the_run_is_stopping(run: TargetRun) -> None:
    run.permit.halt(LedgerFailed("disk full"))


def it_cannot_be_opened(run: TargetRun) -> None:
    assert run.following is not None
    run.following = replace(run.following, requests=())


@pytest.mark.parametrize(
    "hindrance",
    [
        nothing_follows,
        it_is_opened_already,
        others_must_be_seen_first,
        the_credential_was_refused,
        the_run_is_stopping,
        it_cannot_be_opened,
    ],
)
def test_no_create_is_opened_ahead_if_it_may_not_be_sent_at_once(
    world: ApplyWorld, hindrance: Callable[[TargetRun], None]
) -> None:
    change = world.create()
    with world.run(change) as run:
        run.following = change
        hindrance(run)
        assert next_opening(run) is None
