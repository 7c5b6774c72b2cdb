"""What is read again before anything is concluded from absence, with the number of requests."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import timedelta

import pytest

from reconciler.errors import ReadFailed
from reconciler.resources.base import Desired, Lifecycle, Live, Metadata, RunState
from reconciler.resources.capabilities import Capabilities
from reconciler.resources.ledger_records import LedgerView
from reconciler.resources.snapshot import Listing, ListScope, TargetSnapshot
from reconciler.testing.clock import ManualClock
from reconciler.testing.memory import MemoryProvider
from reconciler.workflow.proving_absence import Question, read_listings
from tests.support.campaigns import SMS, desired, intent, record
from tests.support.plans import ledger

RENEWAL = desired()
LIST, GET = "list sms", "get cd-1"
OTHER = desired("other", name="Other")
EMPTY = ledger()
MANAGED = ledger(record(RENEWAL))
Slips = list[tuple[str, ...]]


@dataclass
class Scene:
    """An account of several pages with one campaign, `cd-1`, that matches its manifest."""

    pool: ThreadPoolExecutor
    clock: ManualClock
    provider: MemoryProvider

    def read(self, view: LedgerView, *wanted: Desired, **more: bool) -> TargetSnapshot:
        question = Question(
            target="retention",
            channels=("sms",),
            desired=wanted,
            view=view,
            prune=more.get("prune", False),
            creates=more.get("creates", True),
            settle=timedelta(seconds=300),
        )
        return read_listings(self.provider, question, clock=self.clock, pool=self.pool)

    def listed(self, view: LedgerView, *wanted: Desired, **more: bool) -> list[str]:
        rows = self.read(view, *wanted, **more)
        return [row.remote_id for row in rows.listings["sms"].items]


@pytest.fixture
def scene() -> Iterator[Scene]:
    clock = ManualClock()
    provider = MemoryProvider(clock)
    provider.put(SMS, RENEWAL.spec)
    provider.slips = []
    with ThreadPoolExecutor(2) as pool:
        yield Scene(pool, clock, provider)


class Apart(MemoryProvider):
    """Lists archived campaigns only if asked for them, or for all, with two requests."""

    @property
    def capabilities(self) -> Capabilities:
        return replace(super().capabilities, lists_archived_apart=True)

    def list(self, channel: str, scope: ListScope = ListScope.ALL) -> Listing:
        if scope is ListScope.ALL:
            return self.list(channel, ListScope.LIVING).joined(
                self.list(channel, ListScope.ARCHIVED)
            )
        found = super().list(channel)
        self.reads[-1] = f"list {scope}"
        items = tuple(
            row
            for row in found.items
            if (row.state is RunState.ARCHIVED) is (scope is ListScope.ARCHIVED)
        )
        return replace(found, items=items, has_archived=False)


LIVING, ARCHIVED = "list living", "list archived"
PINNED = desired("pinned", name="Pinned", metadata=Metadata(remote_id="cd-2"))


@pytest.fixture
def apart(scene: Scene) -> Scene:
    """The same with `cd-2`, which is archived."""
    provider = Apart(scene.clock)
    provider.put(SMS, RENEWAL.spec)
    archived = provider.put(SMS, OTHER.spec)
    provider.edit(archived.remote_id, {}, state=RunState.ARCHIVED)
    provider.slips = []
    return Scene(scene.pool, scene.clock, provider)


@pytest.mark.parametrize("view", [EMPTY, MANAGED], ids=["unknown", "managed"])
def test_archived_campaigns_are_not_listed_where_they_cannot_matter(
    apart: Scene, view: LedgerView
) -> None:
    assert apart.listed(view, RENEWAL) == ["cd-1"]
    assert apart.provider.reads == [LIVING]


@pytest.mark.parametrize(
    ("wanted", "view"),
    [
        ((RENEWAL,), ledger(record(RENEWAL), record(OTHER, "cd-2"))),
        ((RENEWAL, OTHER), ledger(record(RENEWAL), record(OTHER, "cd-2"))),
        ((RENEWAL, PINNED), MANAGED),
        ((RENEWAL, desired("new", name="New")), MANAGED),
    ],
    ids=["in the ledger", "managed", "in git", "to be created"],
)
def test_archived_campaigns_are_listed_where_one_may_be_a_known_one_or_a_create_follows(
    apart: Scene, wanted: tuple[Desired, ...], view: LedgerView
) -> None:
    assert sorted(apart.listed(view, *wanted)) == ["cd-1", "cd-2"]
    assert apart.provider.reads[:2] == [LIVING, ARCHIVED]


def test_an_open_intent_is_looked_for_among_the_archived_too(apart: Scene) -> None:
    opened = intent(OTHER, created_at=apart.clock.now())
    view = ledger(record(RENEWAL), intents={opened.address: opened})
    apart.listed(view, RENEWAL)
    assert apart.provider.reads == [LIVING, ARCHIVED] * 2


def test_before_a_create_the_whole_listing_is_walked_twice(apart: Scene) -> None:
    apart.listed(EMPTY, RENEWAL, desired("new", name="New"))
    assert apart.provider.reads == [LIVING, ARCHIVED] * 2


def test_one_page_of_the_living_proves_nothing_before_a_create(apart: Scene) -> None:
    apart.provider.slips = None
    apart.listed(EMPTY, RENEWAL, desired("new", name="New"))
    assert apart.provider.reads == [LIVING, ARCHIVED]


def test_an_import_lists_archived_campaigns(apart: Scene) -> None:
    assert sorted(apart.listed(EMPTY, creates=False)) == ["cd-1", "cd-2"]


def slipping(scene: Scene, slips: Slips) -> MemoryProvider:
    scene.provider.slips = [*slips]
    return scene.provider


@pytest.mark.parametrize("view", [EMPTY, MANAGED], ids=["unknown", "managed"])
def test_where_nothing_is_missing_one_walk_is_enough(scene: Scene, view: LedgerView) -> None:
    assert scene.listed(view, RENEWAL) == ["cd-1"]
    assert scene.provider.reads == [LIST]


def test_before_a_create_two_walks_must_agree(scene: Scene) -> None:
    assert scene.listed(EMPTY, RENEWAL, desired("new", name="New")) == ["cd-1"]
    assert scene.provider.reads == [LIST, LIST]


def test_a_campaign_that_slipped_is_found_by_the_walk_before_its_create(scene: Scene) -> None:
    provider = slipping(scene, [("cd-1",)])
    assert scene.listed(EMPTY, RENEWAL) == ["cd-1"]
    assert provider.reads == [LIST, LIST], "once it is found, nothing is created"


def test_an_open_intent_is_looked_for_in_two_walks_that_agree(scene: Scene) -> None:
    opened = intent(OTHER, created_at=scene.clock.now())
    view = ledger(record(RENEWAL), intents={opened.address: opened})
    scene.listed(view, RENEWAL)
    assert scene.provider.reads == [LIST, LIST]


def test_where_nothing_is_created_one_walk_is_enough(scene: Scene) -> None:
    scene.listed(EMPTY, desired("new", name="New"), creates=False)
    assert scene.provider.reads == [LIST]


def test_one_page_is_proof_enough(scene: Scene) -> None:
    scene.provider.slips = None
    scene.listed(EMPTY, desired("new", name="New"))
    assert scene.provider.reads == [LIST]


@pytest.mark.parametrize(
    ("wanted", "view", "prune"),
    [
        (RENEWAL, MANAGED, False),
        (desired(metadata=Metadata(remote_id="cd-1")), EMPTY, False),
        (desired(metadata=Metadata(lifecycle=Lifecycle.RETIRED)), MANAGED, False),
        (desired("renamed"), MANAGED, False),
        (None, MANAGED, True),
    ],
    ids=["managed", "pinned", "retired", "moved", "pruned"],
)
def test_a_known_campaign_that_slipped_is_listed_again(
    scene: Scene, wanted: Desired | None, view: LedgerView, prune: bool
) -> None:
    provider = slipping(scene, [("cd-1",)])
    assert scene.listed(view, *([wanted] if wanted else []), prune=prune) == ["cd-1"]
    assert provider.reads == [LIST, GET, LIST]


@pytest.mark.parametrize("lifecycle", [Lifecycle.RELEASED, None])
def test_what_nothing_is_concluded_about_is_not_asked_for(
    scene: Scene, lifecycle: Lifecycle | None
) -> None:
    provider = slipping(scene, [("cd-1",)])
    wanted = [desired(metadata=Metadata(lifecycle=lifecycle))] if lifecycle else []
    assert scene.listed(MANAGED, *wanted) == []
    assert provider.reads == [LIST]


def test_a_living_campaign_that_the_listing_keeps_lacking_is_told_apart(scene: Scene) -> None:
    provider = slipping(scene, [("cd-1",)] * 3)
    assert scene.read(MANAGED, RENEWAL).unlisted == {"cd-1"}
    assert provider.reads == [LIST, GET] * 3


def test_a_pinned_campaign_that_the_listing_keeps_lacking_is_told_apart(scene: Scene) -> None:
    slipping(scene, [("cd-1",)] * 3)
    pinned = desired(metadata=Metadata(remote_id="cd-1"))
    assert scene.read(EMPTY, pinned).unlisted == {"cd-1"}


def test_a_listing_that_keeps_changing_before_a_create_is_none(scene: Scene) -> None:
    scene.provider.put(SMS, OTHER.spec)
    slipping(scene, [("cd-1",), ("cd-2",), ("cd-1",)])
    with pytest.raises(ReadFailed, match="keeps changing: it was read 3 times"):
        scene.read(MANAGED, RENEWAL, desired("new", name="New"))


def test_a_campaign_that_the_vendor_denies_is_gone_and_asked_for_once(scene: Scene) -> None:
    scene.provider.remove("cd-1")
    assert scene.listed(MANAGED, RENEWAL) == []
    assert scene.provider.reads == [LIST, GET, LIST]


def test_a_reading_that_fails_does_not_make_a_campaign_gone(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise ReadFailed("no answer")

    monkeypatch.setattr(slipping(scene, [("cd-1",)]), "get", fail)
    with pytest.raises(ReadFailed, match="no answer"):
        scene.read(MANAGED, RENEWAL)


def test_a_campaign_too_new_to_be_listed_is_reported_as_such(scene: Scene) -> None:
    provider = slipping(scene, [("cd-1",)])
    view = ledger(record(RENEWAL, written_at=scene.clock.now()))
    rows = scene.read(view, RENEWAL)
    assert rows.unlisted == {"cd-1"}
    assert provider.reads == [LIST, GET]


def test_a_pin_in_another_spelling_is_no_contradiction(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    (live,) = scene.provider.all()

    def get(*_: object) -> Live:
        return live

    monkeypatch.setattr(scene.provider, "get", get)
    wanted = desired(metadata=Metadata(remote_id="CD-1"))
    assert scene.listed(EMPTY, wanted) == ["cd-1"]
    assert scene.provider.reads == [LIST]
