"""A group of commands, whose slips get the nearest command."""

import click

from reconciler.suggestions import did_you_mean


class Group(click.Group):
    """A group as click has it, with our message for a command that does not exist."""

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """See `click.Group.resolve_command`."""
        known = self.list_commands(ctx)
        if args[0] not in known and not args[0].startswith("-"):
            raise unknown_command(args[0], known, ctx)
        return super().resolve_command(ctx, args)


def unknown_command(
    word: str, known: list[str], ctx: click.Context | None = None
) -> click.UsageError:
    """The error for a command that does not exist."""
    return click.UsageError(f"no command {word!r}. {did_you_mean(word, known)}".rstrip(), ctx)
