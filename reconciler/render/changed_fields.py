"""A campaign's fields into the lines between the braces of its block."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from pydantic import JsonValue

from reconciler.plan.model import Attribution, FieldChange
from reconciler.render.style import Line
from reconciler.render.values import (
    UNREADABLE,
    Body,
    changed_items,
    changed_lines,
    changed_text,
    foreign,
    is_text_block,
    items,
    quoted,
    show,
    text_lines,
)
from reconciler.resources.tree import Tree, leaves

_WHO = {
    Attribution.NONE: "",
    Attribution.PENDING: "",
    Attribution.DRIFT: "changed at the vendor",
    Attribution.BOTH: "changed here and at the vendor",
}


@dataclass(frozen=True, slots=True)
class _Attribute:
    symbol: str
    head: str
    body: Body = field(default_factory=list)
    tail: str = ""
    remark: str = ""


@dataclass(slots=True)
class _Node:
    """A block: its attributes, the blocks in it, and the number of hidden attributes."""

    attributes: dict[str, _Attribute] = field(default_factory=dict)
    blocks: dict[str, "_Node"] = field(default_factory=dict)
    hidden: int = 0

    def place(self, path: str) -> tuple["_Node", str]:
        """The block that holds a path's leaf (created if necessary), and the leaf's key."""
        node = self
        *parents, key = path.split(".")
        for parent in parents:
            node = node.blocks.setdefault(parent, _Node())
        return node, key

    @property
    def shown(self) -> bool:
        """Whether any of its attributes is shown."""
        return bool(self.attributes) or any(block.shown for block in self.blocks.values())


def whole_block(tree: Tree, symbol: str, facts: Mapping[str, str]) -> Iterator[Line]:
    """Every field of a campaign that is created (`+`) or deleted (`-`), and `facts` unchanged."""
    root = _Node()
    for path, value in leaves(tree):
        if value is not None:
            node, key = root.place(path)
            node.attributes[key] = _whole(path, value, symbol)
    for name, text in facts.items():
        root.attributes[name] = _Attribute(symbol, text)
    yield from _lines(root, 1, symbol)


def changed_block(
    tree: Tree, fields: Iterable[FieldChange], context: Mapping[str, str], *, apart: bool = False
) -> Iterator[Line]:
    """The changed fields, the values that identify the campaign, and counts of hidden fields.

    `apart` shows both sides of a text whose changed words are marked on lines of their own.
    """
    root = _Node()
    paths = {path for path, _ in leaves(tree)}
    for path in paths:
        root.place(path)[0].hidden += 1
    for name, value in context.items():
        root.attributes[name] = _Attribute("", show(value))
    if "name" in context and "name" in tree:
        root.hidden -= 1
    for change in fields:
        node, key = root.place(change.path)
        node.attributes[key] = _changed(change, apart=apart)
        if change.path in paths and change.path not in context:
            node.hidden -= 1
    yield from _lines(root, 1, "~")


def _whole(path: str, value: JsonValue, symbol: str) -> _Attribute:
    gone = " -> null" if symbol == "-" else ""
    if is_text_block(value):
        body = [(symbol, line) for line in text_lines(value)]
        return _Attribute(symbol, f"({len(body)} lines){gone}", body)
    if isinstance(value, list) and value:
        body = [(symbol, f"{item},") for item in items(path, value)]
        return _Attribute(symbol, "[", body, f"]{gone}")
    return _Attribute(symbol, f"{show(value)}{gone}")


def _changed(change: FieldChange, *, apart: bool) -> _Attribute:
    before, after = change.before, change.after
    who = _WHO[change.attribution] or change.movement.value
    # An unreadable field shows that in place of its value, so its note is not needed.
    encoded = "" if change.as_shown is None else f"the vendor shows {show(change.as_shown)}"
    remark = "; ".join(filter(None, (who, change.note if change.readable else "", encoded)))
    if not change.readable:
        return _Attribute("~", f"{UNREADABLE} -> {show(after)}", remark=remark)
    if before is None or after is None:
        symbol, value = ("-", before) if after is None else ("+", after)
        whole = _whole(change.path, value, symbol)
        return _Attribute(symbol, whole.head, whole.body, whole.tail, remark)
    if is_text_block(before) or is_text_block(after):
        body = changed_lines(text_lines(before), text_lines(after))
        return _Attribute("~", "(text)", body, remark=remark)
    if isinstance(before, list) and isinstance(after, list):
        body = changed_items(items(change.path, before), items(change.path, after))
        return _Attribute("~", "[", body, "]", remark)
    if isinstance(before, str) and isinstance(after, str):
        return _changed_text(before, after, remark, apart=apart)
    return _Attribute("~", f"{show(before)} -> {show(after)}", remark=remark)


def _changed_text(before: str, after: str, remark: str, *, apart: bool) -> _Attribute:
    old, new = changed_text(before, after)
    if apart and (old, new) != (quoted(before), quoted(after)):
        return _Attribute("~", "(text)", [("-", old), ("+", new)], remark=remark)
    return _Attribute("~", f"{old} -> {new}", remark=remark)


def _lines(node: _Node, depth: int, symbol: str) -> Iterator[Line]:
    width = max((len(foreign(key)) for key in node.attributes), default=0)
    for key, attribute in sorted(node.attributes.items()):
        yield from _attribute_lines(key.ljust(width), attribute, depth=depth)
    if node.hidden > 0:
        yield Line("", depth, _hidden(node.hidden, "attribute"))
    for key, block in sorted(node.blocks.items()):
        if block.shown:
            yield Line(symbol, depth, f"{foreign(key)} {{")
            yield from _lines(block, depth + 1, symbol)
            yield Line("", depth, "}")
    unchanged = sum(1 for block in node.blocks.values() if not block.shown)
    if unchanged:
        yield Line("", depth, _hidden(unchanged, "block"))


def _attribute_lines(key: str, attribute: _Attribute, *, depth: int) -> Iterator[Line]:
    remark = f" # {attribute.remark}" if attribute.remark else ""
    yield Line(attribute.symbol, depth, f"{foreign(key)} = {attribute.head}{remark}")
    for symbol, text in attribute.body:
        yield Line(symbol, depth + 1, text)
    if attribute.tail:
        yield Line("", depth, attribute.tail)


def _hidden(number: int, noun: str) -> str:
    return f"# ({number} unchanged {noun if number == 1 else f'{noun}s'} hidden)"
