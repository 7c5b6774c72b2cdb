"""Calling hours: what people write into canonical weekday windows.

Only this module knows the shorthands of manifests.
"""

from collections.abc import Callable
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, GetCoreSchemaHandler, WithJsonSchema
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

from reconciler.resources.spec import Spec
from reconciler.resources.time_zones import TimeZone
from reconciler.resources.windows import DAYS, format_time, parse_days, parse_end, parse_time


def _time(value: object) -> object:
    return _read(value, parse_time)


def _end(value: object) -> object:
    return _read(value, parse_end)


def _read(value: object, parse: Callable[[str], int | None]) -> str:
    if not isinstance(value, str):
        raise PydanticCustomError("time", 'write a time as "9:00 AM", "09:00" or 9am')
    minutes = parse(value)
    if minutes is None:
        raise PydanticCustomError(
            "time", 'not a time; write "9:00 AM", "09:00" or 9am', {"value": value}
        )
    return format_time(minutes)


def _days(value: object) -> object:
    found: list[str] = []
    for text in value if isinstance(value, list) else [value]:
        days = parse_days(text) if isinstance(text, str) else None
        if days is None:
            raise PydanticCustomError(
                "day", "not a weekday; write MO, Mon, monday, MO-FR or [MO, TU]"
            )
        found.extend(days)
    if not found:
        raise PydanticCustomError("day", "name at least one weekday")
    return tuple(dict.fromkeys(found))


Time = Annotated[
    str,
    BeforeValidator(_time),
    WithJsonSchema(
        {
            "type": "string",
            "description": 'A local time: "9:00 AM", "09:00" or 9am.',
            "examples": ["9:00 AM", "18:00"],
        }
    ),
]
End = Annotated[
    str,
    BeforeValidator(_end),
    WithJsonSchema(
        {
            "type": "string",
            "description": 'A local time; "12:00 AM" or "24:00" is the end of the day.',
            "examples": ["6:00 PM", "24:00"],
        }
    ),
]
_DAY_SCHEMA = {"type": "string", "examples": [*DAYS, "MO-FR", "Mon", "monday"]}
DaySet = Annotated[
    tuple[str, ...],
    BeforeValidator(_days),
    WithJsonSchema(
        {
            "description": "A weekday, a range, or a list of either.",
            "anyOf": [_DAY_SCHEMA, {"type": "array", "items": _DAY_SCHEMA, "minItems": 1}],
        }
    ),
]


class WindowEntry(Spec):
    """An entry of `days` as people write it; it may cover several weekdays."""

    day: DaySet
    start: Time
    end: End


class _Windows:
    """Reads a list of `WindowEntry`, gives canonical windows."""

    def __get_pydantic_core_schema__(self, _: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        entries = handler.generate_schema(Annotated[list[WindowEntry], Field(min_length=1)])
        return core_schema.no_info_after_validator_function(
            _expand, entries, serialization=core_schema.plain_serializer_function_ser_schema(list)
        )


Window = dict[str, str]


def _expand(entries: list[WindowEntry]) -> list[Window]:
    windows: list[Window] = [
        {"day": day, "start": entry.start, "end": entry.end}
        for entry in entries
        for day in entry.day
    ]
    return sorted(windows, key=lambda one: (DAYS.index(one["day"]), parse_time(one["start"]) or 0))


class CallingHours(Spec):
    """When the vendor may contact people; local to `timezone`."""

    frequency: Annotated[Literal["WEEKLY"], Field(description="The only supported value.")]
    timezone: Annotated[
        TimeZone, Field(description="The windows' time zone, an IANA name such as Europe/London.")
    ]
    days: Annotated[list[Window], _Windows(), Field(description="Windows by weekday.")]
