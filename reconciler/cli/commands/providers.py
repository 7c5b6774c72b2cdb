"""`providers`: what each vendor's API can do, as a plan assumes it."""

import json

import click

from reconciler.cli.options import examples
from reconciler.cli.output import print_diagnostics, say, say_json, say_table
from reconciler.errors import ExitCode
from reconciler.safe_text import safe_text
from reconciler.workflow.vendors import vendors

_ROWS = {
    "create": "create",
    "update": "update",
    "delete": "delete",
    "start": "start",
    "stop": "stop",
    "schedule": "schedule",
    "contact_lists": "contact lists",
    "may_send_on_write": "may send on write",
    "requests_per_minute": "requests per minute",
}
_WORDS = {True: "yes", False: "no", None: "-"}


@click.command(
    epilog=examples(
        "reconciler providers",
        "reconciler providers --json",
    )
)
@click.option("--json", "as_json", is_flag=True, help="One JSON document on standard output.")
def providers(as_json: bool) -> int:
    """Show what each provider can do, by API version. Plug-ins are listed too."""
    found, problems = vendors()
    print_diagnostics(problems)
    facts = [one.facts() for one in found]
    if as_json:
        say_json(json.dumps({"providers": facts}, indent=2) + "\n")
        return ExitCode.ERROR if problems else ExitCode.OK
    names = [f"{one['provider']} {one['api']}" for one in facts]
    rows = [[title, *(_word(one[key]) for one in facts)] for key, title in _ROWS.items()]
    say_table(("provider", *names), rows)
    for vendor in found:
        source = safe_text(vendor.source)
        say(f"\n{vendor.capabilities.provider} {safe_text(vendor.api)} ({source})")
        for note in vendor.capabilities.notes:
            say(f"  - {safe_text(note)}")
    return ExitCode.ERROR if problems else ExitCode.OK


def _word(value: object) -> str:
    """A fact as a cell of the table."""
    return _WORDS[value] if value is None or isinstance(value, bool) else str(value)
