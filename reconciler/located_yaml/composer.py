"""The events of a YAML parser into located documents, within limits.

The limits against alias bombs and deep nesting are checked while the events arrive, so nothing
large is ever built. Knows no YAML library and no manifest.
"""

import re
from dataclasses import dataclass, field
from typing import Protocol, cast

from pydantic import JsonValue

from reconciler.diagnostics import Diagnostic, SourceRange, error
from reconciler.located_yaml.node import Document, Mark, Node, SourceText
from reconciler.located_yaml.scalars import resolve_scalar

MAX_ALIASES = 100
MAX_NODES = 20_000
MAX_DEPTH = 64
MAX_DOCUMENTS = 10_000
MAX_PROBLEMS = 1_000
"""The rest of a file with so many problems tells its author nothing new."""
_SURROGATE = re.compile("[\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Parsed:
    """The documents of a file, and the problems of its YAML."""

    documents: tuple[Document, ...]
    diagnostics: tuple[Diagnostic, ...] = ()


class Disputed(Exception):
    """libyaml gave an event for something that only the pure parser may decide."""


class Stop(Exception):
    """A limit was exceeded and noted; the rest of the file must not be read."""


class Event(Protocol):
    """The properties of every event of a YAML parser."""

    @property
    def start_mark(self) -> Mark:
        """Where it begins."""

    @property
    def end_mark(self) -> Mark:
        """Where it ends."""


class NodeEvent(Event, Protocol):
    """An event of a value; for an alias, `anchor` is the name it refers to."""

    @property
    def anchor(self) -> str | None:
        """The value's name."""

    @property
    def tag(self) -> object:
        """The explicit tag, or None."""


class ScalarEvent(NodeEvent, Protocol):
    """An event of a scalar."""

    @property
    def value(self) -> str:
        """The text, unquoted."""

    @property
    def style(self) -> str | None:
        """The quote or block indicator; empty or None for a plain scalar."""


@dataclass(slots=True)
class _Frame:
    """An open mapping or list."""

    node: Node
    anchor: str | None
    nodes_before: int
    key: Node | None = None
    skip: bool = False
    height: int = 1


@dataclass(slots=True)
class _Anchored:
    """The node that an alias refers to, and its size and height."""

    node: Node
    size: int
    height: int


@dataclass(slots=True)
class Composer:
    """Events into documents. Notes a problem, and raises only if nothing more can be read."""

    source: SourceText
    trusting: bool
    documents: list[Document] = field(default_factory=list)
    problems: list[Diagnostic] = field(default_factory=list)
    _stack: list[_Frame] = field(default_factory=list)
    _root: Node | None = None
    _anchors: dict[str, _Anchored | None] = field(default_factory=dict)
    _nodes: int = 0
    _aliases: int = 0
    _copied: int = 0

    def parsed(self) -> Parsed:
        """The documents and problems so far."""
        return Parsed(tuple(self.documents), tuple(self.problems))

    def begin(self, event: Event) -> None:
        """A document begins."""
        if len(self.documents) == MAX_DOCUMENTS:
            self._stop(f"more than {MAX_DOCUMENTS:,} documents in one file", event.start_mark)
        self._root = None
        self._anchors = {}
        self._nodes = self._aliases = 0

    def finish(self, _: Event) -> None:
        """A document ends; an empty document is dropped."""
        if self._root is not None and self._root.value is not None:
            self.documents.append(Document(self.source, self._root))

    def scalar(self, event: ScalarEvent) -> None:
        """A text, a number, a word or an empty value."""
        text = event.value
        value: JsonValue = text
        if not event.style:
            value = resolve_scalar(text)
        elif not text.isascii() and _SURROGATE.search(text):
            value = self._joined(text, event)
        node = Node(value, event.start_mark, event.end_mark)
        if not (text or event.style):
            # The parsers disagree on the position of an empty value.
            frame = self._stack[-1] if self._stack else None
            node.start = node.start if frame is None else (frame.key or frame.node).start
            node.end = None
        self._refuse_tag(event)
        if event.anchor is not None:
            self._anchors[event.anchor] = _Anchored(node, 1, 0)
        self._attach(node, plain=not event.style)

    def open_mapping(self, event: NodeEvent) -> None:
        """A mapping begins."""
        node = Node({}, event.start_mark)
        node.children = {}
        self._open(event, node)

    def open_list(self, event: NodeEvent) -> None:
        """A list begins."""
        node = Node([], event.start_mark)
        node.children = []
        self._open(event, node)

    def _open(self, event: NodeEvent, node: Node) -> None:
        self._refuse_tag(event)
        before = self._nodes
        self._attach(node, plain=False)
        if event.anchor is not None:
            self._anchors[event.anchor] = None  # while it is open, an alias to it is a cycle
        self._stack.append(_Frame(node, event.anchor, before))
        if len(self._stack) > MAX_DEPTH:
            self._stop(f"nested deeper than {MAX_DEPTH} levels", event.start_mark)

    def close(self, _: Event) -> None:
        """A mapping or list ends."""
        frame = self._stack.pop()
        if self._stack:
            self._stack[-1].height = max(self._stack[-1].height, frame.height + 1)
        if frame.anchor is not None:
            size = self._nodes - frame.nodes_before
            self._anchors[frame.anchor] = _Anchored(frame.node, size, frame.height)

    def alias(self, event: NodeEvent) -> None:
        """A node that refers to an anchor."""
        self._aliases += 1
        if self._aliases > MAX_ALIASES:
            self._stop(f"more than {MAX_ALIASES} aliases in one document", event.start_mark)
        name = event.anchor or ""
        anchored = self._anchors.get(name)
        if anchored is None:
            known = name in self._anchors
            what = "is inside its own anchor" if known else "has no anchor before it"
            self._stop(f"this alias {what}", event.start_mark, code="alias")
            return
        self._nodes += anchored.size - 1
        self._copied += anchored.size
        if self._copied > MAX_NODES or len(self._stack) + anchored.height > MAX_DEPTH:
            self._stop("aliases expand to too much content", event.start_mark)
        if self._stack:
            self._stack[-1].height = max(self._stack[-1].height, anchored.height + 1)
        node = Node(anchored.node.value, event.start_mark, event.end_mark)
        node.children = anchored.node.children
        self._attach(node, plain=False)

    def _attach(self, node: Node, *, plain: bool) -> None:
        self._nodes += 1
        if self._nodes > MAX_NODES:
            self._stop(f"more than {MAX_NODES:,} values in one document", node.start)
        if not self._stack:
            if not self.trusting and node.value is not None and not isinstance(node.value, dict):
                raise Disputed
            self._root = node
            return
        frame = self._stack[-1]
        parent = frame.node
        if isinstance(parent.children, list):
            parent.children.append(node)
            cast("list[JsonValue]", parent.value).append(node.value)
        elif frame.key is None:
            frame.key = node
            frame.skip = not self._usable_key(node, parent, plain=plain)
        else:
            self._enter(frame, node)

    def _enter(self, frame: _Frame, node: Node) -> None:
        """Put a value under the key that came before it."""
        key, frame.key = frame.key, None
        parent = frame.node
        if frame.skip or key is None or not isinstance(parent.children, dict):
            return
        node.key, node.key_end = key.start, key.end
        name = str(key.value)
        parent.children[name] = node
        cast("dict[str, JsonValue]", parent.value)[name] = node.value

    def _usable_key(self, key: Node, parent: Node, *, plain: bool) -> bool:
        first = parent.get(key.value) if isinstance(key.value, str) else None
        if plain and key.value == "<<":
            code, summary = "merge-key", "merge keys (<<) are not supported; repeat the keys"
        elif not isinstance(key.value, str):
            code, summary = "key-not-text", "a key must be text; put it in quotes"
        elif first is not None and first.key is not None:
            place = f"line {first.key.line + 1}, column {first.key.column + 1}"
            code = "duplicate-key"
            summary = f"this key is written twice; the first is at {place}"
        else:
            return True
        self._note(code, summary, self.source.range(key.start, key.end))
        return False

    def _refuse_tag(self, event: NodeEvent) -> None:
        if event.tag is None:
            return
        if not self.trusting:
            raise Disputed
        place = self.source.range(event.start_mark)
        self._note("tag", "YAML tags are not supported; use quotes for text", place)

    def _joined(self, text: str, event: ScalarEvent) -> str:
        """The text with pairs of surrogates, from JSON escapes, joined to characters."""
        try:
            return text.encode("utf-16", "surrogatepass").decode("utf-16")
        except UnicodeDecodeError:
            place = self.source.range(event.start_mark)
            self._note("syntax", "invalid YAML: half of a surrogate pair in an escape", place)
            return text.encode(errors="replace").decode()

    def _note(self, code: str, summary: str, place: SourceRange) -> None:
        self.problems.append(error(code, summary, source=place))
        if len(self.problems) == MAX_PROBLEMS:
            raise Stop

    def _stop(self, summary: str, mark: Mark, *, code: str = "limit") -> None:
        self._note(code, summary, self.source.range(mark))
        raise Stop
