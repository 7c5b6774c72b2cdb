"""`stop`: the emergency stop, and how to clear it."""

import click

from reconciler.address import EXAMPLE, Address
from reconciler.cli.launching import parse_address, with_selection
from reconciler.cli.option_types import Words
from reconciler.cli.options import Shared, examples, with_shared_as
from reconciler.cli.output import print_diagnostics, say, say_table
from reconciler.cli.session import open_session
from reconciler.cli.signals import Interrupts
from reconciler.cli.views import print_heading
from reconciler.durations import in_words
from reconciler.ledger.base import LockInfo
from reconciler.render.values import foreign
from reconciler.run_state.stop.emergency import Order
from reconciler.run_state.stop.emergency import stop as run
from reconciler.run_state.stop.halts import StopsAhead
from reconciler.run_state.stop.report import Report
from reconciler.safe_text import safe_text
from reconciler.workflow.stops import clear_stops

_HEADER = ("CAMPAIGN", "TARGET", "ID", "NAME", "BEFORE", "NOW", "RESULT")


@click.command(
    epilog=examples(
        f"reconciler stop {EXAMPLE} --reason 'wrong list'",
        f"reconciler stop --clear {EXAMPLE} --reason 'list corrected'",
    )
)
@with_selection
@click.option(
    "--all", "all_", is_flag=True, help="Every campaign that the ledger or the manifests know."
)
@click.option("--account", is_flag=True, help="With --all: every campaign on the accounts.")
@click.option(
    "--clear",
    is_flag=True,
    help="End the stop of ADDRESS, of the environment, or with --all every stop. Starts nothing.",
)
@click.option(
    "--reason", type=Words(), metavar="TEXT", help="Why. Kept with the stop and in the history."
)
@with_shared_as(verbose=None, quiet=None)
def stop(
    shared: Shared,
    addresses: tuple[str, ...],
    select: tuple[str, ...],
    all_: bool,
    account: bool,
    clear: bool,
    reason: str | None,
) -> int:
    """Stop campaigns at once. apply and start of these are refused (6) until --clear.

    ADDRESS may also be a campaign's name or its id at the vendor. Needs the project file only: no
    valid manifests and no lock. Exits 0 only if a reading confirms that every campaign has stopped
    and, on Kore.ai v2, that its schedule is off.
    """
    if account and (clear or not all_):
        raise click.UsageError("--account goes with --all")
    if clear:
        if select or (addresses and all_):
            raise click.UsageError("--clear takes ADDRESS..., --all or nothing else")
        held = [parse_address(one) for one in addresses]
        return _clear(shared, held, (reason or "").strip(), every=all_)
    terms = tuple(dict.fromkeys((*addresses, *select)))
    if bool(terms) is all_:
        raise click.UsageError(
            "say what to stop, either campaigns (ADDRESS, --select) or --all; --clear ends a stop"
        )
    return _stop(shared, terms, account=account, reason=reason or "stopped by hand")


def _stop(shared: Shared, terms: tuple[str, ...], *, account: bool, reason: str) -> int:
    order = Order(terms=terms, account=account, reason=reason)
    with open_session(shared) as session, Interrupts() as interrupts:
        print_heading(session, shared)
        report = run(
            session,
            order,
            interrupted=interrupts.requested,
            on_wait=_print_holder,
            on_ahead=_print_ahead,
        )
        environment = session.environment.name
    print_diagnostics(report.warnings)
    problems = (*report.unknown, *report.errors)
    print_diagnostics(found for problem in problems for found in problem.diagnostics)
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
    if rows:
        say_table(_HEADER, rows)
    elif not terms:
        say("No campaign is known.")
    _say_result(report, by_name=bool(terms))
    if rows:
        names = [str(one) for one in report.addresses]
        say(f"{report.sent.text} To see what they do now:")
        say(f"    {shared.again('status', *names)}")
    _say_held(report, environment, shared, by_name=bool(terms))
    return report.exit_code


def _say_result(report: Report, *, by_name: bool) -> None:
    """Say what is stopped and, plainly, what was not looked at."""
    if by_name and not report.addresses:
        say("\nNothing was stopped.", err=True)
    elif not report.confirmed:
        say("\nNOT everything is confirmed. Run it again; it is safe.", err=True)
    elif by_name:
        say("\nThe chosen campaigns are stopped; no others were checked.")
    elif not report.campaigns:
        say("\nNothing was stopped: neither the ledger nor a manifest names a live campaign.")
    elif report.overlooked:
        say(
            "\nEverything that is known is stopped. Campaigns that only invalid manifests name "
            "were not looked at."
        )
    else:
        say("\nEverything is stopped.")


def _say_held(report: Report, environment: str, shared: Shared, *, by_name: bool) -> None:
    if by_name and not report.addresses:
        return
    what = "these campaigns" if by_name else foreign(environment)
    if not report.held:
        say(f"apply and start of {what} are NOT held back.", err=True)
        return
    names = [str(one) for one in report.addresses]
    say(f"apply and start of {what} are held back until the stop is cleared:")
    say(f"    {shared.again('stop', '--clear', *names, '--reason', 'TEXT')}")


def _print_holder(holder: LockInfo) -> None:
    who = safe_text(f"{holder.who} on {holder.host} ({holder.operation})")
    say(
        f"{who} has the lock. Everything is stopped now, and again while a request of that run may "
        "still take effect.",
        err=True,
    )


def _print_ahead(ahead: StopsAhead) -> None:
    say(
        f"{ahead.target}: {ahead.stops:,} stops, about {in_words(ahead.seconds)} at the rate "
        "limit, those that reach most people first.",
        err=True,
    )


def _clear(shared: Shared, addresses: list[Address], reason: str, *, every: bool) -> int:
    if not reason:
        raise click.UsageError("--clear needs --reason TEXT: say why it is safe to go on")
    with open_session(shared) as session:
        cleared, held_still = clear_stops(session, reason, addresses, every=every)
        environment = session.environment.name
    for held in cleared:
        what = held.address or foreign(environment)
        say(f"Cleared the stop of {what}: {safe_text(held.reason)} (by {safe_text(held.who)})")
    if not held_still:
        say("apply and start may send for these again. Nothing was started.")
        return 0
    names = ", ".join(map(foreign, held_still))
    say(f"Nothing was started. Still stopped: {names}. To see why:\n    {shared.again('status')}")
    return 0
