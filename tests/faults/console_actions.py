"""What a person does during the runs: console edits, and a lock released by hand."""

import contextlib
from collections.abc import Callable

from reconciler.ledger.sqlite.ledger import SqliteLedger
from reconciler.simulator.campaigns import Campaign
from tests.faults.fixtures import ENVIRONMENT, catalogue
from tests.faults.schedule import ConsoleAction
from tests.faults.simulated_world import SimulatedWorld


def seed_campaign(world: SimulatedWorld, name: str, description: str) -> None:
    """Create a campaign of the catalogue in the console."""
    one = catalogue()[name]
    spec = {**one.spec, "description": description}
    if one.target == "care":
        world.simulator.seed_carecycle(spec)
    else:
        world.simulator.seed_kore(spec)


def copy_campaign(world: SimulatedWorld, name: str, description: str) -> str:
    """Copy a campaign of the catalogue in the console, under another name; the copy's id."""
    one = catalogue()[name]
    spec = {**one.spec, "name": f"{one.spec['name']} (copy)", "description": description}
    if one.target == "care":
        return world.simulator.seed_carecycle(spec)
    return world.simulator.seed_kore(spec)


def action_of(world: SimulatedWorld, action: ConsoleAction) -> Callable[[], None]:
    """The function of a console action."""

    def do() -> None:
        name = str(catalogue()[action.name].spec["name"])
        found: list[Campaign] = [one for one in world.campaigns() if one.name == name]
        if action.what == "unlock":
            _unlock(world)
        elif action.what == "twin":
            world.touched.add(name)
            seed_campaign(world, action.name, "by hand")
        elif found:
            with contextlib.suppress(LookupError):
                if action.what == "remove":
                    world.simulator.console.remove(found[0].id)
                elif action.what == "archive":
                    world.simulator.edit(found[0].id, {"status": "archived"})
                elif action.what == "rename":
                    world.touched.add(name)
                    world.simulator.edit(found[0].id, {"name": f"{name} (old)"})
                else:
                    world.simulator.edit(found[0].id, {"description": "edited by hand"})

    return do


def _unlock(world: SimulatedWorld) -> None:
    """`lock release` while the holder still runs: from now on only the intent protects."""
    world.unlocked = True
    ledger = SqliteLedger(world.state, ENVIRONMENT, world.clock)
    holder = ledger.lock()
    if holder is not None:
        ledger.release(holder.id)
    ledger.close()
