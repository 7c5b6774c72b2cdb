"""How many creates may be unproven, and what is read to prove them."""

from collections.abc import Sequence
from dataclasses import replace

import pytest

from reconciler.address import Address
from reconciler.apply.events import Waiting
from reconciler.apply.read_back import MOST_UNPROVEN, ReadBack
from reconciler.apply.step import Ended, Unclear, Written
from reconciler.diagnostics import error
from reconciler.errors import ReadFailed
from reconciler.plan.model import Action, Change
from reconciler.resources.base import Live
from reconciler.resources.outcome import Outcome
from reconciler.resources.snapshot import Listing
from tests.support.apply_world import SMS, ApplyWorld
from tests.support.campaigns import VOICE, bare_live, desired, intent, record

TOO_MANY = error(
    "too-soon",
    "not attempted: the vendor does not show 20 creates of this run yet",
    "No more than that are sent before they are seen. Apply again later: the next run goes on from "
    "there.",
)

DIFFERENT = error(
    "not-applied-by-server",
    "not attempted: the vendor accepted kore_sms_campaign.c1, but shows other values: name, "
    "description",
    "Nothing more is created on this target. Plan again to see the values side by side.",
)


def change(number: int, type_: str = SMS, action: Action = Action.CREATE) -> Change:
    return Change(address=Address(type_, f"c{number}"), target="main", action=action, name="x")


def written(number: int, type_: str = SMS) -> Written:
    one = replace(desired("x", type_), address=Address(type_, f"c{number}"))
    known = record(one, f"cd-{number}", spec={"name": "x"})
    return Written(change=change(number, type_), record=known)


def ended(number: int, outcome: Outcome, action: Action = Action.CREATE) -> Ended:
    return Ended(change=change(number, action=action), outcome=outcome)


def unclear(number: int) -> Unclear:
    return Unclear(change=change(number), intent=intent(desired()), message="no answer")


@pytest.mark.parametrize(
    ("step", "counts"),
    [
        (unclear(0), True),
        (ended(0, Outcome.UNKNOWN), True),
        (ended(0, Outcome.APPLIED), True),
        (ended(0, Outcome.REFUSED), False),
        (ended(0, Outcome.SKIPPED), False),
        (ended(0, Outcome.UNKNOWN, Action.UPDATE), False),
    ],
)
def test_what_may_be_created_and_is_not_read_back_counts_as_unproven(
    world: ApplyWorld, step: Ended | Unclear, counts: bool
) -> None:
    with world.run() as run:
        unseen = ReadBack(run)
        for number in range(1, MOST_UNPROVEN):
            unseen.doubt(unclear(number))
        assert unseen.room() is None
        unseen.doubt(step)
        assert unseen.room() == (TOO_MANY if counts else None)


def test_a_create_that_is_proven_does_not_count(world: ApplyWorld) -> None:
    with world.run() as run:
        unseen = ReadBack(run)
        for number in range(1, MOST_UNPROVEN):
            unseen.doubt(unclear(number))
        unseen.add(replace(written(0), live=bare_live({"name": "x"})))
        assert unseen.room() is None


def test_a_create_that_is_read_back_after_all_counts_once(world: ApplyWorld) -> None:
    with world.run() as run:
        unseen = ReadBack(run)
        for number in range(1, MOST_UNPROVEN):
            unseen.doubt(unclear(number))
        assert unseen.add(written(1)) is None
        assert unseen.room() is None


def test_creates_that_were_never_seen_count_until_the_run_ends(world: ApplyWorld) -> None:
    with world.run() as run:
        unseen = ReadBack(run)
        for number in range(1, MOST_UNPROVEN):
            unseen.doubt(unclear(number))
        unseen.add(written(0))
        unseen.end()
        assert unseen.room() == TOO_MANY


def test_why_nothing_is_sent_at_all_is_said_first(world: ApplyWorld) -> None:
    spent = error("budget", "too many requests")
    with world.run() as run:
        unseen = ReadBack(run)
        for number in range(MOST_UNPROVEN):
            unseen.doubt(unclear(number))
        run.spent = spent
        assert unseen.room() == spent


@pytest.mark.parametrize(("number", "roomy"), [(17, True), (18, True), (19, False), (20, False)])
def test_the_create_after_the_next_needs_room_too(
    world: ApplyWorld, number: int, roomy: bool
) -> None:
    with world.run() as run:
        unseen = ReadBack(run)
        for one in range(number):
            unseen.doubt(unclear(one))
        assert unseen.roomy() is roomy


def test_no_create_is_opened_ahead_after_an_answer_that_differs(world: ApplyWorld) -> None:
    odd = replace(written(1), answer=bare_live({"name": "other"}))
    with world.run() as run:
        unseen = ReadBack(run)
        unseen.add(odd)
        assert not unseen.roomy()
        assert unseen.room() is None  # it could not be looked into
        assert unseen.roomy()


def test_no_create_is_sent_after_one_that_is_proven_different(world: ApplyWorld) -> None:
    made = bare_live({"name": "other", "description": "Hello."})
    one = replace(written(1).record, spec={"name": "x", "description": "Hi."})
    odd = replace(written(1), record=one, live=made)
    with world.run() as run:
        unseen, ended = ReadBack(run), ReadBack(run)
        unseen.add(odd)
        ended.add(odd)
        ended.end()
        assert unseen.room() == ended.room() == DIFFERENT
        assert not unseen.roomy()


def read_for(world: ApplyWorld, steps: Sequence[Written]) -> list[str]:
    """What is read in vain until there is no time left to prove these creates."""
    with world.run() as run:
        unseen = ReadBack(run)
        for step in steps:
            unseen.add(step)
        assert unseen.room() == TOO_MANY
    return world.provider.reads


MANY = [written(number) for number in range(MOST_UNPROVEN)]


def test_a_page_of_the_newest_that_lacks_all_creates_is_read_twice(world: ApplyWorld) -> None:
    assert read_for(world, MANY).count("newest sms") == 2


def test_a_page_that_shows_creates_and_proves_none_is_read_once(
    world: ApplyWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = bare_live({"name": "x"}, remote_id="cd-3", thin=True)
    asked: list[str] = []

    def newest(channel: str) -> tuple[Live, ...]:
        asked.append(channel)
        return (row,)

    monkeypatch.setattr(world.provider, "newest", newest)
    read_for(world, MANY)
    assert asked == ["sms"]


@pytest.mark.parametrize(
    ("seconds", "pages"), [(0, ["sms", "voice"]), (60, ["sms", "voice", "voice"])]
)
def test_a_channel_without_a_page_does_not_hide_that_of_another(
    world: ApplyWorld, monkeypatch: pytest.MonkeyPatch, seconds: int, pages: list[str]
) -> None:
    world.settings = replace(world.settings, read_back=seconds)
    asked: list[str] = []

    def newest(channel: str) -> tuple[Live, ...]:
        asked.append(channel)
        if channel == "sms":
            raise ReadFailed("no such page")
        return ()

    monkeypatch.setattr(world.provider, "newest", newest)
    read_for(world, [*MANY[1:], written(0, VOICE)])
    assert asked == pages


def test_pages_that_prove_creates_are_read_again(
    world: ApplyWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    def newest(channel: str) -> tuple[Live, ...]:
        asked.append(channel)
        return (bare_live({"name": "x"}, remote_id=f"cd-{len(asked)}"),)

    monkeypatch.setattr(world.provider, "newest", newest)
    with world.run() as run:
        unseen = ReadBack(run)
        for number in range(MOST_UNPROVEN + 5):
            unseen.add(written(number))
        unseen.room()
    assert len(asked) > 3


@pytest.mark.parametrize("action", [Action.CREATE, Action.UPDATE])
def test_a_listed_row_is_completed_by_a_reading_of_that_row(
    world: ApplyWorld, monkeypatch: pytest.MonkeyPatch, action: Action
) -> None:
    world.apply(world.create())
    (made,) = world.provider.all()
    rows: list[Live | None] = []

    def get(_type: str, _remote_id: str, row: Live | None = None) -> Live | None:
        rows.append(row)
        return made if row is not None else None

    monkeypatch.setattr(world.provider, "get", get)
    thin = replace(made, thin=True)
    listed = replace(world.provider.list("sms"), items=(thin,))
    monkeypatch.setattr(world.provider, "list", lambda _channel: listed)
    known = replace(written(1).record, remote_id=made.remote_id)
    step = Written(change=change(1, action=action), record=known)
    with world.run() as run:
        unseen = ReadBack(run)
        unseen.add(step)
        unseen.end()
    assert rows[-1] == thin


@pytest.mark.parametrize("times", [1, 99])
def test_after_an_unforeseen_fault_of_one_look_another_is_made(
    world: ApplyWorld, monkeypatch: pytest.MonkeyPatch, times: int
) -> None:
    faults = iter(range(times))
    made = bare_live({"name": "x"}, remote_id="cd-1")

    def get(_type: str, _remote_id: str, _row: Live | None = None) -> Live | None:
        for _ in faults:
            raise RuntimeError
        return made

    monkeypatch.setattr(world.provider, "get", get)
    listed = replace(world.provider.list("sms"), items=(made,))
    monkeypatch.setattr(world.provider, "list", lambda _channel: listed)
    with world.run() as run:
        unseen = ReadBack(run)
        unseen.add(written(1))
        run.owned.add("cd-1")
        (outcome,) = unseen.end()
    problems = [found.summary for found in outcome.diagnostics]
    assert len(problems) == (0 if times == 1 else 1)
    assert all("(unexpected error RuntimeError" in found for found in problems)
    waits = {event.reason for event in world.events if isinstance(event, Waiting)}
    assert waits == {"reading back"}


def test_one_look_lists_every_channel(world: ApplyWorld, monkeypatch: pytest.MonkeyPatch) -> None:
    world.settings = replace(world.settings, read_back=0)
    rows = {
        "sms": bare_live({"name": "x"}, remote_id="cd-1"),
        "voice": bare_live({"name": "x"}, remote_id="cd-2", type=VOICE),
    }
    monkeypatch.setattr(world.provider, "list", lambda channel: Listing(channel, (rows[channel],)))
    steps = [
        replace(written(1), live=rows["sms"]),
        replace(written(2, VOICE), live=rows["voice"]),
    ]
    with world.run() as run:
        run.owned |= {"cd-1", "cd-2"}
        unseen = ReadBack(run)
        for step in steps:
            unseen.add(step)
        assert [one.diagnostics for one in unseen.end()] == [(), ()]
