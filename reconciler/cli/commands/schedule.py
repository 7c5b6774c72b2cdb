"""`schedule`: set a campaign's schedule or switch it off, after showing who is contacted."""

from datetime import datetime, timedelta

import click

from reconciler.address import EXAMPLE
from reconciler.cli.gates_help import gates_help
from reconciler.cli.launching import launch_talk, parse_address
from reconciler.cli.option_types import WholeNumber
from reconciler.cli.options import Shared, examples, with_allow, with_lock_timeout, with_shared_as
from reconciler.cli.output import print_diagnostics, say
from reconciler.cli.session import launching_session, waiting_session
from reconciler.cli.signals import Interrupts
from reconciler.clock import SystemClock
from reconciler.plan.gate_table import launch_codes
from reconciler.resources.windows import DAYS, parse_days
from reconciler.resources.writes import Recurrence
from reconciler.run_state.launch.schedule import recurrence_in_words
from reconciler.run_state.launch.schedule import schedule as run


@click.command(
    epilog=examples(
        f"reconciler schedule {EXAMPLE} --daily 1 \\",
        "    --from 2026-12-01T09:00Z --until 2026-12-24T09:00Z",
        f"reconciler schedule {EXAMPLE} --off",
    )
    + gates_help(launch_codes())
)
@click.argument("address")
@click.option("--daily", type=WholeNumber(1), metavar="N", help="Every N days.")
@click.option("--weekly", type=WholeNumber(1), metavar="N", help="Every N weeks, with --days.")
@click.option("--days", metavar="MO,WE", help="The weekdays of --weekly.")
@click.option("--from", "start_", metavar="ISO", help="The first start, with its time zone.")
@click.option("--until", metavar="ISO", help="The last start, with its time zone.")
@click.option("--off", is_flag=True, help="Switch the schedule off.")
@click.option("--auto-approve", is_flag=True, help="Do not ask.")
@with_allow
@with_lock_timeout
@with_shared_as(verbose=None)
def schedule(
    shared: Shared,
    address: str,
    daily: int | None,
    weekly: int | None,
    days: str | None,
    start_: str | None,
    until: str | None,
    off: bool,
    auto_approve: bool,
    allow: tuple[str, ...],
    lock_timeout: timedelta | None,
) -> int:
    """Make the campaign of ADDRESS start on a schedule, or switch it off (--off).

    Kore.ai v2 only.
    """
    wanted = parse_address(address)
    if off and any((daily, weekly, days, start_, until, allow)):
        raise click.UsageError(
            "--off cannot be combined with --daily, --weekly, --days, --from, --until or --allow"
        )
    recurrence = None if off else _recurrence(daily, weekly, days, start=start_, until=until)
    with (
        waiting_session(launching_session(shared, allow), lock_timeout) as session,
        Interrupts() as interrupts,
    ):
        talk = launch_talk("change the schedule of", session, shared, interrupts.requested)
        done = run(session, wanted, recurrence, ask=not auto_approve, talk=talk)
    print_diagnostics(done.outcome.diagnostics)
    if done.exit_code == 0:
        say(_scheduled(address, recurrence))
    return done.exit_code


def _recurrence(
    daily: int | None,
    weekly: int | None,
    days: str | None,
    *,
    start: str | None,
    until: str | None,
) -> Recurrence:
    if (daily is None) == (weekly is None):
        raise click.UsageError("give exactly one of --daily N, --weekly N and --off")
    if (weekly is None) != (days is None):
        raise click.UsageError("--weekly and --days must be given together")
    if start is None or until is None:
        raise click.UsageError("--from and --until are required: the vendor needs both")
    begin, end = _moment("--from", start), _moment("--until", until)
    if end <= begin:
        raise click.UsageError("--until must be later than --from")
    return Recurrence(every=daily or weekly or 1, days=_weekdays(days), start=begin, end=end)


def _weekdays(text: str | None) -> tuple[str, ...]:

    found: set[str] = set()
    for part in (text or "").split(",") if text is not None else ():
        days = parse_days(part.strip())
        if days is None:
            raise click.UsageError(f"{part!r} is not a weekday; write MO,WE or MO-FR")
        found.update(days)
    return tuple(day for day in DAYS if day in found)


def _moment(option: str, text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        tomorrow = SystemClock().now() + timedelta(days=1)
        raise click.UsageError(
            f"{option} {text!r} is not a time; write {tomorrow:%Y-%m-%d}T09:00Z"
        ) from None
    if moment.tzinfo is None:
        is_day = len(text) <= len("2026-12-01")
        missing = "time of day and no time zone" if is_day else "time zone"
        example = f"{moment:%Y-%m-%d}T09:00" if is_day else moment.isoformat()
        raise click.UsageError(
            f"{option} {text!r} has no {missing}; write {example}Z or {example}-05:00"
        )
    return moment


def _scheduled(address: str, recurrence: Recurrence | None) -> str:

    if recurrence is None:
        return f"The schedule of {address} is switched off."
    return (
        f"{address} starts by itself {recurrence_in_words(recurrence)}.\n"
        "The vendor's API does not return schedules; see reconciler history."
    )
