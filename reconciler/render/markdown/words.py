"""The messages that people will get, into Markdown above the changes: with which words."""

from collections.abc import Iterator

from reconciler.plan.model import Change, Plan
from reconciler.plan.people import widest_first
from reconciler.render.markdown.blocks import Block
from reconciler.render.markdown.inline import code
from reconciler.render.outreach import plan_reaches
from reconciler.render.values import foreign
from reconciler.resources.kinds import BY_TYPE
from reconciler.resources.tree import Tree, leaves

_SHOWN = 5
"""Campaigns whose words are shown at once, the widest first; the others' are in their blocks."""
_LINES = 40


def texts(plan: Plan) -> Iterator[Block]:
    """The text of each of the widest campaigns that has a new one, and the one before."""
    changes = {str(one.address): one for one in plan.changes}
    found = [
        block
        for address, _ in widest_first(plan_reaches(plan))
        if (block := _text(changes[address])) is not None
    ]
    yield from found[:_SHOWN]
    if (rest := len(found) - _SHOWN) > 0:
        yield Block(f"and the words of {rest} more, in their blocks below")


def _text(change: Change) -> Block | None:
    old, new = _of(change, change.before), _of(change, change.after)
    if not new or old == new:
        return None
    title = f"The words of {code(change.name or str(change.address))}:"
    lines = [*_lines("-", old), *_lines("+", new)]
    return Block(title, lines=tuple(lines), language="diff")


def _of(change: Change, tree: Tree | None) -> str:
    kind = BY_TYPE.get(change.address.type)
    paths = [] if kind is None else [row.path for row in kind.fields if row.news == "text"]
    found = dict(leaves(tree or {}))
    return "\n".join(str(found[path]) for path in paths if isinstance(found.get(path), str))


def _lines(symbol: str, text: str) -> Iterator[str]:
    rows = text.split("\n") if text else []
    yield from (f"{symbol} {foreign(row)}".rstrip() for row in rows[:_LINES])
    if len(rows) > _LINES:
        yield f"# ({len(rows) - _LINES} more lines are not shown here)"
