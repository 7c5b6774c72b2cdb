"""`help`: what a command does, as its `--help` says."""

import click

from reconciler.cli.group import unknown_command
from reconciler.cli.options import examples
from reconciler.cli.output import say_document


@click.command("help", epilog=examples("reconciler help", "reconciler help lock release"))
@click.argument("words", metavar="[COMMAND]...", nargs=-1)
@click.pass_context
def help_(context: click.Context, words: tuple[str, ...]) -> int:
    """Show what a command does and takes, or list all commands."""
    place = context.find_root()
    for word in words:
        group = place.command
        known = group.list_commands(place) if isinstance(group, click.Group) else []
        found = group.get_command(place, word) if isinstance(group, click.Group) else None
        if found is None:
            raise unknown_command(word, known)
        place = click.Context(found, info_name=word, parent=place)
    # As --help prints it: click has laid it out already.
    say_document(f"{place.get_help()}\n")
    return 0
