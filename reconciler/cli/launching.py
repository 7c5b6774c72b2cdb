"""`start` and `schedule`: set campaigns off by hand, after showing who would be contacted."""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, TypeVar

import click

from reconciler.cli.options import Duration, Shared, with_shared

if TYPE_CHECKING:
    from reconciler.address import Address
    from reconciler.resources.writes import Recurrence
    from reconciler.run_state.launch.model import Launch, Talk
    from reconciler.run_state.launch.start import Starts


_HEADER = ("CAMPAIGN", "TARGET", "ID", "STATUS", "RESULT")
_RESULTS = {
    "applied": "started",
    "refused": "refused",
    "unknown": "unknown",
    "skipped": "not attempted",
}
Command = TypeVar("Command", bound=Callable[..., object])


def with_selection(command: Command) -> Command:
    """For a command: take ADDRESS... and --select, as `chosen_terms` joins them."""
    select = click.option(
        "--select",
        multiple=True,
        metavar="WHAT",
        help="Also this address or label=value; manifests alone know labels. Repeatable.",
    )
    return click.argument("addresses", nargs=-1, metavar="[ADDRESS]...")(select(command))


@click.command()
@with_selection
@click.option("--exclude", multiple=True, metavar="WHAT", help="Not this address or label=value.")
@click.option("--auto-approve", is_flag=True, help="Do not ask.")
@click.option("--lock-timeout", type=Duration(), help="Wait for the lease; 5m when CI is set.")
@with_shared
def start(
    shared: Shared,
    addresses: tuple[str, ...],
    select: tuple[str, ...],
    exclude: tuple[str, ...],
    auto_approve: bool,
    lock_timeout: timedelta | None,
) -> int:
    """Start campaigns, which contacts people. Each must be as its manifest says.

    Nothing is sent unless every chosen campaign may be started; then what becomes of one keeps no
    other back.
    """
    from reconciler.cli.output import print_diagnostics
    from reconciler.cli.session import open_session, waiting_session
    from reconciler.cli.signals import Interrupts
    from reconciler.plan.model import Selection
    from reconciler.run_state.launch.start import start as run

    terms = chosen_terms(addresses, select)
    if not terms:
        raise click.UsageError("say which: ADDRESS, or --select label=value")
    with (
        waiting_session(open_session(shared), lock_timeout) as session,
        Interrupts() as interrupts,
    ):
        talk = _talk("start", interrupts.requested)
        selection = Selection(select=terms, exclude=exclude)
        done = run(session, selection, ask=not auto_approve, talk=talk)
    print_diagnostics(found for one in done.campaigns for found in one.outcome.diagnostics)
    click.echo(_report(done), nl=False)
    return done.exit_code


@click.command()
@click.argument("address")
@click.option("--daily", type=click.IntRange(1), metavar="N", help="Every N days.")
@click.option("--weekly", type=click.IntRange(1), metavar="N", help="Every N weeks, with --days.")
@click.option("--days", metavar="MO,WE", help="The weekdays of --weekly.")
@click.option("--from", "start_", metavar="ISO", help="The first moment, with its zone.")
@click.option("--until", metavar="ISO", help="The last moment, with its zone.")
@click.option("--off", is_flag=True, help="Switch the schedule off.")
@click.option("--auto-approve", is_flag=True, help="Do not ask.")
@click.option("--lock-timeout", type=Duration(), help="Wait for the lease; 5m when CI is set.")
@with_shared
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
    lock_timeout: timedelta | None,
) -> int:
    """Let the campaign of ADDRESS start by itself, or no more (--off); Kore.ai v2 only."""
    from reconciler.cli.output import print_diagnostics
    from reconciler.cli.session import open_session, waiting_session
    from reconciler.cli.signals import Interrupts
    from reconciler.run_state.launch.schedule import schedule as run

    wanted = parse_address(address)
    if off and any((daily, weekly, days, start_, until)):
        raise click.UsageError("--off stands alone")
    recurrence = None if off else _recurrence((daily, weekly, days), start_, until)
    with (
        waiting_session(open_session(shared), lock_timeout) as session,
        Interrupts() as interrupts,
    ):
        talk = _talk("change the schedule of", interrupts.requested)
        done = run(session, wanted, recurrence, ask=not auto_approve, talk=talk)
    print_diagnostics(done.outcome.diagnostics)
    if done.exit_code == 0:
        click.echo(_scheduled(address, recurrence))
    return done.exit_code


def chosen_terms(addresses: Iterable[str], select: Iterable[str]) -> tuple[str, ...]:
    """What ADDRESS... and --select name, each once; raises UsageError for what is no term."""
    named = [str(parse_address(address)) for address in addresses]
    terms = [term if "=" in term else str(parse_address(term)) for term in select]
    return tuple(dict.fromkeys((*named, *terms)))


def parse_address(text: str) -> "Address":
    """An address from the command line; raises UsageError for anything else."""
    from reconciler.address import Address

    try:
        return Address.parse(text)
    except ValueError as problem:
        raise click.UsageError(str(problem)) from problem


def _recurrence(
    every: tuple[int | None, int | None, str | None], start_: str | None, until: str | None
) -> "Recurrence":
    from reconciler.resources.writes import Recurrence

    daily, weekly, days = every
    if (daily is None) == (weekly is None):
        raise click.UsageError("give exactly one of --daily N, --weekly N and --off")
    if (weekly is None) != (days is None):
        raise click.UsageError("--weekly and --days belong together")
    if start_ is None or until is None:
        raise click.UsageError("--from and --until are required: the vendor needs both")
    begin, end = _moment("--from", start_), _moment("--until", until)
    if end <= begin:
        raise click.UsageError("--until must be later than --from")
    return Recurrence(every=daily or weekly or 1, days=_weekdays(days), start=begin, end=end)


def _weekdays(text: str | None) -> tuple[str, ...]:
    from reconciler.resources.calling_hours import DAYS, parse_days

    found: set[str] = set()
    for part in (text or "").split(",") if text is not None else ():
        days = parse_days(part.strip())
        if days is None:
            raise click.UsageError(f"{part!r} is no weekday; write MO,WE or MO-FR")
        found.update(days)
    return tuple(day for day in DAYS if day in found)


def _moment(option: str, text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise click.UsageError(
            f"{option} {text!r} is not a time; write 2026-04-01T09:00-04:00"
        ) from None
    if moment.tzinfo is None:
        raise click.UsageError(f"{option} {text!r} has no zone; write {text}Z or {text}-04:00")
    return moment


def _scheduled(address: str, recurrence: "Recurrence | None") -> str:
    from reconciler.run_state.launch.schedule import in_words

    if recurrence is None:
        return f"The schedule of {address} is switched off."
    return (
        f"{address} starts by itself {in_words(recurrence)}.\n"
        "The vendor does not show this again; reconciler history keeps it."
    )


def _talk(verb: str, interrupted: Callable[[], bool]) -> "Talk[Launch]":
    from reconciler.cli.approval import require_yes
    from reconciler.cli.locks import tell_holder
    from reconciler.run_state.launch.model import Talk

    def approve(launches: "Sequence[Launch]") -> None:
        several = f"these {len(launches)} campaigns"
        which = str(launches[0].address) if len(launches) == 1 else several
        require_yes(f"Do you want to {verb} {which}?")

    return Talk(show=_show, approve=approve, on_wait=tell_holder, interrupted=interrupted)


def _show(launches: "Sequence[Launch]") -> None:
    from reconciler.run_state.launch.audience import in_all

    for launch in launches:
        live = launch.live
        click.echo(
            f"{launch.address} is {live.remote_id} on target {launch.target}: "
            f'"{_safe(live.name)}", {_safe(live.status)}.'
        )
        click.echo(_safe(launch.outreach.text, 2000))
        for text in (*launch.warnings, *launch.doubts):
            click.echo(f"Warning: {_safe(text, 500)}.")
        if len(launches) > 1:
            click.echo()
    if len(launches) > 1:
        click.echo(in_all(launches))


def _report(done: "Starts") -> str:
    from reconciler.cli.tables import table

    first = done.campaigns[0]
    if len(done.campaigns) == 1 and done.exit_code == 0:
        return f"{first.outcome.address} is started; its status is {_safe(first.status)}.\n"
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
    return f"\n{table(_HEADER, rows)}\n{counts}.\n"


def _safe(text: str, limit: int = 200) -> str:
    from reconciler.safe_text import safe_text

    return safe_text(text, limit)
