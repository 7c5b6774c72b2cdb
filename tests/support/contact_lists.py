"""The console's contact lists, as a person at the vendor changes them."""

from pydantic import JsonValue

from reconciler.simulator.core import Simulator
from reconciler.simulator.kore.contact_lists import KIND
from reconciler.simulator.seed import KORE_ACCOUNT_ID, KORE_APP_ID

ACCOUNT = f"{KORE_ACCOUNT_ID}/{KORE_APP_ID}"
LIST = "Spring Renewals 2026"


def resize(simulator: Simulator, records: JsonValue) -> None:
    """Let the console's list have so many records; 860 before."""
    _change(simulator, "totalRecordCount", records)


def own_time_zones(simulator: Simulator, *, on: bool) -> None:
    """Let the list's contacts have time zones of their own, or not; they have them before."""
    _change(simulator, "mapping", {"timeZone": "timeZone"} if on else {})


def _change(simulator: Simulator, key: str, value: JsonValue) -> None:
    kept = simulator.world.store.named(KIND, ACCOUNT, LIST)
    assert kept is not None
    simulator.world.store.put(KIND, ACCOUNT, {**kept, key: value})
