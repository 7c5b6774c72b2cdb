"""Several plans into one Markdown text: a table, then each environment, equal changes only once."""

from collections.abc import Iterator, Sequence

from reconciler.plan.model import Change, Plan
from reconciler.render.change import ChangeBlock, change_block
from reconciler.render.markdown.blocks import COMMENT, Block, Room, fitted, ready
from reconciler.render.markdown.inline import cell, prose_cell
from reconciler.render.markdown.plan import (
    drifted,
    folded,
    listed,
    plan_head,
    plan_markdown,
    plan_notes,
    which_plan,
)
from reconciler.render.shown import Shown
from reconciler.render.summary import plan_sentence, unsettled
from reconciler.render.text import is_quiet

_TABLE = ("| environment | plan | outreach | gates |", "| --- | --- | --- | --- |")
_ENDING = 80
"""Room for the sentence at the end."""
_LEAST = 2_000
"""The least that an environment's section gets; with less, it is in the table only."""
Seen = dict[tuple[str, ...], str]
"""What changes were shown already, each with the environment in whose section it stands."""


def plans_markdown(plans: Sequence[Shown], room: Room = COMMENT) -> str:
    """One plan as `plan_markdown` shows it; of several a table first."""
    if len(plans) == 1:
        return plan_markdown(plans[0], room)
    rows = (_row(one.plan) for one in plans)
    share = Room(room.limit // 2, room.measure)
    table = Block(f"## Plans for {len(plans)} environments", _TABLE, tuple(rows)).within(share).text
    left = room.limit - room.measure(table) - _ENDING
    shown = plans[: max(1, left // _LEAST)]
    seen: Seen = {}
    each = Room(left // len(shown) - 2, room.measure)
    sections = [_section(one, seen, each).rstrip("\n") for one in shown]
    if len(shown) < len(plans):
        sections.append(f"_There is no room for {len(plans) - len(shown)} more environments._")
    return "\n\n".join((table, *sections)) + "\n"


def _row(plan: Plan) -> str:
    closed = [gate.code for gate in plan.gates if not gate.allowed]
    sentence = "Planning failed." if plan.errored else plan_sentence(plan)
    gates = cell(", ".join(closed)) if closed else "none"
    cells = (cell(plan.environment), prose_cell(sentence), prose_cell(plan.outreach.text), gates)
    return f"| {' | '.join(cells)} |"


def _section(shown: Shown, seen: Seen, room: Room) -> str:
    details = [*_changes(shown.plan, seen), *plan_notes(shown.plan)]
    return fitted([*plan_head(shown)], [*ready(details), *which_plan(shown)], room)


def _changes(plan: Plan, seen: Seen) -> Iterator[Block]:
    yield from map(drifted, plan.drift)
    again: dict[str, list[str]] = {}
    waiting = unsettled(plan)
    for change in plan.changes:
        if is_quiet(change):
            continue
        block = change_block(change, unsettled=change.address in waiting, apart=True)
        shown_in = seen.setdefault(_key(change, block), plan.environment)
        if shown_in == plan.environment:
            yield folded(block)
        else:
            again.setdefault(shown_in, []).append(f"{block.subject} {block.happens}")
    for name, rows in again.items():
        yield from listed(f"The same as in {cell(name)}:", rows)


def _key(change: Change, block: ChangeBlock) -> tuple[str, ...]:
    """What two environments have in common if a campaign changes in the same way in both."""
    lines = (line.text for line in block.lines if not line.text.startswith("id "))
    return block.subject, block.happens, *change.warnings, *lines
