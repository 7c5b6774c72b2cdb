"""`ledger init`: open a new environment for automation."""

from datetime import timedelta

import click

from reconciler.cli.approval import ask
from reconciler.cli.group import Group
from reconciler.cli.locks import tell_holder
from reconciler.cli.option_types import Words
from reconciler.cli.options import Shared, examples, with_lock_timeout, with_shared_as
from reconciler.cli.output import print_diagnostics, say, say_table
from reconciler.cli.session import open_session, waiting_session
from reconciler.cli.views import print_heading
from reconciler.errors import ApplyRefused, Declined, ExitCode
from reconciler.workflow.opening import Survey, is_new, open_environment, survey

_HEADER = ("TARGET", "LIVE CAMPAIGNS", "MANIFESTS", "TO CREATE")
_EXAMPLES = examples(
    'reconciler ledger init --reason "first campaigns"',
    'reconciler ledger init -e production --reason "new account" --auto-approve',
)


@click.group(cls=Group, epilog=_EXAMPLES)
def ledger() -> None:
    """Open a new environment for automation."""


@ledger.command(epilog=_EXAMPLES)
@click.option(
    "--reason",
    type=Words(),
    required=True,
    metavar="TEXT",
    help="Why the environment is new. Kept in the history.",
)
@click.option("--auto-approve", is_flag=True, help="Do not ask.")
@with_lock_timeout
@with_shared_as(verbose=None)
def init(shared: Shared, reason: str, auto_approve: bool, lock_timeout: timedelta | None) -> int:
    """Let automated runs create campaigns in a new environment.

    An automated apply creates nothing in an environment whose ledger knows of no earlier apply
    (gate new-ledger), because such a ledger may be a lost one. This command shows the live
    campaigns of each account, and records that the environment is new. It changes nothing where
    there is a history. Where this machine has seen a ledger of the environment before, only a
    person at a terminal can open it.
    """
    if not reason.strip():
        raise click.UsageError("--reason needs a text: say why the environment is new")
    with waiting_session(open_session(shared), lock_timeout) as session:
        name, opened = session.environment.name, session.open_ledger()
        if not is_new(session, opened):
            say(f"Environment {name} has a history already. Nothing was changed.")
            return 0
        found = survey(session, opened)
        print_diagnostics(found.diagnostics)
        if found.exit_code is not ExitCode.OK:
            say("An account could not be read. Nothing was changed.", err=True)
            return found.exit_code
        print_heading(session, shared)
        _say_table(found)
        if auto_approve and found.behind:
            raise ApplyRefused(
                f"the environment is not new: {found.behind}",
                "Restore the ledger. If it is lost for good, a person runs this at a terminal, "
                "without --auto-approve. Nothing was changed.",
            )
        if not auto_approve:
            _require_word(session.approval_word)
        open_environment(session, opened, reason=reason.strip(), on_wait=tell_holder)
    say(f"Environment {name} is open: automated runs may create its campaigns.")
    return 0


def _say_table(found: Survey) -> None:
    rows = [
        (one.target, str(one.live), str(one.manifests), str(one.unmatched)) for one in found.targets
    ]
    say_table(_HEADER, rows)


def _require_word(word: str) -> None:
    question = (
        "\nIs this environment new? apply will create a campaign for each manifest that matches no "
        "live one.\n"
        "  If there was a ledger before, it is lost: restore it, and do not go on here.\n"
        f"  Only '{word}' will be accepted.\n\n  Enter a value"
    )
    if ask(question, otherwise="Use --auto-approve. Nothing was changed.") != word:
        raise Declined("the environment was not opened", "Nothing was changed.")
