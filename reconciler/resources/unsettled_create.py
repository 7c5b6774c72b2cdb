"""What a person does about a create whose outcome is not known."""

from reconciler.address import Address
from reconciler.clock import day_and_time
from reconciler.command_lines import command_lines
from reconciler.resources.ledger_records import Intent
from reconciler.resources.name_spelling import quoted

WHICH = "If it is there, run the first of these with its id. If it is not, run the second:"


def how_to_settle(intent: Intent, options: str = "") -> str:
    """Where to look, for which name and time, and the commands that settle the create.

    `options` stand in both commands.
    """
    return (
        f"Look in the vendor's console for a campaign named {quoted(intent.name)}, created at "
        f"{day_and_time(intent.created_at)} or shortly after. {WHICH}"
        f"{settling(intent.address, options)}"
    )


def settling(address: Address, options: str = "") -> str:
    """The two commands, of which a person runs one."""
    return command_lines(
        f"resolve {address}{options} --adopt ID",
        f"resolve {address}{options} --not-created --reason TEXT",
    )
