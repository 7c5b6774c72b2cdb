import pytest

from reconciler.providers.wire import WireFault, WireRequest
from reconciler.simulator import seed
from reconciler.simulator.core import Simulator
from reconciler.testing.clock import ManualClock
from tests.support.simulator_client import CareClient, KoreClient, send, sms


def effects(simulator: Simulator) -> list[bool]:
    return [request.effective for request in simulator.requests(mutating=True)]


@pytest.mark.parametrize(
    ("fault", "kind", "made"),
    [
        ("timeout_before", "timeout", 0),
        ("timeout_after", "timeout", 1),
        ("reset_before", "reset", 0),
        ("reset_after", "reset", 1),
        ("refused", "refused", 0),
        ("truncated", "truncated", 1),
    ],
)
def test_a_broken_connection_before_or_after_the_effect(
    kore: KoreClient, fault: str, kind: str, made: int
) -> None:
    kore.simulator.faults.add(f"kore.create:{fault}")
    with pytest.raises(WireFault) as broken:
        kore.create(sms())
    assert broken.value.kind == kind
    assert len(kore.simulator.campaigns()) == made
    assert effects(kore.simulator) == [bool(made)]
    assert kore.create(sms()).status == 200


@pytest.mark.parametrize(
    ("fault", "status", "made"),
    [
        ("http_500_before", 500, 0),
        ("http_500_after", 500, 1),
        ("status=418", 418, 0),
        ("html", 200, 1),
        ("rate_limited", 429, 0),
    ],
)
def test_a_wrong_answer_before_or_after_the_effect(
    kore: KoreClient, fault: str, status: int, made: int
) -> None:
    kore.simulator.faults.add(f"kore.create:{fault}")
    assert kore.create(sms()).status == status
    assert len(kore.simulator.campaigns()) == made
    [logged] = kore.simulator.requests()
    assert (logged.status, logged.fault) == (status, fault.partition("=")[0])


def test_an_old_id_is_that_of_a_campaign_of_the_same_vendor(
    kore: KoreClient, care: CareClient
) -> None:
    care.made()
    first = kore.made(sms())
    kore.simulator.faults.add("kore.create:old_id")
    assert kore.made(sms(name="Second")) == first
    assert len(kore.simulator.campaigns()) == 3


def test_a_slow_answer_takes_its_time(kore: KoreClient, clock: ManualClock) -> None:
    before = clock.now()
    kore.simulator.faults.add("kore.list:slow=2.5")
    kore.listing()
    assert (clock.now() - before).total_seconds() == 2.5


@pytest.mark.parametrize("vendor", ["kore", "carecycle"])
def test_a_campaign_can_show_after_some_reads(
    kore: KoreClient, care: CareClient, vendor: str
) -> None:
    kore.simulator.faults.add("*.create:late_reads=2")

    def total() -> int:
        if vendor == "kore":
            return int(kore.listing()["totalResults"])
        return int(care("GET").body["itemsTotal"])

    if vendor == "kore":
        kore.create(sms())
    else:
        care.made()
    assert [total() for _ in range(3)] == [0, 0, 1]


def test_a_campaign_can_show_after_some_time(kore: KoreClient, clock: ManualClock) -> None:
    kore.simulator.faults.add("kore.create:late=30")
    made = kore.create(sms()).data["_id"]
    clock.sleep(29)
    assert kore("GET", f"/{made}").status == 404
    clock.sleep(1)
    assert kore("GET", f"/{made}").status == 200


def test_the_log_shows_requests_without_credentials(kore: KoreClient, care: CareClient) -> None:
    kore.create(sms())
    care("GET")
    first, second = kore.simulator.requests()
    assert (first.operation, first.vendor, first.account) == (
        *("kore.create", "kore", seed.KORE_ACCOUNT),
    )
    assert (first.mutating, first.effective, first.status) == (True, True, 200)
    assert first.query == {"accountId": seed.KORE_ACCOUNT_ID, "campaignType": "sms"}
    assert first.as_tree()["body"] == sms()
    assert first.headers["auth"] == "***"
    assert second.headers == {"x-api-key": "***"}
    assert (second.mutating, second.effective) == (False, False)
    assert seed.KORE_TOKEN not in str(first)


def test_a_refused_write_is_mutating_without_effect(kore: KoreClient) -> None:
    kore.create(sms(name=""))
    [logged] = kore.simulator.requests(mutating=True)
    assert (logged.status, logged.effective) == (400, False)


def test_the_log_can_be_narrowed_and_cleared(kore: KoreClient) -> None:
    kore.create(sms())
    kore.listing()
    assert len(kore.simulator.requests()) == 2
    assert len(kore.simulator.requests(operation="kore.list")) == 1
    assert len(kore.simulator.requests(mutating=False)) == 1
    kore.simulator.clear_requests()
    assert kore.simulator.requests() == []


def test_ids_are_the_same_in_every_run_with_a_seed(clock: ManualClock) -> None:
    first, second = (Simulator(clock=clock, seed=7).seed_kore({"name": "a"}) for _ in "ab")
    assert first == second
    assert first != Simulator(clock=clock, seed=8).seed_kore({"name": "a"})


def test_a_path_of_no_vendor_is_not_found(simulator: Simulator) -> None:
    assert send(simulator, "GET", "/").status == 404


def test_a_campaign_can_be_readable_after_some_reads(kore: KoreClient) -> None:
    kore.simulator.faults.add("kore.create:late_reads=2")
    made = kore.create(sms()).data["_id"]
    assert [kore("GET", f"/{made}").status for _ in range(3)] == [404, 404, 200]


def test_a_body_that_is_no_json_is_logged_as_it_came(simulator: Simulator) -> None:
    path = f"/campaign/api/v2/public/{seed.KORE_APP_ID}/campaign"
    simulator.handle(WireRequest("POST", path, {}, {}, b"{not json"))
    assert simulator.requests()[0].as_tree()["body"] == "{not json"
