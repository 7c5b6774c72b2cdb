"""A plan into Markdown for a pull request: what decides first, then a block for each campaign."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import partial

from reconciler.clock import timestamp
from reconciler.diagnostics import Diagnostic
from reconciler.plan.gate_table import GATES, Gate, GateKind
from reconciler.plan.model import Change, Plan
from reconciler.render.change import ChangeBlock, change_block, drift_block
from reconciler.render.diagnostics import diagnostics_text
from reconciler.render.heading import account_in_words, heading_of
from reconciler.render.markdown.blocks import COMMENT, Block, Make, Room, fitted, ready
from reconciler.render.markdown.inline import cell, code, html_code, prose, prose_cell
from reconciler.render.markdown.words import texts
from reconciler.render.oldest_reading import oldest_read_in_words
from reconciler.render.outreach import outreach_rows, plan_reaches
from reconciler.render.shown import Shown
from reconciler.render.style import Line
from reconciler.render.summary import by_hand_sentence, plan_sentence, unsettled, unsettled_sentence
from reconciler.render.text import (
    MAY_UNDO,
    OLDER,
    is_quiet,
    left_alone,
    older_twins,
    orphans_in_words,
    partial_in_words,
)
from reconciler.render.values import foreign, quoted
from reconciler.resources.heading import Heading

_MARKS = {"~": "!", ".": "-"}
"""What GitHub colours in a diff, in place of our symbols."""

_REACH = (
    "| channel | campaign | contacts | lists | when | new |",
    "| --- | --- | ---: | --- | --- | --- |",
)


def plan_markdown(shown: Shown, room: Room = COMMENT) -> str:
    """The whole plan: what a reviewer decides by, then each campaign, then which plan it is."""
    return fitted([*plan_head(shown)], [*plan_details(shown.plan), *which_plan(shown)], room)


def environment(heading: Heading) -> str:
    """The environment as part of a title."""
    return f"environment {code(heading.environment)}{' (default)' if heading.is_default else ''}"


def plan_head(shown: Shown) -> Iterator[Block]:
    """What a reviewer decides by, before any single change."""
    plan = shown.plan
    yield place(plan, f"## Plan for {environment(heading_of(plan))}")
    yield Block(_totals(plan))
    yield from _outreach(plan)
    yield from texts(plan)
    yield from listed(orphans_in_words(plan), map(str, left_alone(plan)))
    yield from _gates(plan.gates)
    yield from problems(plan.diagnostics)
    if plan.drift and plan.has_changes:
        yield Block(f"Campaigns changed outside of reconciler (below). {MAY_UNDO}")


def plan_details(plan: Plan) -> list[Make]:
    """What changed outside, what apply does about each campaign, and what is left as it is."""
    waiting = unsettled(plan)
    changed = [
        partial(_changed, one, unsettled=one.address in waiting)
        for one in plan.changes
        if not is_quiet(one)
    ]
    return [*(partial(drifted, one) for one in plan.drift), *changed, *ready(plan_notes(plan))]


def plan_notes(plan: Plan) -> Iterator[Block]:
    """What a plan leaves as it is, and how much of the account it is about."""
    yield from listed(OLDER, older_twins(plan))
    yield from listed("", filter(None, (partial_in_words(plan), oldest_read_in_words(plan))))


def place(plan: Plan, title: str, more: Iterable[str] = ()) -> Block:
    """The title, the accounts and the ledger, and `more` items."""
    heading = heading_of(plan)
    rows = [code(account_in_words(one)) for one in heading.accounts]
    if heading.ledger:
        rows.append(f"ledger {code(heading.ledger)}")
    return Block(title, lines=_items([*rows, *more]))


def commit(plan: Plan) -> Iterator[str]:
    """The commit of the manifests, if it is known."""
    if plan.commit:
        yield f"checked out at {code(plan.commit)}"


def which_plan(shown: Shown) -> list[Make]:
    """The plan's commit, its id and its hashes, as `apply` takes them."""
    plan = shown.plan
    rows = [f"plan {code(plan.id)}, expires {code(timestamp(plan.expires_at))}"]
    rows += commit(plan)
    if shown.sha256:
        rows.append(f"sha256 {code(shown.sha256)}")
    if not plan.errored:
        rows.append(f"changes_sha256 {code(shown.changes_sha256)}")
    if shown.hidden:
        rows.append("Names or texts are hidden here: `reconciler show` of the saved plan has them.")
    return ready([Block(lines=_items(rows))])


def problems(diagnostics: Sequence[Diagnostic]) -> Iterator[Block]:
    """Errors and warnings, as on a terminal."""
    if diagnostics:
        lines = diagnostics_text(diagnostics, color=False).rstrip("\n").split("\n")
        yield Block("### Errors and warnings", lines=tuple(lines), language="text")


def listed(title: str, rows: Iterable[str]) -> Iterator[Block]:
    """A list of foreign texts, if there are any."""
    if items := _items(map(code, rows)):
        yield Block(title, lines=items)


def _changed(change: Change, *, unsettled: bool) -> Block:
    return folded(change_block(change, unsettled=unsettled, apart=True))


def drifted(change: Change) -> Block:
    """What somebody changed outside of reconciler."""
    return folded(drift_block(change, apart=True), " outside of reconciler")


def folded(block: ChangeBlock, suffix: str = "") -> Block:
    """A block that a reader opens, with its lines as GitHub colours a diff."""
    title = f"{html_code(block.subject)} {html_code(block.happens)}{suffix}"
    remarks = (f"# {text}" for text, _ in block.remarks)
    lines = (*remarks, *map(_diff_line, block.lines))
    opening = f"<details><summary>{title}</summary>"
    return Block(opening, lines=lines, tail="</details>", language="diff")


def _diff_line(line: Line) -> str:
    """The symbol is at the beginning of the line, where GitHub looks for it."""
    symbol = _MARKS.get(line.symbol, line.symbol) or " "
    return f"{symbol} {'    ' * line.depth}{line.text}".rstrip()


def _totals(plan: Plan) -> str:
    lines = []
    if plan.has_changes or not plan.errored:
        lines.append(f"**{plan_sentence(plan)}**")
    lines.append(by_hand_sentence(plan, ": see below."))
    if sentence := unsettled_sentence(plan):
        lines.append(prose(sentence))
    if plan.errored:
        lines.append("**This plan cannot be applied: fix its errors first.**")
    return "\n".join(filter(None, lines))


def _outreach(plan: Plan) -> Iterator[Block]:
    names = {foreign(str(one.address)): one.name for one in plan.changes}
    rows, rest = outreach_rows(plan_reaches(plan), now=plan.created_at)
    lines = tuple(_reach_row(row, names) for row in rows)
    yield Block(prose(plan.outreach.text), _REACH if rows else (), lines, rest)
    yield Block(lines=_items(map(prose, plan.outreach.notes)))


def _reach_row(row: Sequence[str], names: Mapping[str, str]) -> str:
    channel, address, records, lists, when, news = row
    campaign = (
        f"{cell(quoted(names[address]))} {cell(address)}" if names[address] else cell(address)
    )
    ours = [prose_cell(one) for one in (channel, records, when, news)]
    cells = (ours[0], campaign, ours[1], cell(lists), *ours[2:])
    return f"| {' | '.join(cells)} |"


def _gates(gates: Sequence[Gate]) -> Iterator[Block]:
    closed = [gate for gate in gates if not gate.allowed]
    opened = [gate for gate in gates if gate.allowed]
    if closed:
        stops = "### `apply` will stop at these gates"
        yield Block(stops, lines=_gate_items(closed), tail=_ways_out(closed))
    if opened:
        yield Block("### Accepted gates", lines=_gate_items(opened))


def _ways_out(gates: Iterable[Gate]) -> str:
    named = [gate.code for gate in gates if gate.by_name]
    lines = []
    if named:
        flags = " ".join(f"--allow {one}" for one in named)
        lines.append(f"Accept {'them' if len(named) > 1 else 'it'} with {code(flags)}.")
    if own := [one for one in named if GATES[one].by_manifest]:
        words = ", ".join(map(code, own))
        lines.append(f"Or in the campaign's manifest, under `metadata.accept`: {words}.")
    return "\n".join(lines)


def _gate_items(gates: Iterable[Gate]) -> tuple[str, ...]:
    return tuple(item for gate in gates for item in _gate(gate))


def _gate(gate: Gate) -> Iterator[str]:
    moment = " (if it still holds when `apply` runs)" if gate.kind is GateKind.MOMENT else ""
    asks = "" if gate.by_name else " (unless it can ask a person)"
    by = f" (by {code(gate.allowed_by)})" if gate.allowed else ""
    yield f"* **{code(gate.code)}**{moment}{asks}{by}: {prose(gate.summary)}"
    yield from (f"  * {code(line.strip())}" for line in gate.details)


def _items(rows: Iterable[str]) -> tuple[str, ...]:
    return tuple(f"* {row}" for row in rows)
