"""`resolve`: settle a create whose outcome is not known."""

from datetime import timedelta

import click

from reconciler.address import Address
from reconciler.cli.locks import tell_holder
from reconciler.cli.options import Duration, Shared, Words, with_shared
from reconciler.cli.output import print_diagnostics
from reconciler.cli.session import open_session, waiting_session
from reconciler.workflow.resolving import OperatorAnswer
from reconciler.workflow.resolving import resolve as settle


@click.command()
@click.argument("address")
@click.option("--adopt", metavar="ID", help="The create made this campaign.")
@click.option("--not-created", is_flag=True, help="The create made nothing; needs --reason.")
@click.option(
    "--reason", type=Words(), metavar="TEXT", help="How that is known; kept in the history."
)
@click.option("--lock-timeout", type=Duration(), help="Wait for the lock; 5m when CI is set.")
@with_shared
def resolve(
    shared: Shared,
    address: str,
    adopt: str | None,
    not_created: bool,
    reason: str | None,
    lock_timeout: timedelta | None,
) -> int:
    """Say what became of the create of ADDRESS: --adopt ID, or --not-created --reason TEXT."""
    if bool(adopt) == not_created:
        raise click.UsageError("give exactly one of --adopt ID and --not-created")
    if not_created and not (reason or "").strip():
        raise click.UsageError("--not-created needs --reason TEXT: say how that is known")
    try:
        wanted = Address.parse(address)
    except ValueError as problem:
        raise click.UsageError(str(problem)) from problem
    verdict = OperatorAnswer(adopt=adopt or "", reason=(reason or "").strip())
    with waiting_session(open_session(shared), lock_timeout) as session:
        resolved = settle(session, wanted, verdict, on_wait=tell_holder)
    print_diagnostics(resolved.warnings)
    if resolved.remote_id:
        click.echo(f"{address} is {resolved.remote_id}; it is recorded as created by us.")
    else:
        click.echo(f"{address} is recorded as not created; the next plan creates it.")
    return 0
