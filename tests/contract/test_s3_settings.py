"""A project's `state` URL with S3 from moto, and settings from the environment."""

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from reconciler.clock import SystemClock
from reconciler.errors import LedgerFailed
from reconciler.ledger.base import Ledger
from reconciler.ledger.open import Place, open_ledger
from tests.support.ledgers import ADDRESS, BUCKET, RECEIPT, RECORD, lock

pytestmark = pytest.mark.s3

Opened = Callable[[str], Ledger]


@pytest.fixture
def opened(s3_config: Mapping[str, str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Opened:
    monkeypatch.setenv("AWS_ENDPOINT_URL", s3_config["endpoint"])
    monkeypatch.setenv("AWS_ALLOW_HTTP", "true")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", s3_config["access_key_id"])
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", s3_config["secret_access_key"])
    monkeypatch.setenv("AWS_REGION", s3_config["region"])
    return lambda url: open_ledger(
        Place(state=url, root=tmp_path), environment="prod", clock=SystemClock()
    )


def test_two_prefixes_of_a_bucket_are_two_ledgers(opened: Opened) -> None:
    one, other = (opened(f"s3://{BUCKET}/settings/{team}") for team in ("one", "other"))
    assert one.acquire(lock("mine")) is None
    one.put_record(RECORD, "mine")
    assert one.release("mine") is True
    assert opened(f"s3://{BUCKET}/settings/one").view().records == {ADDRESS: RECORD}
    assert other.view().records == {}


ACTS: dict[str, Callable[[Ledger], object]] = {
    "view": lambda ledger: ledger.view(),
    "lock": lambda ledger: ledger.lock(),
    "acquire": lambda ledger: ledger.acquire(lock("mine")),
    "release": lambda ledger: ledger.release("mine"),
    "plan_used": lambda ledger: ledger.plan_used("p"),
    "tombstones": lambda ledger: ledger.tombstones(),
    "receipts": lambda ledger: ledger.receipts(),
    "add_receipt": lambda ledger: ledger.add_receipt(RECEIPT),
}


@pytest.mark.parametrize("act", ACTS.values(), ids=ACTS.keys())
def test_a_missing_bucket_is_not_an_empty_ledger(
    opened: Opened, act: Callable[[Ledger], object]
) -> None:
    with pytest.raises(LedgerFailed, match="there is no such bucket"):
        act(opened("s3://not-there/prefix"))


@pytest.mark.parametrize("name", ["AWS_ENDPOINT_URL", "AWS_ENDPOINT", "AWS_ENDPOINT_URL_S3"])
@pytest.mark.parametrize("value", ["", "store.example", "https://"])
def test_an_address_that_is_no_url_is_told(
    opened: Opened, monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(LedgerFailed, match=f"{name} is not the URL of a store"):
        opened(f"s3://{BUCKET}/settings/x").view()
