"""The conformance suite, on the memory provider and on the vendors' through HTTP.

A case is one kind of campaign at one vendor. The vendors are the simulator's, in process.
"""

from collections.abc import Iterator

import pytest

from reconciler.simulator.store import Store
from reconciler.testing.account import Account
from reconciler.testing.faults import FaultConformance
from reconciler.testing.provider import ProviderConformance
from tests.contract.accounts import SPECS, Simulated, made
from tests.support.vendor_calls import calls

KORE = [name for name in SPECS if name != "care"]
MEMORY = [f"memory-{name}" for name in SPECS]
VENDORS = [
    *(f"{api}-{name}" for api in ("v1", "v2") for name in KORE),
    *("carecycle-care", "carecycle-texts"),
]


@pytest.fixture
def account(request: pytest.FixtureRequest) -> Iterator[Account]:
    with Store() as store:
        account = made(request.param, store)
        yield account
        if isinstance(account, Simulated):
            calls(account.world.simulator.requests())  # fails for one that is not declared


@pytest.mark.parametrize("account", MEMORY, indirect=True)
class TestMemory(ProviderConformance):
    pass


@pytest.mark.parametrize("account", VENDORS, indirect=True)
class TestVendors(ProviderConformance, FaultConformance):
    pass


@pytest.mark.parametrize("account", [*MEMORY, *VENDORS], indirect=True)
def test_a_new_campaign_shows_when_it_was_created(account: Account) -> None:
    assert account.full(account.create()).created_at is not None
