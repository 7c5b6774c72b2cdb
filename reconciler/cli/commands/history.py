"""`history`: what was done, by whom and when, and which creates are still open."""

import json
from datetime import datetime

import click

from reconciler.address import EXAMPLE, Address
from reconciler.cli.option_types import Moment
from reconciler.cli.options import Shared, examples, with_shared_as
from reconciler.cli.output import failures_as_json, say, say_json
from reconciler.cli.receipts import open_tree, say_changes, say_open, say_runs
from reconciler.cli.session import open_session
from reconciler.ledger.receipt_codec import receipt_tree
from reconciler.render.values import foreign
from reconciler.workflow.history import Asked, History, read_history


@click.command(
    epilog=examples(
        "reconciler history --since 2026-11-20",
        f"reconciler history {EXAMPLE} --json",
    )
)
@click.argument("address", required=False)
@click.option("--since", type=Moment(), help="Only runs that ended then or later.")
@click.option(
    "--until", type=Moment(end=True), help="Only runs that ended before then; a day counts in full."
)
@click.option("--json", "as_json", is_flag=True, help="One JSON document on standard output.")
@with_shared_as(verbose=None, quiet=None)
def history(
    shared: Shared,
    address: str | None,
    since: datetime | None,
    until: datetime | None,
    as_json: bool,
) -> int:
    """Show who did what in an environment, or what was done to ADDRESS. Newest last.

    Creates whose outcome is not settled are listed below. A run that was killed is shown with what
    it had done.
    """
    try:
        wanted = None if address is None else Address.parse(address)
    except ValueError as problem:
        raise click.UsageError(str(problem)) from problem
    with failures_as_json(as_json), open_session(shared) as session:
        found = read_history(session, Asked(address=wanted, since=since, until=until))
        name = session.environment.name
    if as_json:
        say_json(_document(name, found))
    elif found.receipts or found.open_creates:
        _say_tables(found, of_one=wanted is not None)
    else:
        about = f" about {address}" if address else ""
        then = " in that time" if since or until else ""
        meant = f" Did you mean {found.meant}?" if found.meant else ""
        say(foreign(f"Nothing is recorded{about} in environment {name}{then}.{meant}"))
    return 0


def _say_tables(found: History, *, of_one: bool) -> None:
    if found.receipts:
        (say_changes if of_one else say_runs)(found.receipts)
    if found.open_creates:
        if found.receipts:
            say()
        say("Creates that are not settled:")
        say_open(found.open_creates)


def _document(environment: str, found: History) -> str:
    document = {
        "environment": environment,
        "receipts": [receipt_tree(receipt) for receipt in found.receipts],
        "open": [open_tree(one) for one in found.open_creates],
    }
    return json.dumps(document) + "\n"
