"""Which campaigns a command is about, and the question before a launch that contacts people."""

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import TypeVar

import click

from reconciler.address import Address
from reconciler.cli.approval import require_word
from reconciler.cli.locks import tell_holder
from reconciler.cli.options import Shared
from reconciler.cli.output import say
from reconciler.cli.views import print_heading
from reconciler.render.gates import gate_sections
from reconciler.render.outreach import outreach_block
from reconciler.render.style import Painter
from reconciler.run_state.launch.audience import in_all
from reconciler.run_state.launch.model import Launches
from reconciler.safe_text import safe_text
from reconciler.workflow.conversation import Conversation
from reconciler.workflow.session import Session

Command = TypeVar("Command", bound=Callable[..., object])


def with_selection(command: Command) -> Command:
    """For a command: take ADDRESS... and --select, as `chosen_terms` joins them."""
    select = click.option(
        "--select",
        multiple=True,
        metavar="WHAT",
        help="This address or label=value. Labels are read from manifests. Repeatable.",
    )
    return click.argument("addresses", nargs=-1, metavar="[ADDRESS]...")(select(command))


def chosen_terms(addresses: Iterable[str], select: Iterable[str]) -> tuple[str, ...]:
    """The terms of ADDRESS... and --select, each once; raises UsageError for an invalid term."""
    named = [str(parse_address(address)) for address in addresses]
    terms = [term if "=" in term else str(parse_address(term)) for term in select]
    return tuple(dict.fromkeys((*named, *terms)))


def parse_address(text: str) -> "Address":
    """An address from the command line; raises UsageError for anything else."""
    try:
        return Address.parse(text)
    except ValueError as problem:
        raise click.UsageError(str(problem)) from problem


def launch_talk(
    verb: str, session: Session, shared: Shared, interrupted: Callable[[], bool]
) -> Conversation[Launches]:
    """Show where the launches apply and who they contact, and ask whether to `verb` them."""

    def show(launches: Launches) -> None:
        print_heading(session, shared, (launch.target for launch in launches.campaigns))
        _show(launches, session.clock.now())
        for section in gate_sections(launches.gates, Painter(shared.color), at_once=True):
            say(f"\n{section}")

    def approve(launches: Launches) -> None:
        several = f"these {len(launches.campaigns)} campaigns"
        which = str(launches.campaigns[0].address) if len(launches.campaigns) == 1 else several
        require_word(f"Do you want to {verb} {which}?", session.approval_word)

    return Conversation(show=show, approve=approve, on_wait=tell_holder, interrupted=interrupted)


def _show(launches: Launches, now: datetime) -> None:
    for launch in launches.campaigns:
        live = launch.live
        say(
            f"{launch.address} is {safe_text(live.remote_id)} on target "
            f'{safe_text(launch.target)}: "{safe_text(live.name)}", {safe_text(live.status)}.'
        )
        for text in (*launch.warnings, *launch.doubts):
            say(f"Warning: {safe_text(text, 500)}.")
    reaches = [(str(one.address), one.reach) for one in launches.campaigns if one.reach is not None]
    outreach = in_all(launches.campaigns, now=now).with_notes(launches.notes)
    say(outreach_block(outreach, reaches, now=now))
