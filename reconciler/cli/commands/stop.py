"""`stop`: the emergency stop, and how to clear it."""

import click

from reconciler.address import EXAMPLE
from reconciler.cli.launching import chosen_terms, with_selection
from reconciler.cli.options import Shared, Words, examples, with_shared
from reconciler.cli.output import print_diagnostics, say
from reconciler.cli.session import open_session
from reconciler.cli.signals import Interrupts
from reconciler.cli.tables import table
from reconciler.cli.views import print_heading
from reconciler.ledger.base import LockInfo
from reconciler.render.values import foreign
from reconciler.run_state.stop.emergency import Order
from reconciler.run_state.stop.emergency import stop as run
from reconciler.safe_text import safe_text
from reconciler.workflow.stops import clear_stops

_HEADER = ("CAMPAIGN", "TARGET", "ID", "NAME", "BEFORE", "NOW", "RESULT")


@click.command(
    epilog=examples(
        f"reconciler stop {EXAMPLE} --reason 'wrong list'",
        "reconciler stop --clear --reason 'list corrected'",
    )
)
@with_selection
@click.option(
    "--all", "all_", is_flag=True, help="Every campaign that the ledger or the manifests know."
)
@click.option("--account", is_flag=True, help="With --all: every campaign on the accounts.")
@click.option("--clear", is_flag=True, help="End the stop. Starts nothing. Needs --reason.")
@click.option(
    "--reason", type=Words(), metavar="TEXT", help="Why. Kept with the stop and in the history."
)
@with_shared
def stop(
    shared: Shared,
    addresses: tuple[str, ...],
    select: tuple[str, ...],
    all_: bool,
    account: bool,
    clear: bool,
    reason: str | None,
) -> int:
    """Stop campaigns at once. apply and start are refused (6) until --clear.

    Needs the project file only: no valid manifests and no lease. Exits 0 only if a reading
    confirms that every campaign has stopped and, on Kore.ai v2, that its schedule is off.
    """
    terms = chosen_terms(addresses, select)
    if sum((bool(terms), all_, clear)) != 1:
        raise click.UsageError(
            "give campaigns (ADDRESS, --select), --all or --clear, and only one of these"
        )
    if account and not all_:
        raise click.UsageError("--account goes with --all")
    if clear:
        return _clear(shared, (reason or "").strip())
    return _stop(shared, terms, account=account, reason=reason or "stopped by hand")


def _stop(shared: Shared, terms: tuple[str, ...], *, account: bool, reason: str) -> int:

    order = Order(terms=terms, account=account, reason=reason)
    with open_session(shared) as session, Interrupts() as interrupts:
        print_heading(session, shared)
        report = run(session, order, interrupted=interrupts.requested, on_wait=_print_holder)
        environment = session.environment.name
    print_diagnostics(report.warnings)
    print_diagnostics(found for problem in report.errors for found in problem.diagnostics)
    rows = [
        (
            str(one.outcome.address),
            one.outcome.target,
            one.outcome.remote_id or "",
            one.name,
            one.before,
            one.after,
            one.result,
        )
        for one in sorted(report.campaigns, key=lambda one: one.outcome.address)
    ]
    say(table(_HEADER, rows) if rows else "No campaign is known.\n", nl=False)
    if report.exit_code:
        say("\nNOT everything is confirmed. Run it again; it is safe.", err=True)
    elif terms:
        say("\nThe chosen campaigns are stopped; no others were checked.")
    else:
        say("\nEverything is stopped.")
    if report.held:
        say(f"apply and start in {foreign(environment)} are held back until")
        say("    reconciler stop --clear --reason TEXT")
    else:
        say(f"apply and start in {foreign(environment)} are NOT held back.", err=True)
    return report.exit_code


def _print_holder(holder: "LockInfo") -> None:

    who = safe_text(f"{holder.who} on {holder.host} ({holder.operation})")
    say(
        f"{who} has the lock. Everything is stopped now, and again while a request of that run may "
        "still take effect.",
        err=True,
    )


def _clear(shared: Shared, reason: str) -> int:

    if not reason:
        raise click.UsageError("--clear needs --reason TEXT: say why it is safe to go on")
    with open_session(shared) as session:
        cleared = clear_stops(session, reason)
        environment = session.environment.name
    for held in cleared:
        say(f"Cleared: {safe_text(held.reason)} (by {safe_text(held.who)})")
    say(f"apply and start may send in {foreign(environment)} again. Nothing was started.")
    return 0
