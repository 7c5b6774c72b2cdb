"""`history`: what was done, by whom and when."""

import json

import click

from reconciler.address import EXAMPLE, Address
from reconciler.cli.options import Shared, examples, with_shared
from reconciler.cli.output import say, say_json
from reconciler.cli.receipts import of_all, of_changes
from reconciler.cli.session import open_session
from reconciler.ledger.receipt_codec import receipt_tree
from reconciler.render.values import foreign
from reconciler.workflow.history import concluded, receipts


@click.command(
    epilog=examples(
        "reconciler history",
        f"reconciler history {EXAMPLE} --json",
    )
)
@click.argument("address", required=False)
@click.option("--json", "as_json", is_flag=True, help="One JSON document on standard output.")
@with_shared
def history(shared: Shared, address: str | None, as_json: bool) -> int:
    """Show the receipts of an environment, or what was done to ADDRESS. Newest last."""
    try:
        wanted = None if address is None else Address.parse(address)
    except ValueError as problem:
        raise click.UsageError(str(problem)) from problem
    with open_session(shared) as session:
        found = receipts(session, wanted)
        name = session.environment.name
    if as_json:
        trees = [receipt_tree(receipt) for receipt in found]
        say_json(json.dumps({"environment": name, "receipts": trees}) + "\n")
    elif not found:
        about = f" about {address}" if address else ""
        say(foreign(f"Nothing is recorded{about} in environment {name}."))
    else:
        latest = concluded(found)
        say(of_all(latest) if wanted is None else of_changes(latest), nl=False)
    return 0
