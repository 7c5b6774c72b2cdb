"""`resolve`: settle a create whose outcome is not known."""

from datetime import timedelta

import click

from reconciler.address import EXAMPLE, Address
from reconciler.cli.locks import tell_holder
from reconciler.cli.options import Shared, Words, examples, with_lock_timeout, with_shared
from reconciler.cli.output import print_diagnostics
from reconciler.cli.session import open_session, waiting_session
from reconciler.workflow.resolving import OperatorAnswer
from reconciler.workflow.resolving import resolve as settle


@click.command(
    epilog=examples(
        f"reconciler resolve {EXAMPLE} --adopt cd-1234",
        f"reconciler resolve {EXAMPLE} --not-created --reason checked",
    )
)
@click.argument("address")
@click.option("--adopt", metavar="ID", help="The create made this campaign.")
@click.option("--not-created", is_flag=True, help="The create made nothing. Needs --reason.")
@click.option("--reason", type=Words(), metavar="TEXT", help="How you know. Kept in the history.")
@with_lock_timeout
@with_shared
def resolve(
    shared: Shared,
    address: str,
    adopt: str | None,
    not_created: bool,
    reason: str | None,
    lock_timeout: timedelta | None,
) -> int:
    """Settle a create of ADDRESS whose outcome is not known.

    Say --adopt ID if the create made that campaign, or --not-created --reason TEXT if it made
    none. A complete listing is read first, and what it contradicts is refused (6).
    """
    if bool(adopt) == not_created:
        raise click.UsageError("give exactly one of --adopt ID and --not-created")
    if not_created and not (reason or "").strip():
        raise click.UsageError("--not-created needs --reason TEXT: say how you know")
    try:
        wanted = Address.parse(address)
    except ValueError as problem:
        raise click.UsageError(str(problem)) from problem
    verdict = OperatorAnswer(adopt=adopt or "", reason=(reason or "").strip())
    with waiting_session(open_session(shared), lock_timeout) as session:
        resolved = settle(session, wanted, verdict, on_wait=tell_holder)
    print_diagnostics(resolved.warnings)
    if resolved.remote_id:
        click.echo(f"{address} is {resolved.remote_id}, recorded as created by reconciler.")
    else:
        click.echo(f"{address} is recorded as not created; the next apply creates it.")
    return 0
