"""At most 20 creates are unproven; answers and list rows prove them in place of readings by id."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from pydantic import JsonValue

from reconciler.apply.receipt import exit_code
from reconciler.errors import BudgetSpent, ExitCode, ReadFailed
from reconciler.providers.base import at_once
from reconciler.resources.base import Live
from reconciler.resources.outcome import Answer, ChangeOutcome, Outcome
from reconciler.resources.snapshot import Listing
from reconciler.resources.writes import Operation, PlannedRequest
from reconciler.testing.clock import ManualClock
from reconciler.testing.memory import MemoryProvider
from tests.support.apply_world import SETTINGS, START, ApplyWorld, open_apply_world, reply


class Frugal(MemoryProvider):
    """Lists thin rows, and answers a create with everything that a reading shows."""

    unshown: frozenset[str] | None = frozenset()
    lists_from = 0.0
    """Seconds of the clock before which no listing shows anything."""
    shows_other = False
    """Whether rows have another contact list than was sent."""

    def list(self, channel: str) -> Listing:
        found = super().list(channel)
        return replace(found, items=self._rows(found.items))

    def newest(self, channel: str) -> tuple[Live, ...]:
        return self._rows(super().newest(channel))

    def send(self, request: PlannedRequest, leave: Callable[[], None] = at_once) -> Answer:
        answer = super().send(request, leave)
        made = request.operation is Operation.CREATE and answer.live is not None
        return replace(answer, unshown=self.unshown) if made else answer

    def _rows(self, rows: tuple[Live, ...]) -> tuple[Live, ...]:
        if self._clock.monotonic() < self.lists_from:
            return ()
        lists: list[JsonValue] = ["Another"] if self.shows_other else ["May"]
        return tuple(
            replace(row, thin=True, spec={"name": row.name, "contactLists": lists}) for row in rows
        )


@pytest.fixture
def frugal(tmp_path: Path, clock: ManualClock) -> Iterator[tuple[ApplyWorld, Frugal]]:
    provider = Frugal(clock)
    for world in open_apply_world(tmp_path, clock, provider):
        yield world, provider


def creates(world: ApplyWorld, number: int) -> tuple[ChangeOutcome, ...]:
    return world.apply(*(world.create(f"c{one:03}") for one in range(number)))


def codes(outcomes: tuple[ChangeOutcome, ...]) -> set[str]:
    return {found.code for one in outcomes for found in one.diagnostics}


def counted(outcomes: tuple[ChangeOutcome, ...], outcome: Outcome) -> int:
    return sum(one.outcome is outcome for one in outcomes)


def test_answers_and_rows_prove_creates_without_a_reading_by_id(
    frugal: tuple[ApplyWorld, Frugal],
) -> None:
    world, provider = frugal
    outcomes = creates(world, 65)
    assert codes(outcomes) == set()
    assert provider.reads == [*["newest sms"] * 3, "list sms"]


def test_a_single_create_is_proven_by_its_answer_and_the_listing(
    frugal: tuple[ApplyWorld, Frugal],
) -> None:
    world, provider = frugal
    assert codes(creates(world, 1)) == set()
    assert provider.reads == ["list sms"]


def test_a_row_that_is_not_listed_yet_is_replaced_by_a_reading(
    frugal: tuple[ApplyWorld, Frugal],
) -> None:
    world, provider = frugal
    provider.lists_from = world.clock.monotonic() + 30
    outcomes = creates(world, 25)
    assert codes(outcomes) == set()
    assert sum(read.startswith("get") for read in provider.reads) == 25
    assert len(provider.writes) == 25


def test_what_neither_the_answer_nor_the_row_shows_is_read_by_id(
    frugal: tuple[ApplyWorld, Frugal],
) -> None:
    world, provider = frugal
    provider.unshown = frozenset({"dialingStrategy.callingHours.timezone"})
    assert codes(creates(world, 25)) == set()
    assert sum(read.startswith("get") for read in provider.reads) == 25
    assert provider.reads.count("newest sms") == 1


def test_what_the_answer_leaves_out_may_be_shown_by_the_row(
    frugal: tuple[ApplyWorld, Frugal],
) -> None:
    world, provider = frugal
    provider.unshown = frozenset({"contactLists"})
    assert codes(creates(world, 5)) == set()
    assert provider.reads == ["list sms"]


def test_an_answer_that_may_leave_out_anything_proves_nothing(
    frugal: tuple[ApplyWorld, Frugal],
) -> None:
    world, provider = frugal
    provider.unshown = None
    creates(world, 5)
    assert sum(read.startswith("get") for read in provider.reads) == 5


def test_a_row_that_differs_is_settled_by_a_reading(frugal: tuple[ApplyWorld, Frugal]) -> None:
    world, provider = frugal
    provider.shows_other = True
    outcomes = creates(world, 25)
    assert codes(outcomes) == set()
    assert sum(read.startswith("get") for read in provider.reads) == 25


def test_a_create_that_is_proven_different_is_the_last(frugal: tuple[ApplyWorld, Frugal]) -> None:
    world, provider = frugal

    def other(_: PlannedRequest, effect: Callable[[], Answer]) -> Answer:
        answer = effect()
        provider.edit(str(answer.remote_id), {"contactLists": ["Another"]})
        return answer

    provider.faults = [None, None, other]
    provider.shows_other = True
    outcomes = creates(world, 45)
    assert len(provider.writes) == 20
    assert counted(outcomes, Outcome.SKIPPED) == 25
    assert codes(outcomes) == {"not-applied-by-server"}
    (first,) = {one.diagnostics[0].summary for one in outcomes if one.outcome is Outcome.SKIPPED}
    assert first.startswith("not attempted: the vendor accepted kore_sms_campaign.c002, but shows")
    assert exit_code(outcomes) is ExitCode.ERROR


def test_an_answer_that_differs_is_looked_into_at_once(frugal: tuple[ApplyWorld, Frugal]) -> None:
    world, provider = frugal

    def other(_: PlannedRequest, effect: Callable[[], Answer]) -> Answer:
        answer = effect()
        live = provider.edit(str(answer.remote_id), {"contactLists": ["Another"]})
        return replace(answer, live=live)

    provider.faults = [None, other]
    outcomes = creates(world, 10)
    assert len(provider.writes) == 2
    assert counted(outcomes, Outcome.SKIPPED) == 8


def test_twenty_creates_that_nothing_shows_are_waited_for_and_are_the_last(
    frugal: tuple[ApplyWorld, Frugal],
) -> None:
    world, provider = frugal
    provider.visible_after = 1000.0
    outcomes = creates(world, 30)
    assert len(provider.writes) == 20
    assert counted(outcomes, Outcome.SKIPPED) == 10
    assert codes(outcomes) == {"not-yet-visible", "too-soon"}
    assert exit_code(outcomes) is ExitCode.REFUSED


def test_creates_of_unknown_outcome_count_as_unproven(frugal: tuple[ApplyWorld, Frugal]) -> None:
    world, provider = frugal
    provider.faults = [reply(500)] * 30
    outcomes = creates(world, 30)
    assert len(provider.writes) == 20
    assert counted(outcomes, Outcome.UNKNOWN) == 20
    assert exit_code(outcomes) is ExitCode.UNKNOWN


def test_a_budget_that_ends_before_the_proof_ends_the_run_with_its_code(
    frugal: tuple[ApplyWorld, Frugal], monkeypatch: pytest.MonkeyPatch
) -> None:
    world, provider = frugal

    def spent(*_: object) -> Listing:
        raise BudgetSpent("--max-requests 30 is used up")

    monkeypatch.setattr(provider, "newest", spent)
    monkeypatch.setattr(provider, "list", spent)
    outcomes = creates(world, 30)
    assert len(provider.writes) == 20
    assert exit_code(outcomes) is ExitCode.BUDGET
    assert len(world.real_ledger.view().records) == 20
    (receipt,) = world.real_ledger.receipts()
    assert len(receipt.outcomes) == 30


def test_a_page_that_cannot_be_read_is_no_obstacle(
    frugal: tuple[ApplyWorld, Frugal], monkeypatch: pytest.MonkeyPatch
) -> None:
    world, provider = frugal

    def fails(_: str) -> tuple[Live, ...]:
        raise ReadFailed("the vendor does not sort like that")

    monkeypatch.setattr(provider, "newest", fails)
    assert codes(creates(world, 45)) == set()
    assert sum(read.startswith("get") for read in provider.reads) == 40


def test_creates_that_wait_count_those_that_were_never_seen(
    frugal: tuple[ApplyWorld, Frugal],
) -> None:
    world, provider = frugal
    provider.visible_after = 10_000.0
    at_once = [world.create(f"c{one:03}") for one in range(18)]
    late = [replace(world.create(f"late{one}"), not_before=START) for one in range(5)]
    outcomes = world.apply(*at_once, *late)
    assert len(provider.writes) == 20
    assert counted(outcomes, Outcome.SKIPPED) == 3


def test_an_answer_that_differs_and_cannot_be_looked_into_is_waited_for_once(
    frugal: tuple[ApplyWorld, Frugal],
) -> None:
    world, provider = frugal
    provider.visible_after = 10_000.0

    def other(_: PlannedRequest, effect: Callable[[], Answer]) -> Answer:
        answer = effect()
        live = provider.edit(str(answer.remote_id), {"contactLists": ["Another"]})
        return replace(answer, live=live)

    provider.faults = [other]
    begun = world.clock.monotonic()
    creates(world, 10)
    assert len(provider.writes) == 10
    assert world.clock.monotonic() - begun < 2 * SETTINGS.read_back + 10
