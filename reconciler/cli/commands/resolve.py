"""`resolve`: settle creates whose outcome is not known."""

from datetime import timedelta

import click

from reconciler.address import EXAMPLE, Address
from reconciler.cli.locks import tell_holder
from reconciler.cli.option_types import Words
from reconciler.cli.options import Shared, examples, with_lock_timeout, with_no_wait, with_shared_as
from reconciler.cli.output import print_diagnostics, say
from reconciler.cli.session import open_session, waiting_session
from reconciler.errors import worst
from reconciler.render.values import foreign
from reconciler.workflow.resolving import OperatorAnswer
from reconciler.workflow.resolving import resolve as settle


@click.command(
    epilog=examples(
        f"reconciler resolve {EXAMPLE} --adopt cd-1234",
        f"reconciler resolve {EXAMPLE} --not-created --reason checked",
    )
)
@click.argument("addresses", metavar="ADDRESS...", nargs=-1, required=True)
@click.option("--adopt", metavar="ID", help="The create made this campaign.")
@click.option("--not-created", is_flag=True, help="The creates made nothing. Needs --reason.")
@click.option("--reason", type=Words(), metavar="TEXT", help="How you know. Kept in the history.")
@with_no_wait
@with_lock_timeout
@with_shared_as(verbose=None, quiet=None)
def resolve(
    shared: Shared,
    addresses: tuple[str, ...],
    adopt: str | None,
    not_created: bool,
    reason: str | None,
    no_wait: bool,
    lock_timeout: timedelta | None,
) -> int:
    """Settle the creates of some ADDRESSES whose outcome is not known.

    Say --adopt ID if the create made that campaign, or --not-created --reason TEXT if it made
    none. A complete listing is read first, and what it contradicts is refused (6). An adopted
    draft gets the settings that its create could not carry. With -e it also works for an
    environment that only the ledger knows.
    """
    if bool(adopt) == not_created:
        raise click.UsageError("give exactly one of --adopt ID and --not-created")
    if not_created and not (reason or "").strip():
        raise click.UsageError("--not-created needs --reason TEXT: say how you know")
    if adopt and len(addresses) > 1:
        raise click.UsageError("--adopt ID settles one address; give the others with their own ids")
    try:
        wanted = tuple(dict.fromkeys(Address.parse(address) for address in addresses))
    except ValueError as problem:
        raise click.UsageError(str(problem)) from problem
    verdict = OperatorAnswer(adopt=adopt or "", reason=(reason or "").strip())
    with waiting_session(open_session(shared), lock_timeout) as opened:
        session = opened.without_waiting() if no_wait else opened
        settled = settle(
            session,
            wanted,
            verdict,
            on_wait=tell_holder,
            on_pause=lambda text: say(text, err=True),
        )
    for resolved in settled:
        print_diagnostics(resolved.diagnostics)
        if resolved.remote_id:
            told = f"{resolved.address} is {resolved.remote_id}, recorded as created by reconciler."
            say(foreign(told))
        else:
            say(f"{resolved.address} is recorded as not created; the next apply creates it.")
    return worst(resolved.exit_code for resolved in settled)
