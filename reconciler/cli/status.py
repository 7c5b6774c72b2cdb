"""`status`: the run state of our campaigns, as the vendors tell it now."""

import json
from typing import TYPE_CHECKING

import click

from reconciler.cli.options import Shared, with_shared
from reconciler.cli.output import failures_as_json, print_diagnostics

if TYPE_CHECKING:
    from reconciler.workflow.run_state.status import Statuses

_HEADER = ("CAMPAIGN", "TARGET", "ID", "NAME", "STATUS", "STATE", "NOTE")


@click.command()
@click.argument("addresses", nargs=-1, metavar="[ADDRESS]...")
@click.option("--json", "as_json", is_flag=True, help="One JSON document on standard output.")
@with_shared
def status(shared: Shared, addresses: tuple[str, ...], as_json: bool) -> int:
    """Show the vendors' status of every managed campaign, or of those at ADDRESS."""
    from reconciler.cli.run_state import parse_address
    from reconciler.cli.session import open_session
    from reconciler.workflow.run_state.status import statuses

    wanted = tuple(parse_address(address) for address in addresses)
    with failures_as_json(as_json), open_session(shared) as session:
        found = statuses(session, wanted)
    print_diagnostics(found.problems)
    click.echo(_document(found) if as_json else _text(found), nl=False)
    return found.exit_code


def _text(found: "Statuses") -> str:
    from reconciler.cli.tables import table
    from reconciler.safe_text import safe_text

    rows = [
        (str(one.address), one.target, one.remote_id, one.name, one.status, one.state, one.note)
        for one in found.states
    ]
    stops = "".join(
        f"STOPPED by {safe_text(stop.who)}: {safe_text(stop.reason)}. apply and start are held "
        "back until reconciler stop --clear --reason TEXT.\n"
        for stop in found.stops
    )
    return stops + (table(_HEADER, rows) if rows else "No campaign is managed.\n")


def _document(found: "Statuses") -> str:
    from reconciler.clock import timestamp

    document = {
        "environment": found.environment,
        "stops": [
            {"reason": one.reason, "who": one.who, "created_at": timestamp(one.created_at)}
            for one in found.stops
        ],
        "campaigns": [
            {
                "address": str(one.address),
                "target": one.target,
                "remote_id": one.remote_id or None,
                "name": one.name or None,
                "status": one.status or None,
                "state": one.state or None,
                "note": one.note,
            }
            for one in found.states
        ],
    }
    return json.dumps(document) + "\n"
