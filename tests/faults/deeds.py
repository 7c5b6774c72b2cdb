"""What a person does beside the operators: console edits, and a lock released by hand."""

import contextlib
from collections.abc import Callable

from reconciler.ledger.sqlite.ledger import SqliteLedger
from reconciler.simulator.campaigns import Campaign
from tests.faults.estate import ENVIRONMENT, catalogue
from tests.faults.schedule import Deed
from tests.faults.stage import Stage


def seed_campaign(stage: Stage, name: str, description: str) -> None:
    """Make a campaign of the catalogue in the console."""
    one = catalogue()[name]
    spec = {**one.spec, "description": description}
    if one.target == "care":
        stage.simulator.seed_carecycle(spec)
    else:
        stage.simulator.seed_kore(spec)


def action_of(stage: Stage, deed: Deed) -> Callable[[], None]:
    """A deed of a schedule as something that can be done."""

    def do() -> None:
        name = str(catalogue()[deed.name].spec["name"])
        found: list[Campaign] = [one for one in stage.campaigns() if one.name == name]
        if deed.what == "unlock":
            _unlock(stage)
        elif deed.what == "twin":
            stage.touched.add(name)
            seed_campaign(stage, deed.name, "by hand")
        elif found:
            with contextlib.suppress(LookupError):
                if deed.what == "remove":
                    stage.simulator.console.remove(found[0].id)
                elif deed.what == "archive":
                    stage.simulator.edit(found[0].id, {"status": "archived"})
                elif deed.what == "rename":
                    stage.touched.add(name)
                    stage.simulator.edit(found[0].id, {"name": f"{name} (old)"})
                else:
                    stage.simulator.edit(found[0].id, {"description": "edited by hand"})

    return do


def _unlock(stage: Stage) -> None:
    """`lock release` while the holder still runs: from here on only the intent protects."""
    stage.unlocked = True
    ledger = SqliteLedger(stage.state, ENVIRONMENT, stage.clock)
    holder = ledger.lock()
    if holder is not None:
        ledger.release(holder.id)
    ledger.close()
