"""The console's contact lists, as a person at the vendor changes them."""

from pydantic import JsonValue

from reconciler.simulator.core import Simulator
from reconciler.simulator.kore.contact_lists import KIND
from reconciler.simulator.seed import KORE_ACCOUNT_ID, KORE_APP_ID

ACCOUNT = f"{KORE_ACCOUNT_ID}/{KORE_APP_ID}"
LIST = "Spring Renewals 2026"


def resize(simulator: Simulator, records: JsonValue) -> None:
    """Let the console's list have so many records; 860 before."""
    kept = simulator.world.store.named(KIND, ACCOUNT, LIST)
    assert kept is not None
    simulator.world.store.put(KIND, ACCOUNT, {**kept, "totalRecordCount": records})
