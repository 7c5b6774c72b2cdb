import pytest

from reconciler.simulator import seed
from reconciler.testing.clock import ManualClock
from tests.support.simulator_client import CareClient, KoreClient


def burst(kore: KoreClient, count: int) -> list[int]:
    body = {"type": "sms"}
    return [kore("POST", "/getAllCampaignDetails", body).status for _ in range(count)]


def test_the_limit_is_per_minute_and_account(
    kore: KoreClient, care: CareClient, clock: ManualClock
) -> None:
    kore.simulator.change_switches({"rate_limit": 2})
    assert burst(kore, 3) == [200, 200, 429]
    assert care("GET").status == 200
    clock.sleep(60)
    assert burst(kore, 1) == [200]


@pytest.mark.parametrize(("window", "after"), [("fixed", [200, 200]), ("sliding", [200, 429])])
def test_the_minute_is_fixed_or_sliding(
    kore: KoreClient, clock: ManualClock, window: str, after: list[int]
) -> None:
    kore.simulator.change_switches({"rate_limit": 2, "rate_window": window})
    clock.sleep(10)
    burst(kore, 1)
    clock.sleep(45)
    burst(kore, 1)
    clock.sleep(16)
    assert burst(kore, 2) == after


@pytest.mark.parametrize(
    ("answer", "status", "header"),
    [
        ("429", 429, None),
        ("429_retry_after", 429, "60"),
        ("200_text", 200, None),
        ("403_text", 403, None),
    ],
)
def test_kore_refuses_by_a_switch(
    kore: KoreClient, answer: str, status: int, header: str | None
) -> None:
    kore.simulator.change_switches({"rate_limit": 0, "kore": {"rate_answer": answer}})
    refused = kore("POST", "/getAllCampaignDetails", {"type": "sms"})
    assert (refused.status, refused.headers.get("retry-after")) == (status, header)
    assert "exceeded the per-minute rate limit" in str(refused.body)


@pytest.mark.parametrize(
    ("answer", "body", "header"), [("body", 60, None), ("none", None, None), ("header", None, "60")]
)
def test_carecycle_refuses_by_a_switch(
    care: CareClient, answer: str, body: int | None, header: str | None
) -> None:
    care.simulator.change_switches({"rate_limit": 0, "carecycle": {"rate_answer": answer}})
    refused = care("GET")
    assert (refused.status, refused.body["code"]) == (429, "RATE_LIMIT_EXCEEDED")
    assert (refused.body.get("retryAfter"), refused.headers.get("retry-after")) == (body, header)


@pytest.mark.parametrize(("bucket", "status"), [("organization", 429), ("key", 200)])
def test_carecycle_keys_share_a_bucket_unless_switched(
    care: CareClient, bucket: str, status: int
) -> None:
    care.simulator.change_switches({"rate_limit": 1, "carecycle": {"rate_bucket": bucket}})
    care("GET")
    care.key = seed.CARECYCLE_READ_ONLY_KEY
    assert care("GET").status == status


def test_a_refused_request_changes_nothing(care: CareClient) -> None:
    care.simulator.change_switches({"rate_limit": 0})
    assert care("POST", "", {"name": "n"}).status == 429
    assert care.simulator.campaigns() == []
    assert not care.simulator.requests()[0].effective
