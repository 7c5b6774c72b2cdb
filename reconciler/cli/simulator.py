"""`simulator`: the vendors' APIs on this machine."""

from pathlib import Path

import click


@click.command()
@click.option("--port", type=click.IntRange(0, 65535), default=8321, show_default=True)
@click.option(
    "--data", type=click.Path(path_type=Path, dir_okay=False), help="Keep campaigns here."
)
@click.option(
    "--fault",
    "faults",
    multiple=True,
    metavar="WHERE:WHAT[:WHEN]",
    help="A fault such as kore.create:reset_after:1. Repeatable.",
)
@click.option("--seed", type=int, help="Make ids and chance repeatable.")
@click.option("--rate-limit", type=click.IntRange(1), help="Requests a minute for one account.")
def simulator(
    port: int,
    data: Path | None,
    faults: tuple[str, ...],
    seed: int | None,
    rate_limit: int | None,
) -> int:
    """Serve Kore.ai's and CareCycle's campaign APIs on 127.0.0.1 until interrupted."""
    from reconciler.errors import InvalidInput
    from reconciler.simulator.core import Simulator
    from reconciler.simulator.seed import (
        CARECYCLE_API_KEY,
        KORE_ACCOUNT_ID,
        KORE_APP_ID,
        KORE_CONTACT_LISTS,
        KORE_TOKEN,
    )
    from reconciler.simulator.server import Address, run_forever
    from reconciler.simulator.store import Store
    from reconciler.simulator.switches import Switches

    def ready(address: Address) -> None:
        click.echo(
            f"Simulating Kore.ai and CareCycle at {address.url}. Ctrl-C stops.\n\n"
            f"  Kore.ai    baseUrl: {address.url}\n"
            f"             appId: {KORE_APP_ID}\n"
            f"             accountId: {KORE_ACCOUNT_ID}\n"
            f"             export KORE_JWT={KORE_TOKEN}\n"
            f"             contact lists: {', '.join(KORE_CONTACT_LISTS)}\n"
            f"  CareCycle  baseUrl: {address.url}\n"
            f"             export CARECYCLE_API_KEY={CARECYCLE_API_KEY}\n"
            f"  Requests   {address.url}/_simulator/requests"
        )

    with Store(data or ":memory:") as store:
        try:
            served = Simulator(store, Switches(rate_limit=rate_limit), seed=seed, faults=faults)
        except ValueError as problem:
            raise InvalidInput(str(problem)) from problem
        run_forever(served, port=port, on_ready=ready)
    return 0
