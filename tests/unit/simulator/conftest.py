"""Fixtures of the simulator's tests."""

from collections.abc import Iterator

import pytest

from reconciler.simulator.core import Simulator
from reconciler.simulator.store import Store
from reconciler.testing.clock import ManualClock
from tests.support.simulator_client import START, CareClient, KoreClient


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(START)


@pytest.fixture
def simulator(clock: ManualClock) -> Iterator[Simulator]:
    with Store() as store:
        yield Simulator(store, clock=clock, seed=1)


@pytest.fixture
def kore(simulator: Simulator) -> KoreClient:
    return KoreClient(simulator)


@pytest.fixture
def v1(simulator: Simulator) -> KoreClient:
    return KoreClient(simulator, "v1")


@pytest.fixture
def care(simulator: Simulator) -> CareClient:
    return CareClient(simulator)
