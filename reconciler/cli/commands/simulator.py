"""`simulator`: the vendors' APIs on this machine."""

from pathlib import Path

import click

from reconciler.cli.option_types import FilePath, WholeNumber
from reconciler.cli.options import Shared, examples, with_shared_as
from reconciler.cli.output import say
from reconciler.errors import InvalidInput
from reconciler.simulator.core import Simulator
from reconciler.simulator.seed import (
    CARECYCLE_API_KEY,
    KORE_ACCOUNT_ID,
    KORE_APP_ID,
    KORE_CONTACT_LISTS,
    KORE_DNC_LISTS,
    KORE_FLOWS,
    KORE_QUEUES,
    KORE_TEMPLATES,
    KORE_TOKEN,
)
from reconciler.simulator.server import ServerAddress, run_forever
from reconciler.simulator.store import Store
from reconciler.simulator.switches import Switches

_CONTROL = """

\b
The control endpoint /_simulator/ speaks JSON and needs no credential:
  GET requests                all requests with bodies; DELETE clears them
  GET, POST campaigns         list them, or add one as made in the console
  PATCH, DELETE campaigns/ID  edit or remove one behind reconciler's back
  GET, PUT switches           behaviour that the vendors do not document
  GET, POST, DELETE faults    {"fault": "kore.create:reset_after:1"}
  POST contact-lists          add a list
  POST renames                {"flow": "SMS Support Flow", "to": "New name"}

\b
For example, to make drift:
  curl -X PATCH -d '{"priority": "1"}' \\
    http://127.0.0.1:8321/_simulator/campaigns/ID
"""


@click.command(
    epilog=examples(
        "reconciler simulator --seed 1",
        "reconciler simulator --port 8400 --fault kore.create:reset_after:1",
    )
    + _CONTROL
)
@click.option(
    "--port",
    type=WholeNumber(0, 65535),
    default=8321,
    show_default=True,
    help="Serve on this port; 0 takes a free one.",
)
@click.option("--data", type=FilePath(dir_okay=False), help="Keep campaigns in this file.")
@click.option(
    "--fault",
    "faults",
    multiple=True,
    metavar="WHERE:WHAT[:WHEN]",
    help="A fault such as kore.create:reset_after:1. Repeatable.",
)
@click.option("--seed", type=WholeNumber(0), help="Make ids and random choices repeatable.")
@click.option("--rate-limit", type=WholeNumber(1), help="Requests a minute for one account.")
@with_shared_as(config=None, environment=None, verbose=None, quiet=None)
def simulator(
    shared: Shared,
    port: int,
    data: Path | None,
    faults: tuple[str, ...],
    seed: int | None,
    rate_limit: int | None,
) -> int:
    """Serve the campaign APIs of Kore.ai and CareCycle on 127.0.0.1.

    Runs until it is interrupted.
    """

    def ready(address: ServerAddress) -> None:
        say(
            f"Simulating Kore.ai and CareCycle at {address.url}. Ctrl-C stops.\n\n"
            f"  Kore.ai    baseUrl: {address.url}\n"
            f"             appId: {KORE_APP_ID}\n"
            f"             accountId: {KORE_ACCOUNT_ID}\n"
            f"             export KORE_JWT={KORE_TOKEN}\n"
            f"             contact lists: {', '.join(KORE_CONTACT_LISTS)}\n"
            f"  CareCycle  baseUrl: {address.url}\n"
            f"             export CARECYCLE_API_KEY={CARECYCLE_API_KEY}\n"
            f"  Requests   {address.url}/_simulator/requests\n"
            f"  Known      flows: {', '.join(KORE_FLOWS)}\n"
            f"             queues: {', '.join(KORE_QUEUES)}; "
            f"templates: {', '.join(KORE_TEMPLATES)}; DNC lists: {', '.join(KORE_DNC_LISTS)}\n"
            f"  Change     {address.url}/_simulator/ has campaigns to edit, switches and faults: "
            "see reconciler simulator --help"
        )

    with Store(shared.directory / data if data else ":memory:") as store:
        try:
            served = Simulator(store, Switches(rate_limit=rate_limit), seed=seed, faults=faults)
        except ValueError as problem:
            raise InvalidInput(str(problem)) from problem
        run_forever(served, port=port, on_ready=ready)
    return 0
