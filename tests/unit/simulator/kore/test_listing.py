from typing import Any

import pytest

from reconciler.resources.tree import Tree
from reconciler.testing.clock import ManualClock
from tests.support.simulator_client import KoreClient, sms, voice

SORTED: Any = {"name": "asc", "createdAt": "asc"}


def fill(kore: KoreClient, count: int) -> list[str]:
    for number in range(count):
        kore.simulator.seed_kore({"name": f"campaign {number:03}"})
    return [f"campaign {number:03}" for number in range(count)]


def names(page: Any) -> list[str]:
    return [row["name"] for row in page["results"]]


def test_an_empty_listing_has_every_paging_field(kore: KoreClient) -> None:
    answered = kore("POST", "/getAllCampaignDetails", {"type": "sms"})
    assert answered.body == {
        "status": "success",
        "message": "Campaign  retrieved successfully",
        "data": {
            "results": [],
            "skip": 0,
            "limit": 50,
            "hasMore": False,
            "totalPages": 0,
            "totalResults": 0,
        },
    }


def test_pages_follow_each_other_to_the_end(kore: KoreClient) -> None:
    expected = fill(kore, 7)
    pages = [
        kore.listing(limit=3, page=page, skip=(page - 1) * 3, sortBy=SORTED) for page in (1, 2, 3)
    ]
    assert [name for page in pages for name in names(page)] == expected
    assert [page["hasMore"] for page in pages] == [True, True, False]
    assert [page["skip"] for page in pages] == [0, 3, 6]
    assert {(page["limit"], page["totalPages"], page["totalResults"]) for page in pages} == {
        (3, 3, 7)
    }


@pytest.mark.parametrize("blank", [{}, {"limit": "", "skip": "", "page": ""}])
def test_the_default_limit_is_50(kore: KoreClient, blank: dict[str, Any]) -> None:
    fill(kore, 60)
    page = kore.listing(**blank)
    assert (len(page["results"]), page["limit"]) == (50, 50)


def test_a_high_limit_is_lowered_or_refused(kore: KoreClient) -> None:
    fill(kore, 5)
    kore.simulator.change_switches({"kore": {"list_maximum": 2}})
    page = kore.listing(limit=50)
    assert (len(page["results"]), page["limit"], page["totalPages"]) == (2, 2, 3)
    kore.simulator.change_switches({"kore": {"over_maximum": "refused"}})
    assert kore("POST", "/getAllCampaignDetails", {"type": "sms", "limit": 50}).status == 400


@pytest.mark.parametrize(("mode", "skip"), [("skip_wins", 1), ("page_wins", 4), ("sum", 5)])
def test_skip_and_page_are_weighed_by_a_switch(kore: KoreClient, mode: str, skip: int) -> None:
    expected = fill(kore, 9)
    kore.simulator.change_switches({"kore": {"paging": mode}})
    page = kore.listing(limit=2, page=3, skip=1, sortBy=SORTED)
    assert (page["skip"], names(page)) == (skip, expected[skip : skip + 2])


@pytest.mark.parametrize("mode", ["skip_wins", "page_wins"])
def test_page_alone_counts(kore: KoreClient, mode: str) -> None:
    expected = fill(kore, 5)
    kore.simulator.change_switches({"kore": {"paging": mode}})
    assert names(kore.listing(limit=2, page=2, sortBy=SORTED)) == expected[2:4]


def test_sorting_goes_both_ways(kore: KoreClient, clock: ManualClock) -> None:
    for name in ("b", "a", "c"):
        kore.made(sms(name=name))
        clock.sleep(1)
    assert names(kore.listing(sortBy={"name": "desc"})) == ["c", "b", "a"]
    assert names(kore.listing(sortBy={"createdAt": "asc"})) == ["b", "a", "c"]
    assert names(kore.listing()) == ["c", "a", "b"]


def test_each_type_has_its_own_listing(kore: KoreClient) -> None:
    kore.made(sms(name="text"))
    kore.made(voice(name="call"))
    assert names(kore.listing("sms")) == ["text"]
    assert names(kore.listing("voice")) == ["call"]


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        ({"status": ["Ready"]}, ["first", "second"]),
        ({"status": ["Stopped", "Active"]}, ["third"]),
        ({"priority": [1, 2]}, ["first"]),
        ({"dialingMode": ["Preview"]}, ["second"]),
        ({"status": ["Ready"], "priority": [5]}, []),
    ],
)
def test_filters_narrow_the_listing(kore: KoreClient, filters: Tree, expected: list[str]) -> None:
    kore.made(voice(name="first", priority="1"))
    kore.made(voice("Preview", name="second"))
    stopped = kore.made(voice(name="third"))
    kore.simulator.edit(stopped, {"status": "Stopped"})
    page = kore.listing("voice", filters=filters, sortBy=SORTED)
    assert (names(page), page["totalResults"]) == (expected, len(expected))


def test_dates_filter_on_creation(kore: KoreClient, clock: ManualClock) -> None:
    kore.made(sms(name="old"))
    clock.sleep(86_400)
    kore.made(sms(name="new"))
    dates: Any = {"startDate": "2026-03-03T00:00:00.000Z", "endDate": "2026-03-04T00:00:00.000Z"}
    assert names(kore.listing(**dates)) == ["new"]
    kore.simulator.change_switches({"kore": {"date_filter": "ignored"}})
    assert len(names(kore.listing(**dates))) == 2


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"type": "fax"},
        {"type": "sms", "limit": "many"},
        {"type": "sms", "skip": -1},
        {"type": "sms", "sortBy": {"size": "asc"}},
        {"type": "sms", "sortBy": {"name": "up"}},
        {"type": "sms", "filters": {"status": ["Asleep"]}},
        {"type": "sms", "startDate": "yesterday"},
    ],
)
def test_a_wrong_listing_body_is_refused(kore: KoreClient, body: Tree) -> None:
    assert kore("POST", "/getAllCampaignDetails", body).status == 400


def test_more_switches_of_the_listing(kore: KoreClient) -> None:
    fill(kore, 2)
    kore.simulator.change_switches(
        {"kore": {"sort_needs_name": True, "has_more_on_last_page": True}}
    )
    refused = kore(
        "POST", "/getAllCampaignDetails", {"type": "sms", "sortBy": {"createdAt": "asc"}}
    )
    assert refused.status == 400
    assert kore.listing()["hasMore"] is True
    kore.simulator.change_switches({"kore": {"agentless_filter": "refused"}})
    body: Tree = {"type": "voice", "filters": {"dialingMode": ["Agentless"]}}
    assert kore("POST", "/getAllCampaignDetails", body).status == 400


def test_equal_rows_can_change_places(kore: KoreClient) -> None:
    for number in range(20):
        kore.simulator.seed_kore({"name": "same", "priority": str(number % 5 + 1)})
    kore.simulator.change_switches({"kore": {"unstable_order": True}})
    first, second = ([row["id"] for row in kore.listing(sortBy=SORTED)["results"]] for _ in "ab")
    assert first != second
    assert sorted(first) == sorted(second)


@pytest.mark.parametrize(
    ("fault", "seen"),
    [
        ("list_shifted", ["000", "001", "003"]),
        ("list_duplicate_page", ["000", "001", "001", "002"]),
        ("list_repeats_page", ["000", "001", "000", "001"]),
    ],
)
def test_a_listing_can_shift_under_the_reader(
    kore: KoreClient, fault: str, seen: list[str]
) -> None:
    fill(kore, 4)
    kore.simulator.faults.add(f"kore.list:{fault}:*")
    pages = [kore.listing(limit=2, skip=skip, sortBy=SORTED) for skip in (0, 2)]
    assert [name[-3:] for page in pages for name in names(page)] == seen


def test_a_total_can_be_wrong(kore: KoreClient) -> None:
    fill(kore, 2)
    kore.simulator.faults.add("kore.list:list_wrong_total")
    assert kore.listing()["totalResults"] == 3
    assert kore.listing()["totalResults"] == 2
