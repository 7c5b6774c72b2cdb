"""A Markdown page into its fenced blocks, and a console block into commands.

In a `console` block a line that begins with `$ ` is a command, and the lines below it are what the
command prints. A line `...` stands for any number of lines, and `...` inside a line for any text.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

_FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True, slots=True)
class Block:
    """The text between two fences; `line` is that of the first one, from 1."""

    language: str
    text: str
    page: Path
    line: int


@dataclass(frozen=True, slots=True)
class Command:
    """A command of a page, the output on the page ("" if none), and its line."""

    text: str
    output: str
    where: str


def blocks(page: Path) -> Iterator[Block]:
    """The fenced blocks of a page, from top to bottom."""
    text = page.read_text("utf-8")
    for found in _FENCE.finditer(text):
        line = text.count("\n", 0, found.start()) + 1
        yield Block(found[1], found[2], page, line)


def commands(block: Block) -> Iterator[Command]:
    """The commands of a console block; raises ValueError for one that begins with no command."""
    command, output, where = "", list[str](), ""
    for number, line in enumerate(block.text.splitlines(), start=block.line + 1):
        if line.startswith("$ "):
            if where:
                yield Command(command, "\n".join(output), where)
            command, output, where = line[2:], [], f"{block.page.name}:{number}"
        elif not where:
            raise ValueError(f"{block.page.name}:{number}: a console block begins with `$ `")
        elif command.endswith("\\"):
            command = command[:-1] + line
        else:
            output.append(line)
    yield Command(command, "\n".join(output), where)


def pattern(expected: str) -> re.Pattern[str]:
    """A pattern for exactly the outputs that a page allows, without blank lines around them."""
    parts = []
    for line in expected.strip("\n").splitlines():
        if line.strip() == "...":
            parts.append(r"(?:.*\n)*?")
        else:
            parts.append(r".*?".join(map(re.escape, line.rstrip().split("..."))) + r"[ ]*\n")
    return re.compile(r"\n*" + "".join(parts) + r"\n*")
