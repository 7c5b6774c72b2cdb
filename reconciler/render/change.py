"""A change of a plan into Terraform's block: header comments, fields, notes, requests."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from reconciler.clock import time_of_day
from reconciler.plan.model import Action, Attribution, Change, Movement, Protection
from reconciler.render.changed_fields import changed_block, whole_block
from reconciler.render.style import Line, Painter, paint_lines
from reconciler.render.values import KNOWN_LATER, foreign, quoted
from reconciler.resources.writes import PlannedRequest
from reconciler.safe_text import safe_json

SYMBOLS = {
    Action.CREATE: "+",
    Action.UPDATE: "~",
    Action.DELETE: "-",
    Action.FORGET: ".",
    Action.MANUAL: "!",
    Action.ADOPT: "",
    Action.NO_OP: "",
}
LEGEND = {
    "+": "create",
    "~": "update in-place",
    "-": "destroy",
    ".": "forget",
    "!": "change by hand",
}
_WILL = {
    Action.CREATE: "will be created",
    Action.UPDATE: "will be updated in-place",
    Action.DELETE: "will be destroyed",
    Action.ADOPT: "will be imported",
    Action.FORGET: "will no longer be managed, but will not be destroyed",
    Action.MANUAL: "must be changed by hand",
    Action.NO_OP: "is unchanged",
}
_PROTECTS = {
    Protection.PROTECT: "will be protected",
    Protection.UNPROTECT: "will no longer be protected",
}
_NEW = dict.fromkeys(("id", "status"), KNOWN_LATER)
EXPANDS = "expanding: it may reach more people, at other times, or with other content"
CONTRACTS = "contracting: nobody more is contacted"
_SENT = "irreversible: what this sends cannot be taken back"
_DELETED = "irreversible: a deleted campaign cannot be restored"


@dataclass(frozen=True, slots=True)
class ChangeBlock:
    """A change as reviewers read it, in any format; all of its texts are safe to print."""

    subject: str
    """The campaign's address, or its former one."""
    happens: str
    """`will be created`."""
    remarks: tuple[tuple[str, bool], ...]
    """Each a line above the block, and whether it is a warning."""
    lines: tuple[Line, ...]


def change_block(
    change: Change, *, verbose: bool = False, unsettled: bool = False, apart: bool = False
) -> ChangeBlock:
    """What apply does about a campaign; `unsettled` if an earlier create has to be settled first.

    With `verbose`, encoded texts are also shown as the vendor returns them. `apart` shows both
    sides of a text whose changed words are marked on lines of their own.
    """
    remarks = [(text, False) for text in _comments(change)]
    remarks += [(f"warning: {foreign(text)}", True) for text in change.warnings]
    if change.irreversible:
        remarks.append((_DELETED if change.action is Action.DELETE else _SENT, True))
    shown = change if verbose else _without_encoded(change)
    lines = tuple(_block(shown, apart=apart)) if has_block(change) else ()
    subject, happens = _header(change, unsettled=unsettled and not change.appeared)
    return ChangeBlock(foreign(subject), foreign(happens), tuple(remarks), lines)


def drift_block(
    change: Change, *, within: bool = False, verbose: bool = False, apart: bool = False
) -> ChangeBlock:
    """A change to a campaign that was made outside of reconciler.

    `within` a section whose title has the movement, the movement is left out. For the other
    options see `change_block`.
    """
    happened = "has been deleted" if change.action is Action.DELETE else "has changed"
    remarks = []
    if change.reason:
        remarks.append((f"(because {foreign(change.reason)})", False))
    if not within:
        expands = change.movement is Movement.EXPANDING
        remarks.append((EXPANDS if expands else CONTRACTS, expands))
    shown = change if verbose else _without_encoded(change)
    lines = tuple(_drift_block(shown, apart=apart))
    return ChangeBlock(foreign(str(change.address)), happened, tuple(remarks), lines)


def change_text(
    change: Change, painter: Painter, *, verbose: bool = False, unsettled: bool = False
) -> str:
    """A change for reviewers; with `verbose`, also the exact requests and the encoded texts.

    `unsettled` is a change that waits for the outcome of an earlier create.
    """
    lines = _painted(change_block(change, verbose=verbose, unsettled=unsettled), painter)
    return "\n".join((*lines, *(_requests(change) if verbose else ())))


def has_block(change: Change) -> bool:
    """Whether there is more to show of a change than its comments."""
    return change.action is not Action.MANUAL or bool(
        change.before or change.after or change.appeared
    )


def _header(change: Change, *, unsettled: bool) -> tuple[str, str]:
    if unsettled:
        return str(change.address), "cannot be planned yet"
    if change.moved_from is not None and change.action is Action.NO_OP:
        return str(change.moved_from), f"has moved to {change.address}"
    return str(change.address), _will(change)


def drift_text(
    change: Change, painter: Painter, *, within: bool = False, verbose: bool = False
) -> str:
    """A change that was made outside of reconciler; for the options see `drift_block`."""
    return "\n".join(_painted(drift_block(change, within=within, verbose=verbose), painter))


def _painted(block: ChangeBlock, painter: Painter) -> Iterator[str]:
    yield f"  # {painter.bold(f'{block.subject} {block.happens}')}"
    for text, warns in block.remarks:
        yield f"  # {painter.severity(text, 'warning') if warns else painter.dim(text)}"
    yield from paint_lines(block.lines, painter)


def _without_encoded(change: Change) -> Change:
    return replace(change, fields=tuple(replace(row, as_shown=None) for row in change.fields))


def action_of(change: Change) -> Action:
    """What apply does about a change; a campaign that has appeared is imported."""
    return Action.ADOPT if change.appeared else change.action


def _will(change: Change) -> str:
    if change.action is Action.DELETE and _archives(change):
        return "will be archived"
    if change.action is Action.NO_OP and (only := _in_the_ledger(change)):
        return only
    if change.not_before is not None:
        return f"{_WILL[change.action]} (not before {time_of_day(change.not_before)})"
    return _WILL[action_of(change)]


def _in_the_ledger(change: Change) -> str:
    """What only the ledger has to record; "" for nothing."""
    if change.protection is not Protection.KEEP:
        return _PROTECTS[change.protection]
    return "will be managed in fewer fields" if change.unmanages else ""


def _archives(change: Change) -> bool:
    return bool(change.requests) and all(request.method != "DELETE" for request in change.requests)


def _comments(change: Change) -> Iterator[str]:
    if change.adopts:
        yield f"(imported from {quoted(str(change.remote_id))})"
    if change.moved_from is not None:
        if change.action is not Action.NO_OP:
            yield foreign(f"(moved from {change.moved_from})")
    elif change.reason:
        yield f"(because {foreign(change.reason)})"
    where = f"target {change.target}"
    if change.source is not None:
        where = f"{change.source.filename}:{change.source.start.line}, {where}"
    yield foreign(where)
    for note in change.notes:
        yield f"note: {foreign(note)}"


def _block(change: Change, *, apart: bool) -> Iterator[Line]:
    action = action_of(change)
    yield _opening(change, SYMBOLS[action])
    match action:
        case Action.CREATE:
            yield from whole_block(change.after or {}, "+", _NEW)
        case Action.DELETE:
            yield from whole_block(change.before or {}, "-", _going(change))
        case Action.MANUAL if change.before is None:
            yield from whole_block(change.after or {}, "+", {})
        case _:
            yield from changed_block(
                change.before or {}, change.fields, _identity(change), apart=apart
            )
    yield Line("", 0, "}")


def _going(change: Change) -> dict[str, str]:
    return {"id": f"{quoted(change.remote_id or '')} -> null"}


def _drift_block(change: Change, *, apart: bool) -> Iterator[Line]:
    gone = change.action is Action.DELETE
    yield _opening(change, "-" if gone else "~")
    if gone:
        yield Line("-", 1, f"id   = {quoted(str(change.remote_id))}")
        yield Line("-", 1, f"name = {quoted(change.name)}")
    else:
        fields = [replace(row, attribution=Attribution.NONE) for row in change.fields]
        yield from changed_block(change.before or {}, fields, _identity(change), apart=apart)
    yield Line("", 0, "}")


def _identity(change: Change) -> dict[str, str]:
    """The values that identify the campaign for a reviewer, unless they change."""
    changed = {row.path for row in change.fields}
    known = {"id": change.remote_id or change.appeared, "name": change.name}
    before = (change.before or {}).get("name")
    if isinstance(before, str):
        known["name"] = before
    return {key: value for key, value in known.items() if value and key not in changed}


def _opening(change: Change, symbol: str) -> Line:
    address = change.address
    return Line(symbol, 0, f'resource "{foreign(address.type)}" "{foreign(address.name)}" {{')


def _requests(change: Change) -> Iterator[str]:
    if not change.requests:
        return
    yield "    # HTTP requests"
    for request in change.requests:
        yield f"    {foreign(_line(request))}"
        if request.body is not None:
            # ASCII escapes make the body safe to print, and keep it exact.
            body = safe_json(json.dumps(request.body, indent=2, sort_keys=True))
            yield from (f"      {line}" for line in body.split("\n"))


def _line(request: PlannedRequest) -> str:
    query = f"?{urlencode(request.query)}" if request.query else ""
    return f"{request.method} {request.path}{query}"
