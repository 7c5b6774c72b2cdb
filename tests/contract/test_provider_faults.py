"""Faults that the simulator plays, and what the providers conclude from them."""

from collections.abc import Iterator

import pytest

from reconciler.errors import AuthenticationFailed, ReadFailed
from reconciler.providers.base import Provider
from reconciler.providers.credentials import Credential
from reconciler.providers.kore.auth import signed
from reconciler.resources.base import Live
from reconciler.resources.outcome import Answer
from reconciler.resources.tree import Tree, at, has
from reconciler.resources.writes import Impossible, Operation, PlannedRequest, Write
from reconciler.simulator import seed
from reconciler.simulator.store import Store
from tests.support.simulated_vendors import SimulatedVendors

SMS: Tree = {
    "name": "Spring Notice",
    "description": "",
    "contactLists": ["Spring Renewals 2026"],
    "priority": "5",
    "format": "advanced",
    "experienceFlowName": "SMS Support Flow",
    "dialingStrategy": {
        "callerId": {"phoneNumber": "+12025550123"},
        "callingHours": {
            "frequency": "WEEKLY",
            "timezone": "America/New_York",
            "days": [{"day": "MO", "start": "9:00 AM", "end": "6:00 PM"}],
        },
    },
}


@pytest.fixture
def world() -> Iterator[SimulatedVendors]:
    with Store() as store:
        yield SimulatedVendors(store)


VENDORS = {"v1": ("kore", "sms"), "v2": ("kore", "sms"), "carecycle": ("carecycle", "campaigns")}
each_vendor = pytest.mark.parametrize("vendor", VENDORS)


def creation(provider: Provider, vendor: str) -> PlannedRequest:
    write = Write(operation=Operation.CREATE, type="kore_sms_campaign", spec=SMS)
    if vendor == "carecycle":
        spec: Tree = {"name": "Spring"}
        write = Write(operation=Operation.CREATE, type="carecycle_campaign", spec=spec)
    requests = provider.requests(write)
    assert not isinstance(requests, Impossible), requests
    return requests[0]


def created(world: SimulatedVendors, vendor: str) -> Answer:
    provider = world.provider(vendor)
    return provider.send(creation(provider, vendor))


@each_vendor
@pytest.mark.parametrize(
    ("fault", "told"),
    [
        ("refused", (False, None, 0)),
        ("timeout_before", (True, None, 0)),
        ("timeout_after", (True, None, 1)),
        ("reset_after", (True, None, 1)),
        ("truncated", (True, None, 1)),
        ("http_500_before", (True, 500, 0)),
        ("http_500_after", (True, 500, 1)),
        ("html", (True, 200, 1)),
        ("rate_limited", (True, 429, 0)),
    ],
)
def test_a_create_is_sent_once_and_its_answer_contains_only_what_is_known(
    world: SimulatedVendors, vendor: str, fault: str, told: tuple[bool, int | None, int]
) -> None:
    operation = f"{VENDORS[vendor][0]}.create"
    world.simulator.faults.add(f"{operation}:{fault}:*")
    answer = created(world, vendor)
    assert (answer.sent, answer.status, len(world.simulator.campaigns())) == told
    assert answer.remote_id is None
    assert answer.rate_limited is (fault == "rate_limited")
    assert len(world.simulator.requests(operation=operation)) == 1


@each_vendor
@pytest.mark.parametrize(
    "fault", ["timeout", "reset", "refused", "truncated", "html", "http_500", "rate_limited"]
)
@pytest.mark.parametrize("operation", ["list", "get"])
def test_a_read_survives_two_faults(
    world: SimulatedVendors, vendor: str, fault: str, operation: str
) -> None:
    answer = created(world, vendor)
    assert answer.live is not None
    assert answer.remote_id is not None
    simulated, channel = VENDORS[vendor]
    provider = world.provider(vendor)
    world.simulator.faults.add(f"{simulated}.{operation}:{fault}:1x2")
    if operation == "list":
        assert len(provider.list(channel).items) == 1
    else:
        assert provider.get(answer.live.type, answer.remote_id) is not None


@each_vendor
def test_a_read_that_keeps_failing_is_a_failed_read(world: SimulatedVendors, vendor: str) -> None:
    simulated, channel = VENDORS[vendor]
    world.simulator.faults.add(f"{simulated}.list:http_500:*")
    with pytest.raises(ReadFailed, match="HTTP 500"):
        world.provider(vendor).list(channel)


def planted(world: SimulatedVendors, vendor: str, number: int) -> None:
    for index in range(number):
        body: Tree = {"name": f"Campaign {index:03}"}
        if vendor == "carecycle":
            world.simulator.seed_carecycle({**body, "status": "draft" if index else "archived"})
        else:
            world.simulator.seed_kore({**body, "experienceFlowName": "SMS Support Flow"})


@each_vendor
def test_many_campaigns_need_few_pages(world: SimulatedVendors, vendor: str) -> None:
    planted(world, vendor, 230)
    provider = world.provider(vendor)
    names = [item.name for item in provider.list(VENDORS[vendor][1]).items]
    assert sorted(names) == [f"Campaign {index:03}" for index in range(230)]
    assert provider.requests_sent == (3 if vendor == "carecycle" else 5)


@each_vendor
@pytest.mark.parametrize(("count", "at_once"), [(0, True), (50, True), (101, False)])
def test_a_listing_says_whether_one_page_showed_it_all(
    world: SimulatedVendors, vendor: str, count: int, at_once: bool
) -> None:
    planted(world, vendor, count)
    assert world.provider(vendor).list(VENDORS[vendor][1]).at_once is at_once


@each_vendor
@pytest.mark.parametrize("fault", ["list_repeats_page", "list_wrong_total", "list_shifted"])
def test_pages_that_contradict_themselves_are_never_a_listing(
    world: SimulatedVendors, vendor: str, fault: str
) -> None:
    simulated, channel = VENDORS[vendor]
    planted(world, vendor, 120)
    world.simulator.faults.add(f"{simulated}.list:{fault}:*")
    provider = world.provider(vendor)
    with pytest.raises(ReadFailed):
        provider.list(channel)


@each_vendor
def test_a_row_that_is_listed_twice_is_one_campaign(world: SimulatedVendors, vendor: str) -> None:
    simulated, channel = VENDORS[vendor]
    planted(world, vendor, 120)
    world.simulator.faults.add(f"{simulated}.list:list_duplicate_page:*")
    assert len(world.provider(vendor).list(channel).items) == 120


@each_vendor
def test_pages_that_shift_once_are_read_again(world: SimulatedVendors, vendor: str) -> None:
    simulated, channel = VENDORS[vendor]
    planted(world, vendor, 120)
    world.simulator.faults.add(f"{simulated}.list:list_shifted:2")
    assert len(world.provider(vendor).list(channel).items) == 120


@pytest.mark.parametrize(
    "switches",
    [
        {"paging": "page_wins"},
        {"paging": "skip_wins"},
        {"list_maximum": 7},
        {"list_maximum": 7, "over_maximum": "cut"},
        {"has_more_on_last_page": True},
        {"sort_needs_name": True},
        {"unstable_order": False, "contact_list_order": "kept"},
    ],
)
def test_kores_undocumented_paging_does_not_matter(world: SimulatedVendors, switches: Tree) -> None:
    planted(world, "v2", 60)
    world.simulator.change_switches({"kore": switches})
    assert len(world.kore().list("sms").items) == 60


LARGE_PAGES: tuple[tuple[Tree, int, int], ...] = (
    ({"list_maximum": 1000}, 2, 1),
    ({"over_maximum": "lowered"}, 5, 3),
    ({"over_maximum": "cut"}, 5, 3),
    ({"over_maximum": "refused"}, 6, 3),
    ({"over_maximum": "refused", "statuses": {"large-page": 422}}, 6, 3),
    ({"over_maximum": "refused", "refusals_as_200": True}, 6, 3),
    ({"over_maximum": "error"}, 6, 3),
    ({"over_maximum": "no_answer"}, 6, 3),
    ({"list_maximum": 50, "over_maximum": "error"}, 8, 5),
)
"""What Kore.ai may do with large pages, and the requests for 230 campaigns, at first and later."""


@pytest.mark.parametrize(("switches", "first", "later"), LARGE_PAGES)
def test_whatever_kore_does_with_large_pages_the_listing_is_complete(
    world: SimulatedVendors, switches: Tree, first: int, later: int
) -> None:
    planted(world, "v2", 230)
    world.simulator.change_switches({"kore": switches})
    provider = world.kore()
    for cost in (first, later):
        before = provider.requests_sent
        assert len(provider.list("sms").items) == 230
        assert provider.requests_sent - before == cost


@pytest.mark.parametrize("over", ["lowered", "cut", "refused", "error", "no_answer"])
def test_pages_that_are_always_the_first_one_are_never_a_listing(
    world: SimulatedVendors, over: str
) -> None:
    planted(world, "v2", 130)
    switches: Tree = {"paging": "ignored", "list_maximum": 60, "over_maximum": over}
    world.simulator.change_switches({"kore": switches})
    with pytest.raises(ReadFailed):
        world.kore().list("sms")


@pytest.mark.parametrize("listed", [True, False])
def test_archived_campaigns_are_listed_either_way(world: SimulatedVendors, listed: bool) -> None:
    planted(world, "carecycle", 5)
    world.simulator.change_switches({"carecycle": {"archived_listed": listed}})
    states = [item.status for item in world.care().list("campaigns").items]
    assert sorted(states) == ["archived", "draft", "draft", "draft", "draft"]


@pytest.mark.parametrize("shape", ["errors", "msg_code", "status_error", "text", "empty", "html"])
@pytest.mark.parametrize("as_200", [False, True])
def test_a_refused_create_has_no_id_in_any_shape(
    world: SimulatedVendors, shape: str, as_200: bool
) -> None:
    world.simulator.change_switches({"kore": {"error_shape": shape, "refusals_as_200": as_200}})
    provider = world.kore()
    spec: Tree = {**SMS, "contactLists": ["Nobody knows this list"]}
    write = Write(operation=Operation.CREATE, type="kore_sms_campaign", spec=spec)
    requests = provider.requests(write)
    assert not isinstance(requests, Impossible)
    answer = provider.send(requests[0])
    assert answer.remote_id is None
    assert answer.status == (200 if as_200 else 400)
    if as_200 and answer.is_object:
        assert answer.states_error is True


@pytest.mark.parametrize("unknown", ["not_found", "error_200"])
def test_an_unknown_campaign_is_none_however_kore_says_it(
    world: SimulatedVendors, unknown: str
) -> None:
    world.simulator.change_switches({"kore": {"unknown_id": unknown}})
    assert world.kore().get("kore_sms_campaign", "cd-0") is None


@pytest.mark.parametrize("answer", ["429", "429_retry_after", "200_text", "403_text"])
def test_the_client_waits_after_a_rate_limit_refusal_of_any_form(
    world: SimulatedVendors, answer: str
) -> None:
    world.simulator.change_switches({"kore": {"rate_answer": answer}})
    world.simulator.faults.add("kore.list:rate_limited:1")
    assert world.kore().list("sms").items == ()
    assert 1 <= world.clock.slept <= 70


def test_the_clients_own_limit_keeps_a_run_below_the_vendors(world: SimulatedVendors) -> None:
    provider = world.kore(limit=50)
    for _ in range(120):
        provider.list("sms")
    assert world.clock.slept == pytest.approx(120)
    for _ in range(1000):
        provider.list("sms")
    assert world.clock.slept == pytest.approx(22 * 60)


def read_all(world: SimulatedVendors, vendor: str) -> Live:
    provider = world.provider(vendor)
    (row,) = provider.list(VENDORS[vendor][1]).items
    live = provider.get(row.type, row.remote_id, row)
    assert live is not None
    return live


def test_a_message_that_only_the_list_shows_is_kept(world: SimulatedVendors) -> None:
    world.simulator.change_switches({"kore": {"sms_get_shows_message": False}})
    world.simulator.seed_kore({"name": "A", "message": {"message": "Hello there"}})
    live = read_all(world, "v1")
    assert at(live.spec, "message.message") == "Hello there"


@pytest.mark.parametrize("missing", ["null", "missing"])
def test_the_newest_carecycle_shows_less_and_is_read_all_the_same(
    world: SimulatedVendors, missing: str
) -> None:
    switches: Tree = {"response_generation": "C", "absent_values": missing}
    world.simulator.change_switches({"carecycle": switches})
    world.simulator.seed_carecycle({"name": "A", "maxConcurrentCalls": 3})
    live = read_all(world, "carecycle")
    assert live.spec["maxConcurrentCalls"] == 3
    assert not has(live.spec, "redial")


@pytest.mark.parametrize(("vendor", "origin"), [("kore", "/run/jwt"), ("carecycle", "CARE_KEY")])
def test_a_wrong_credential_fails_reads_with_its_origin(
    world: SimulatedVendors, vendor: str, origin: str
) -> None:
    wrong = Credential(lambda: "wrong", "file /run/jwt")
    provider = world.kore(credential=wrong) if vendor == "kore" else world.care("cc_wrong")
    with pytest.raises(AuthenticationFailed, match=origin) as problem:
        provider.list(provider.capabilities.channels[0])
    assert "wrong" not in str(problem.value)


def test_a_key_that_may_only_read_is_refused_a_write(world: SimulatedVendors) -> None:
    provider = world.care(seed.CARECYCLE_READ_ONLY_KEY)
    assert provider.list("campaigns").items == ()
    assert provider.send(creation(provider, "carecycle")).status == 403


@pytest.mark.parametrize("jti", ["off", "required", "no_replay"])
def test_signed_tokens_are_accepted_even_if_none_may_be_used_twice(
    world: SimulatedVendors, jti: str
) -> None:
    world.simulator.change_switches({"kore": {"jti": jti}})
    client_id = Credential(lambda: seed.KORE_CLIENT_ID, "environment variable ID")
    secret = Credential(lambda: seed.KORE_CLIENT_SECRET, "environment variable SECRET")
    credential = signed(
        client_id, secret, subject="reconciler", jti=jti != "off", clock=world.clock
    )
    provider = world.kore(credential=credential)
    assert provider.list("sms").items == provider.list("voice").items == ()
