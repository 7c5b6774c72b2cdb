from dataclasses import asdict

import pytest
from pydantic import JsonValue

from reconciler.providers.carecycle import mapping
from reconciler.resources.base import RunState
from reconciler.resources.tree import Tree, at, has
from tests.support.scripted_vendor import care_id, care_row, sample


def seed() -> Tree:
    items = sample("carecycle_list")["items"]
    assert isinstance(items, list)
    assert isinstance(items[0], dict)
    return items[0]


def test_the_list_sample_is_read_whole() -> None:
    live = mapping.live_of(seed())
    assert live.remote_id == "3c90c3cc-0d44-4b50-8888-8dd25736052a"
    assert (live.state, live.blocked, live.thin) == (RunState.DRAFT, (), False)
    assert live.spec["redialPatterns"] == [
        {"days": [4503599627370495], "attempts": 2, "intervalMinutes": 123}
    ]
    assert live.spec["transferConfigId"] == "3c90c3cc-0d44-4b50-8888-8dd25736052a"
    assert "couldn''t connect" in str(at(live.spec, "smsContent.redial"))
    assert live.observed["suitType"] == "sales"
    assert not has(live.spec, "maxConcurrentCalls")


def test_people_in_configurations_are_not_kept() -> None:
    kept = str(asdict(mapping.live_of(seed())))
    assert "jsmith@example.com" not in kept
    assert "routingConfig" not in kept
    assert "customerStats" not in kept


@pytest.mark.parametrize(
    ("status", "state", "blocks"),
    [
        ("draft", RunState.DRAFT, False),
        ("paused", RunState.PAUSED, False),
        ("active", RunState.ACTIVE, True),
        ("archived", RunState.ARCHIVED, True),
        ("completed", RunState.OTHER, True),
        ("testing", RunState.OTHER, True),
        (None, RunState.OTHER, True),
    ],
)
def test_every_status_has_a_state_and_says_whether_it_blocks(
    status: JsonValue, state: RunState, blocks: bool
) -> None:
    live = mapping.live_of(care_row(1, status=status))
    assert (live.state, bool(live.blocked)) == (state, blocks)


def test_a_record_of_the_newest_generation_leaves_the_rest_unread() -> None:
    live = mapping.live_of(care_row(1, maxConcurrentCalls=3, features=None))
    assert live.spec["maxConcurrentCalls"] == 3
    for path in ("redial", "smsTypes", "smsContent", "transferConfigId", "features"):
        assert not has(live.spec, path)


@pytest.mark.parametrize("key", sorted(seed().keys() - {"id", "name"}))
@pytest.mark.parametrize("value", [None, 7, "odd", [], {}, [None], {"a": [1]}, True])
def test_any_other_field_may_be_anything(key: str, value: JsonValue) -> None:
    assert mapping.live_of({**seed(), key: value}).name == "<string>"


@pytest.mark.parametrize(
    ("raw", "why"),
    [
        ({"name": "A"}, "no UUID"),
        ({"id": "cd-1", "name": "A"}, "no UUID"),
        ({"id": 7, "name": "A"}, "no UUID"),
    ],
)
def test_a_record_without_identity_is_refused(raw: Tree, why: str) -> None:
    with pytest.raises(mapping.Malformed, match=why):
        mapping.live_of(raw)


@pytest.mark.parametrize(
    ("name", "shown"), [(None, ""), ("", ""), (["A"], ""), (2026, "2026"), ("A", "A")]
)
def test_a_row_without_a_name_is_a_campaign(name: JsonValue, shown: str) -> None:
    assert mapping.live_of({"id": care_id(1), "name": name}).name == shown
    assert mapping.live_of({"id": care_id(1)}).name == ""


def test_ids_are_compared_in_lower_case() -> None:
    assert mapping.live_of(care_row(1, id=care_id(1).upper())).remote_id == care_id(1)


def test_a_marker_moves_with_the_campaign_and_not_with_its_counters() -> None:
    base = mapping.live_of(care_row(1)).marker
    assert mapping.live_of(care_row(1, customerStats={"total": 5})).marker == base
    assert mapping.live_of(care_row(1, redialTracking={"lastRunSmsCount": 5})).marker == base
    assert mapping.live_of(care_row(1, updatedAt="later")).marker != base


def test_a_marker_sees_another_configuration_but_not_its_people() -> None:
    def marker(**config: JsonValue) -> str:
        return mapping.live_of(care_row(1, transferConfig={"id": "a", **config})).marker

    assert marker(routingConfig={"agents": [1]}) == marker()
    assert marker(id="b") != marker()


@pytest.mark.parametrize("raw", [None, [], {}, {"id": care_id(1)}])
def test_an_answer_without_a_campaign_shows_none(raw: JsonValue) -> None:
    assert mapping.answered(raw) is None
