"""YAML values with their places: a tree of nodes over one source text.

Turns marks into positions and source lines only on demand, because few are needed. Knows neither
the YAML library nor a manifest.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Protocol

from pydantic import JsonValue

from reconciler.diagnostics import Position, SourceRange

Loc = tuple[int | str, ...]
"""A path by keys and list indexes, as pydantic writes it."""

_LINE = re.compile(r"[^\r\n]*(\r\n|\r|\n|$)")


class Mark(Protocol):
    """A position from the YAML library; all three count from 0, `index` in characters."""

    @property
    def line(self) -> int:
        """The line."""

    @property
    def column(self) -> int:
        """The character in the line."""

    @property
    def index(self) -> int:
        """The character in the text."""


class SourceText:
    """A file's text and the file name to show."""

    def __init__(self, filename: str, text: str, *, skipped_bytes: int = 0) -> None:
        self.filename = filename
        self.text = text
        self._skipped = skipped_bytes

    @cached_property
    def _lines(self) -> list[tuple[str, int]]:
        """Each line without its break, and the byte it starts at."""
        lines: list[tuple[str, int]] = []
        byte = self._skipped
        for match in _LINE.finditer(self.text):
            whole = match.group()
            lines.append((whole[: len(whole) - len(match[1])], byte))
            byte += len(whole) if whole.isascii() else len(whole.encode())
        return lines

    def line(self, number: int) -> str:
        """The text of a line, counted from 0; empty past the end."""
        return self._lines[number][0] if number < len(self._lines) else ""

    def position(self, mark: Mark) -> Position:
        """A mark as line and column from 1."""
        return self.place(mark.line, mark.column)

    def place(self, line: int, column: int) -> Position:
        """A line and a column, both from 0, as line and column from 1."""
        text, byte = self._lines[min(line, len(self._lines) - 1)]
        before = text[:column]
        byte += len(before) if before.isascii() else len(before.encode())
        return Position(line + 1, column + 1, byte)

    def range(self, start: Mark, end: Mark | None = None) -> SourceRange:
        """The range of two marks, with its source line; `end` only if it is on the same line."""
        closed = end is not None and end.line == start.line and end.column > start.column
        return SourceRange(
            self.filename,
            self.position(start),
            self.position(end) if end is not None and closed else None,
            self.line(start.line),
        )


class Node:
    """A value, its place, and its children; `value` is the plain data of the whole subtree.

    `children` is a mapping for a mapping, a list for a list, None for a scalar. For an entry of a
    mapping, `key` is the place of the key. Nodes below an alias are shared: never change a node.
    """

    __slots__ = ("children", "end", "key", "key_end", "start", "value")

    def __init__(self, value: JsonValue, start: Mark, end: Mark | None = None) -> None:
        self.value = value
        self.start = start
        self.end = end
        self.key: Mark | None = None
        self.key_end: Mark | None = None
        self.children: dict[str, Node] | list[Node] | None = None

    def get(self, step: int | str) -> "Node | None":
        """The child of a key or an index, or None."""
        if isinstance(self.children, dict):
            return self.children.get(step) if isinstance(step, str) else None
        if isinstance(self.children, list) and isinstance(step, int):
            return self.children[step] if step < len(self.children) else None
        return None

    def entries(self) -> Mapping[str, "Node"]:
        """The children of a mapping; empty for anything else."""
        return self.children if isinstance(self.children, dict) else {}

    def nearest(self, loc: Loc) -> "tuple[Node, int]":
        """The deepest node on the way to `loc`, and how many steps were found."""
        node = self
        for found, step in enumerate(loc):
            child = node.get(step)
            if child is None:
                return node, found
            node = child
        return node, len(loc)

    def at(self, *loc: int | str) -> "Node | None":
        """The node at `loc`, or None."""
        node, found = self.nearest(loc)
        return node if found == len(loc) else None


@dataclass(frozen=True, slots=True)
class Document:
    """One YAML document of a file."""

    source: SourceText
    root: Node

    def value_range(self, node: Node) -> SourceRange:
        """Where a value is; an empty value is where its key is."""
        return self.source.range(node.start, node.end)

    def key_range(self, node: Node) -> SourceRange:
        """Where a value's key is; the value's own place if it has no key."""
        if node.key is None:
            return self.value_range(node)
        return self.source.range(node.key, node.key_end)

    def range_at(self, *loc: int | str) -> SourceRange:
        """Where the value at `loc` is, or the key of the deepest node on the way to it."""
        node, found = self.root.nearest(loc)
        return self.value_range(node) if found == len(loc) else self.key_range(node)


class Positions(Mapping[str, Position]):
    """Where each dotted path of a mapping is; stores positions, not nodes."""

    def __init__(self, source: SourceText, root: Node) -> None:
        self._source = source
        self._places = {path: (mark.line, mark.column) for path, mark in _marks(root, "")}

    def __getitem__(self, path: str) -> Position:
        return self._source.place(*self._places[path])

    def __iter__(self) -> Iterator[str]:
        return iter(self._places)

    def __len__(self) -> int:
        return len(self._places)

    def __repr__(self) -> str:
        return f"Positions({dict(self)})"


def _marks(node: Node, prefix: str) -> Iterator[tuple[str, Mark]]:
    for key, child in node.entries().items():
        path = f"{prefix}{key}"
        yield path, child.start
        yield from _marks(child, f"{path}.")
