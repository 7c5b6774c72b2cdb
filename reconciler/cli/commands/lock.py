"""`lock list` and `lock release`: who holds the environments' locks."""

import json

import click

from reconciler.cli.approval import ask
from reconciler.cli.group import Group
from reconciler.cli.locks import HEADER, held_tree, lock_row
from reconciler.cli.options import Shared, examples, with_shared_as
from reconciler.cli.output import failures_as_json, say, say_json, say_table
from reconciler.cli.session import open_session
from reconciler.errors import Declined
from reconciler.render.values import foreign
from reconciler.workflow.locks import find_lock, held_locks, release_lock

_ID = "0b7f3c2e-6d1f-4f0e-9a55-2c8d14e97b30"


@click.group(
    cls=Group,
    epilog=examples("reconciler lock list", f"reconciler lock release {_ID}"),
)
def lock() -> None:
    """Show who holds a lock, or release the lock of a run that is gone."""


@lock.command(
    "list", epilog=examples("reconciler lock list", "reconciler lock list -e production --json")
)
@click.option("--json", "as_json", is_flag=True, help="One JSON document on standard output.")
@with_shared_as(verbose=None, quiet=None)
def list_(shared: Shared, as_json: bool) -> int:
    """List the locks that are held. -e chooses one environment."""
    with failures_as_json(as_json), open_session(shared) as session:
        held = held_locks(session)
    if as_json:
        say_json(json.dumps({"locks": [held_tree(one) for one in held]}) + "\n")
    elif held:
        say_table(HEADER, [lock_row(one) for one in held])
    else:
        say("No lock is held.")
    return 0


@lock.command(
    epilog=examples(
        f"reconciler lock release {_ID}",
        f"reconciler lock release {_ID} --auto-approve",
    )
)
@click.argument("lock_id", metavar="ID")
@click.option("--auto-approve", is_flag=True, help="Do not ask.")
@with_shared_as(verbose=None, quiet=None)
def release(shared: Shared, lock_id: str, auto_approve: bool) -> int:
    """Release the lock with exactly this ID.

    A holder that still runs sends nothing more that had not passed its last check before. It makes
    that check right before each request.
    """
    with open_session(shared) as session:
        held = find_lock(session, lock_id)
        say_table(HEADER, [lock_row(held)], err=True)
        if not auto_approve:
            question = "Is this run over? Only 'yes' releases its lock"
            if ask(question, otherwise="Use --auto-approve.") != "yes":
                raise Declined("the lock was not released")
        seconds = release_lock(session, held)
    say(f"Released lock {foreign(lock_id)} of environment {foreign(held.environment)}.")
    say(
        "If its holder still runs, nothing leaves that had not passed the last check before. A "
        f"request in flight may still take effect for {seconds:.0f} s."
    )
    return 0
