"""`start`: start campaigns, after showing who would be contacted."""

from datetime import timedelta

import click

from reconciler.address import EXAMPLE
from reconciler.cli.gates_help import gates_help
from reconciler.cli.launching import chosen_terms, launch_talk, with_selection
from reconciler.cli.options import Shared, examples, with_allow, with_lock_timeout, with_shared_as
from reconciler.cli.output import print_diagnostics, say, say_table
from reconciler.cli.session import launching_session, waiting_session
from reconciler.cli.signals import Interrupts
from reconciler.plan.gate_table import launch_codes
from reconciler.plan.model import Selection
from reconciler.run_state.launch.start import StartResults
from reconciler.run_state.launch.start import start as run
from reconciler.safe_text import safe_text

_HEADER = ("CAMPAIGN", "TARGET", "ID", "STATUS", "RESULT")
_RESULTS = {
    "applied": "started",
    "refused": "refused",
    "unknown": "unknown",
    "skipped": "not attempted",
}


@click.command(
    epilog=examples(
        f"reconciler start {EXAMPLE}",
        "reconciler start --select team=retention",
    )
    + gates_help(launch_codes())
)
@with_selection
@click.option(
    "--exclude", multiple=True, metavar="WHAT", help="Not this address or label=value. Repeatable."
)
@click.option("--auto-approve", is_flag=True, help="Do not ask.")
@with_allow
@with_lock_timeout
@with_shared_as(verbose=None)
def start(
    shared: Shared,
    addresses: tuple[str, ...],
    select: tuple[str, ...],
    exclude: tuple[str, ...],
    auto_approve: bool,
    allow: tuple[str, ...],
    lock_timeout: timedelta | None,
) -> int:
    """Start campaigns. This contacts people.

    All chosen campaigns must pass the checks, or none is started. One failure does not stop the
    others. Starts run one at a time per target.
    """
    terms = chosen_terms(addresses, select)
    if not terms:
        raise click.UsageError("say which campaigns: ADDRESS, or --select label=value")
    with (
        waiting_session(launching_session(shared, allow), lock_timeout) as session,
        Interrupts() as interrupts,
    ):
        talk = launch_talk("start", session, shared, interrupts.requested)
        selection = Selection(select=terms, exclude=exclude)
        done = run(session, selection, ask=not auto_approve, talk=talk)
    print_diagnostics(found for one in done.campaigns for found in one.outcome.diagnostics)
    _say_report(done, shared)
    return done.exit_code


def _say_report(done: "StartResults", shared: Shared) -> None:
    first = done.campaigns[0]
    if len(done.campaigns) == 1 and done.exit_code == 0:
        name = first.outcome.address
        say(
            f"{name} is started; its status is {safe_text(first.status)}. "
            f"To look at it, or to stop it:\n    {shared.again('status', str(name))}\n"
            f"    {shared.again('stop', str(name))} --reason TEXT"
        )
        return
    results = [_RESULTS[one.outcome.outcome.value] for one in done.campaigns]
    rows = [
        (
            str(one.outcome.address),
            one.outcome.target,
            one.outcome.remote_id or "",
            one.status,
            result if one.confirmed else f"{result}, NOT CONFIRMED",
        )
        for one, result in zip(done.campaigns, results, strict=True)
    ]
    counts = ", ".join(f"{results.count(word)} {word}" for word in _RESULTS.values())
    say()
    say_table(_HEADER, rows)
    say(f"\n{counts}.")
