"""A command that ended before it had anything to show into Markdown: what happened."""

from collections.abc import Sequence

from reconciler.diagnostics import Diagnostic
from reconciler.render.markdown.blocks import COMMENT, Block, Room, fitted
from reconciler.render.markdown.inline import code
from reconciler.render.markdown.plan import problems


def failure_markdown(
    command: str, diagnostics: Sequence[Diagnostic], exit_code: int, room: Room = COMMENT
) -> str:
    """The command, its exit code, and its errors."""
    title = Block(f"## {code(f'reconciler {command}'.strip())} failed with exit code {exit_code}")
    return fitted([title, *problems(diagnostics)], [], room)
