"""RECONCILER_SOAK_CLIENTS clients of one lease, with RECONCILER_SOAK_ATTEMPTS attempts each."""

import os
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from reconciler.address import Address
from reconciler.errors import LeaseLost
from reconciler.ledger.base import Ledger
from tests.support.ledgers import INTENT, RECORD, Open, location_of, lock, put_intent

CLIENTS = int(os.environ.get("RECONCILER_SOAK_CLIENTS", "10"))
ATTEMPTS = int(os.environ.get("RECONCILER_SOAK_ATTEMPTS", "20"))
# S3 answers in milliseconds what the others answer in microseconds.
SIZES = {
    "sqlite": (CLIENTS, ATTEMPTS),
    "memory": (CLIENTS, ATTEMPTS),
    "s3": (max(2, CLIENTS // 2), max(2, ATTEMPTS // 4)),
}


@pytest.fixture(params=["sqlite", "memory", pytest.param("s3", marks=pytest.mark.s3)])
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def location(kind: str, request: pytest.FixtureRequest, tmp_path: Path) -> Open:
    return location_of(kind, tmp_path, request)


class Holders:
    """The number of clients that think they hold the lease, and its maximum."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._now: set[str] = set()
        self.most = 0

    def enter(self, id_: str) -> None:
        with self._guard:
            self._now.add(id_)
            self.most = max(self.most, len(self._now))

    def leave(self, id_: str) -> None:
        with self._guard:
            self._now.remove(id_)


@pytest.mark.timeout(0)
def test_never_two_holders(kind: str, location: Open) -> None:
    clients, attempts = SIZES[kind]
    holders = Holders()

    def contend(client: int) -> int:
        won = 0
        with closing(location("prod")) as ledger:
            for attempt in range(attempts):
                id_ = f"{client}-{attempt}"
                if ledger.acquire(lock(id_)) is None:
                    holders.enter(id_)
                    won += 1
                    ledger.put_record(replace(RECORD, remote_id=id_), id_)
                    holders.leave(id_)
                    assert ledger.release(id_)
        return won

    with ThreadPoolExecutor(max_workers=clients) as pool:
        wins = sum(pool.map(contend, range(clients)))
    with closing(location("prod")) as ledger:
        assert ledger.view().serial == wins > 0
    assert holders.most == 1


@pytest.fixture
def restless() -> Iterator[None]:
    """Threads that switch all the time, so that a lease is stolen between any two steps."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(before)


@pytest.mark.timeout(0)
@pytest.mark.usefixtures("restless")
def test_leases_stolen_in_the_middle_never_give_two_intents(kind: str, location: Open) -> None:
    """Every client treats every lease as dead at once, which is worse than any clock error."""
    clients, attempts = SIZES[kind]
    rounds = 20
    names = (f"c{number}" for number in range(attempts * rounds))
    wanted = [Address("kore_sms_campaign", name) for name in names]
    made: list[Address] = []
    lost: list[str] = []
    together = threading.Barrier(clients)

    def write(ledger: Ledger, id_: str) -> None:
        for address in wanted:
            if put_intent(ledger, replace(INTENT, address=address, name=str(address)), id_):
                made.append(address)
                return

    def contend(client: int) -> None:
        with closing(location("prod")) as ledger:
            for attempt in range(attempts):
                id_ = f"{client}-{attempt}"
                together.wait(60)
                ledger.acquire(lock(id_), dead=ledger.lock())
                try:
                    write(ledger, id_)
                except LeaseLost:
                    lost.append(id_)
                ledger.release(id_)

    # On a busy machine they may take turns; only rounds with a stolen lease prove anything.
    for _ in range(rounds):
        with ThreadPoolExecutor(max_workers=clients) as pool:
            list(pool.map(contend, range(clients)))
        if lost:
            break
    with closing(location("prod")) as ledger:
        view = ledger.view()
    assert len(made) == len(set(made))
    assert view.intents.keys() == set(made)
    assert view.serial == len(made)
    assert lost
