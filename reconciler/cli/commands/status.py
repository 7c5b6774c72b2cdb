"""`status`: the run state of our campaigns, as the vendors report it now."""

import json
from collections.abc import Sequence
from datetime import timedelta

import click

from reconciler.address import EXAMPLE, Address
from reconciler.cli.approval import require_word
from reconciler.cli.launching import chosen_terms, with_selection
from reconciler.cli.locks import tell_holder
from reconciler.cli.option_types import Duration, Words
from reconciler.cli.options import Shared, examples, with_shared_as
from reconciler.cli.output import failures_as_json, print_diagnostics, say, say_json, say_table
from reconciler.cli.session import open_session, waiting_session
from reconciler.cli.signals import Interrupts
from reconciler.cli.views import print_heading
from reconciler.clock import day_and_time, timestamp
from reconciler.command_lines import with_options
from reconciler.plan.twins import Twin
from reconciler.run_state.accept import Sighting, accept
from reconciler.run_state.accept_twin import accept_twin
from reconciler.run_state.status import MAY_BE_SENDING, Statuses, statuses
from reconciler.safe_text import safe_text
from reconciler.workflow.conversation import Conversation

_TWIN = ("ID", "TARGET", "NAME", "STATUS", "LOOKS LIKE")
_ACCEPTING = ("CAMPAIGN", "TARGET", "ID", "RECORDED", "STATUS", "STATE")
_SENDING = (
    "may be sending: the vendor does not say whether a create or an update starts a campaign. Look "
    "in the vendor's console. To stop"
)
_HEADER = ("CAMPAIGN", "TARGET", "ID", "NAME", "STATUS", "STATE", "NOTE")


@click.command(
    epilog=examples(
        "reconciler status",
        f"reconciler status {EXAMPLE} --accept --reason paused",
    )
)
@with_selection
@click.option("--json", "as_json", is_flag=True, help="One JSON document on standard output.")
@click.option(
    "--accept", is_flag=True, help="Accept the status that is shown as intended. Needs --reason."
)
@click.option(
    "--accept-twin",
    "twin",
    type=Words(),
    metavar="ID",
    help="Accept a live campaign that looks like ADDRESS. Needs --reason.",
)
@click.option(
    "--reason", type=Words(), metavar="TEXT", help="Why it is accepted. Kept in the history."
)
@click.option("--auto-approve", is_flag=True, help="When accepting: do not ask.")
@click.option(
    "--lock-timeout", type=Duration(), help="When accepting: how long to wait for the lock."
)
@with_shared_as(verbose=None)
def status(
    shared: Shared,
    addresses: tuple[str, ...],
    select: tuple[str, ...],
    as_json: bool,
    accept: bool,
    twin: str | None,
    reason: str | None,
    auto_approve: bool,
    lock_timeout: timedelta | None,
) -> int:
    """Show the vendor's status of all managed campaigns, or of the chosen ones.

    --accept records the status that is shown as intended. drift then no longer reports it.
    """
    terms = chosen_terms(addresses, select)
    if not accept and twin is None:
        if reason or auto_approve or lock_timeout is not None:
            raise click.UsageError(
                "--reason, --auto-approve and --lock-timeout go with --accept or --accept-twin"
            )
        return _status(shared, terms, as_json=as_json)
    reason = (reason or "").strip()
    if twin is not None:
        address = _one_address(addresses, select)
        if accept or as_json or not reason:
            raise click.UsageError(
                "--accept-twin needs --reason TEXT, and goes with neither --accept nor --json"
            )
        return _accept_twin(shared, address, twin, reason, ask=not auto_approve, wait=lock_timeout)
    if not terms or as_json:
        raise click.UsageError("--accept needs ADDRESS or --select, and does not take --json")
    if not reason:
        raise click.UsageError("--accept needs --reason TEXT: say why this state is intended")
    return _accept(shared, terms, reason, ask=not auto_approve, wait=lock_timeout)


def _status(shared: Shared, terms: tuple[str, ...], *, as_json: bool) -> int:

    with failures_as_json(as_json), open_session(shared) as session:
        found = statuses(session, terms)
        if not as_json:
            print_heading(session, shared)
    print_diagnostics(found.problems)
    if as_json:
        say_json(_document(found))
    else:
        _say_states(found, shared)
    return found.exit_code


def _accept(
    shared: Shared, terms: tuple[str, ...], reason: str, *, ask: bool, wait: timedelta | None
) -> int:

    with waiting_session(open_session(shared), wait) as session, Interrupts() as interrupts:

        def show(sightings: "Sequence[Sighting]") -> None:
            print_heading(session, shared, (one.record.target for one in sightings))
            _show(sightings)

        def approve(_: object) -> None:
            require_word("Is this the intended state?", session.approval_word)

        talk = Conversation(
            show=show, approve=approve, on_wait=tell_holder, interrupted=interrupts.requested
        )
        accepted = accept(session, terms, reason, ask=ask, talk=talk)
    states = "the state of 1 campaign" if len(accepted) == 1 else f"{len(accepted)} states"
    say(f"Recorded {states}: drift now compares with this. Nothing was sent.")
    return 0


def _one_address(addresses: tuple[str, ...], select: tuple[str, ...]) -> Address:
    if len(addresses) != 1 or select:
        raise click.UsageError("--accept-twin needs exactly one ADDRESS")
    try:
        return Address.parse(addresses[0])
    except ValueError as problem:
        raise click.UsageError(str(problem)) from problem


def _accept_twin(
    shared: Shared,
    address: Address,
    remote_id: str,
    reason: str,
    *,
    ask: bool,
    wait: timedelta | None,
) -> int:

    with waiting_session(open_session(shared), wait) as session, Interrupts() as interrupts:

        def show(twin: Twin) -> None:
            print_heading(session, shared, (twin.target,))
            row = (twin.remote_id, twin.target, twin.name, twin.status, str(twin.address))
            say_table(_TWIN, [row])

        def approve(_: object) -> None:
            require_word("Is it meant to exist beside it?", session.approval_word)

        talk = Conversation(
            show=show, approve=approve, on_wait=tell_holder, interrupted=interrupts.requested
        )
        twin = accept_twin(session, address, remote_id, reason, ask=ask, talk=talk)
    remote_id = safe_text(twin.remote_id)
    say(f"Recorded: {remote_id} may exist beside {address}. Nothing was sent.")
    return 0


def _show(sightings: "Sequence[Sighting]") -> None:

    rows = [
        (
            str(one.address),
            one.record.target,
            one.record.remote_id,
            one.record.seen.status if one.record.seen is not None else "not known",
            one.seen.status,
            one.state,
        )
        for one in sightings
    ]
    say_table(_ACCEPTING, rows)
    for one in sightings:
        if one.doubt:
            say(
                f"Warning: the outcome of an earlier {one.doubt} of {one.address} is not known; "
                "accepting this state confirms that you know it."
            )


def _say_states(found: "Statuses", shared: Shared) -> None:
    for stop in found.stops:
        which = stop.address or f"Environment {safe_text(found.environment)}"
        when = day_and_time(stop.created_at)
        say(f"{which} was STOPPED by {safe_text(stop.who)} at {when}: {safe_text(stop.reason)}")
        if any(stop.address in (None, one.address) for one in found.states):
            say(found.sent_before(stop).text)
        say(f"{with_options(stop.advice, shared.given)}\n")
    rows = [
        (str(one.address), one.target, one.remote_id, one.name, one.status, one.state, one.note)
        for one in found.states
    ]
    if rows:
        say_table(_HEADER, rows)
    else:
        say("No campaign is managed.")
    sending = [str(one.address) for one in found.states if one.state == MAY_BE_SENDING]
    if sending:
        it, which = ("it", sending[0]) if len(sending) == 1 else ("one of them", "ADDRESS")
        say(f"\n{_SENDING} {it}:\n    {shared.again('stop', which)} --reason TEXT")


def _document(found: "Statuses") -> str:

    document = {
        "environment": found.environment,
        "stops": [
            {
                "address": str(one.address) if one.address is not None else None,
                "reason": one.reason,
                "who": one.who,
                "created_at": timestamp(one.created_at),
            }
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
        "twins": [
            {
                "address": str(twin.address),
                "target": twin.target,
                "remote_id": twin.remote_id,
                "name": twin.name,
                "status": twin.status,
                "newer": twin.newer,
                "by_marker": twin.by_marker,
            }
            for twin in found.twins
        ],
    }
    return json.dumps(document) + "\n"
