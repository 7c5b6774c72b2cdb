"""A plan with one text in every place in which somebody else may write.

In our own sentences such a text stands in quotes.
"""

from dataclasses import replace

from pydantic import JsonValue

from reconciler.diagnostics import Position, SourceRange
from reconciler.plan.model import Change, FieldChange, Plan, UnmanagedCampaign
from reconciler.plan.people import ReachedList
from reconciler.resources.tree import Tree


def with_texts(plan: Plan, text: str) -> Plan:
    """The plan as if every name, message and sentence in it were this text."""
    return replace(
        plan,
        id=text,
        environment=text,
        commit=text,
        location=text,
        targets=tuple(replace(one, name=text, account=text) for one in plan.targets),
        changes=tuple(_change(one, text) for one in plan.changes),
        drift=tuple(_change(one, text) for one in plan.drift),
        gates=tuple(
            replace(
                one,
                summary=f'1 campaign of "{text}"',
                details=(text, text),
                allowed_by=text if one.allowed_by else "",
            )
            for one in plan.gates
        ),
        outreach=replace(
            plan.outreach,
            text=f'Outreach: people on "{text}"',
            notes=(f'Not checked: "{text}"', f'"{text}" is empty'),
        ),
        diagnostics=tuple(
            replace(
                one,
                summary=text,
                detail=text,
                source=_place(text),
                target=text,
                address=one.address and replace(one.address, name=f"{text}!"),
            )
            for one in plan.diagnostics
        ),
        twins=tuple(replace(one, name=text, remote_id=text) for one in plan.twins),
        unmanaged=(UnmanagedCampaign(target=text, type=text, remote_id=text, name=text),),
        pending=tuple(replace(one, name=text) for one in plan.pending),
        orphaned=tuple(replace(one, name=f"{text}-") for one in plan.orphaned),
        selection=replace(plan.selection, targets=(text,)),
    )


def _change(change: Change, text: str) -> Change:
    reach = change.reach
    return replace(
        change,
        address=replace(change.address, name=text),
        moved_from=change.moved_from and replace(change.moved_from, name=text),
        target=text,
        name=text,
        remote_id=text if change.remote_id else None,
        reason=text if change.reason else "",
        source=_place(text),
        before=None if change.before is None else _tree(change.before, text),
        after=None if change.after is None else _tree(change.after, text),
        fields=tuple(_field(one, text) for one in change.fields),
        notes=(text,),
        warnings=(text,),
        reach=reach and replace(reach, lists=tuple(ReachedList(text, 1) for _ in reach.lists)),
    )


def _field(row: FieldChange, text: str) -> FieldChange:
    before, after = _value(row.before, text), _value(row.after, text)
    return replace(row, before=before, after=after, note=text)


def _tree(tree: Tree, text: str) -> Tree:
    return {key: _value(value, text) for key, value in tree.items()}


def _value(value: JsonValue, text: str) -> JsonValue:
    match value:
        case str():
            return text
        case list():
            return [_value(one, text) for one in value]
        case dict():
            return _tree(value, text)
        case _:
            return value


def _place(text: str) -> SourceRange:
    return SourceRange(text, Position(1, 1), None, text)
