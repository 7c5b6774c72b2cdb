"""Both vendors as the simulator plays them, in process, and providers that talk to them."""

import contextlib
from collections.abc import Callable

from reconciler.errors import BudgetSpent
from reconciler.providers.account import Account
from reconciler.providers.base import Provider
from reconciler.providers.carecycle.api import CareCycleSettings
from reconciler.providers.carecycle.provider import CareCycleProvider
from reconciler.providers.credentials import Credential
from reconciler.providers.http import HttpClient, HttpSettings
from reconciler.providers.kore.api import KoreSettings
from reconciler.providers.kore.provider import KoreProvider
from reconciler.providers.rate_limit import RateLimiter, RunBudget
from reconciler.providers.wire import WireRequest, WireResponse
from reconciler.simulator import seed
from reconciler.simulator.core import Simulator
from reconciler.simulator.store import Store
from reconciler.testing.clock import ManualClock

BASE = "http://localhost"
_BUDGET = 5_000
Lens = Callable[[WireResponse], WireResponse]


class SimulatedVendors:
    """Both vendors, and providers for them."""

    def __init__(self, store: Store) -> None:
        self.clock = ManualClock()
        self.simulator = Simulator(store, clock=self.clock, seed=1)
        self.budget = RunBudget(_BUDGET, clock=self.clock)
        self.lens: Lens = lambda answer: answer
        """What becomes of an answer on its way."""

    def handle(self, request: WireRequest) -> WireResponse:
        return self.lens(self.simulator.handle(request))

    def client(self, limit: int = 1000) -> HttpClient:
        return HttpClient(
            BASE,
            settings=HttpSettings(handler=self.handle),
            account=Account(RateLimiter("t", limit=limit, max_wait=300.0, clock=self.clock)),
            budget=self.budget,
            clock=self.clock,
        )

    def spend_budget(self) -> None:
        """Use up the rest of the request budget."""
        with contextlib.suppress(BudgetSpent):
            for _ in range(_BUDGET + 1):
                self.budget.spend()

    def kore(
        self,
        api: str = "v2",
        credential: Credential | None = None,
        limit: int = 1000,
        trigger_path: str = "trigger",
    ) -> Provider:
        settings = KoreSettings(
            base_url=BASE,
            api=api,
            app_id=seed.KORE_APP_ID,
            path_id=seed.KORE_APP_ID,
            account_id=seed.KORE_ACCOUNT_ID,
            trigger_path=trigger_path,
        )
        token = credential or Credential(lambda: seed.KORE_TOKEN, "environment variable KORE_JWT")
        return KoreProvider("retention", settings, self.client(limit), token)

    def care(self, key: str = seed.CARECYCLE_API_KEY) -> Provider:
        credential = Credential(lambda: key, "environment variable CARE_KEY")
        settings = CareCycleSettings(base_url=BASE)
        return CareCycleProvider("care", settings, self.client(), credential)

    def provider(self, vendor: str) -> Provider:
        return self.care() if vendor == "carecycle" else self.kore(vendor)
