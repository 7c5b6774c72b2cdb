from contextlib import suppress
from pathlib import Path

from reconciler.simulator.core import Simulator
from reconciler.simulator.store import Store
from reconciler.testing.clock import ManualClock
from tests.support.simulator_client import CareClient, KoreClient, sms, voice


def test_everything_survives_a_restart(tmp_path: Path, clock: ManualClock) -> None:
    path = tmp_path / "world.db"
    with Store(path) as store:
        before = Simulator(store, clock=clock, seed=1)
        made = KoreClient(before).create(voice()).data["id"]
        CareClient(before).made()
        before.console.add_contact_list("Autumn", 7)
        listed = before.campaigns()
        log = before.requests()
    clock.sleep(60)
    with Store(path) as store:
        after = Simulator(store, clock=clock, seed=1)
        assert after.requests() == log
        assert [found["id"] for found in after.campaigns()] == [found["id"] for found in listed]
        kore = KoreClient(after)
        assert kore("GET", f"/{made}").data["status"] == "Ready"
        assert kore.create(sms(contactLists=["Autumn"])).data["_id"] != made


def test_a_transaction_that_fails_leaves_nothing() -> None:
    with Store() as store:
        with suppress(RuntimeError), store.transaction():
            with store.transaction():
                store.put("thing", "account", {"id": "a"})
            raise RuntimeError
        assert store.object("thing", "account", "a") is None


def test_objects_are_found_by_id_name_and_owner() -> None:
    with Store() as store:
        store.put("thing", "one", {"id": "a", "name": "first"})
        store.put("thing", "one", {"id": "a", "name": "second"})
        store.put("thing", "two", {"id": "b", "name": "second"})
        assert store.named("thing", "one", "first") is None
        assert store.named("thing", "one", "second") == {"id": "a", "name": "second"}
        assert store.owner("thing", "b") == ("two", {"id": "b", "name": "second"})
        assert store.objects("thing", "one") == [{"id": "a", "name": "second"}]


def test_counters_continue_after_a_restart(tmp_path: Path) -> None:
    with Store(tmp_path / "world.db") as store:
        assert [store.count("ids"), store.count("ids"), store.count("other")] == [1, 2, 1]
    with Store(tmp_path / "world.db") as store:
        assert store.count("ids") == 3
