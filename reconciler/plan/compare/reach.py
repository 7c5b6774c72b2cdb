"""Decides whether a drifted field may reach more people than what was last applied; pure.

A kind's field table has what each field means for people; the rules are here. A change counts as
expanding unless a rule proves that it contracts.
"""

from collections.abc import Callable, Iterable, Mapping

from pydantic import JsonValue

from reconciler.plan.model import FieldChange, Movement
from reconciler.resources.base import Field, Reach
from reconciler.resources.windows import windows_of


def movement(field: Field, before: JsonValue, after: JsonValue) -> Movement:
    """Which way a field moved from `before`, last applied, to `after`, live; they differ."""
    contracts = _CONTRACTS[field.reach](before, after)
    return Movement.CONTRACTING if contracts else Movement.EXPANDING


def movement_of(fields: Iterable[FieldChange]) -> Movement:
    """Which way a campaign moved: expanding if any field expands."""
    expands = any(one.movement is Movement.EXPANDING for one in fields)
    return Movement.EXPANDING if expands else Movement.CONTRACTING


def _never(_: JsonValue, __: JsonValue) -> bool:
    return False


def _always(_: JsonValue, __: JsonValue) -> bool:
    return True


def _fewer_people(before: JsonValue, after: JsonValue) -> bool:
    old, new = _names(before), _names(after)
    return old is not None and new is not None and new <= old


def _names(value: JsonValue) -> set[str] | None:
    if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
        return None
    return {str(one) for one in value}


def _fewer_hours(before: JsonValue, after: JsonValue) -> bool:
    old, new = _minutes(before), _minutes(after)
    return old is not None and new is not None and new <= old


def _minutes(value: JsonValue) -> set[tuple[int, int]] | None:
    """Every minute of the week inside a window; None if a window cannot be read."""
    windows = windows_of(value)
    if windows is None or any(window.end <= window.start for window in windows):
        # No page documents what a window over midnight means.
        return None
    return {
        (window.weekday, minute) for window in windows for minute in range(window.start, window.end)
    }


def _smaller(before: JsonValue, after: JsonValue) -> bool:
    old, new = _number(before), _number(after)
    return old is not None and new is not None and new < old


def _greater(before: JsonValue, after: JsonValue) -> bool:
    return _smaller(after, before)


def _number(value: JsonValue) -> float | None:
    """The value of a number or of a number written as text; false is below true."""
    if isinstance(value, str):
        return float(value) if value.isascii() and value.isdigit() else None
    return float(value) if isinstance(value, int | float) else None


def _added(before: JsonValue, _: JsonValue) -> bool:
    return before is None


_CONTRACTS: Mapping[Reach, Callable[[JsonValue, JsonValue], bool]] = {
    Reach.CONTENT: _never,
    Reach.PEOPLE: _fewer_people,
    Reach.HOURS: _fewer_hours,
    Reach.MORE: _smaller,
    Reach.LESS: _greater,
    Reach.EXCLUSION: _added,
    Reach.NOBODY: _always,
}
