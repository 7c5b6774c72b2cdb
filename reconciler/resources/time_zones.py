"""Names of time zones: which are valid, which mean one zone, and which have no daylight saving.

Names come from the package `tzdata` alone, so that the verdict is the same on every machine,
whatever zone files its system has.
"""

import re
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Annotated

from pydantic import AfterValidator, JsonValue
from pydantic_core import PydanticCustomError

from reconciler.suggestions import nearest

_ADVICE = "write a place, such as Asia/Kolkata"
_OFFSET = re.compile(r"(?:utc|gmt)?[+-]?\d{1,2}(?::?\d{2})?", re.IGNORECASE)
_ABBREVIATION = re.compile(r"[A-Z]{2,5}(?:\d[A-Z]{2,4})?")
_COPIES = ("right/", "posix/")
"""Folders of some systems with a copy of every zone; `right/` counts leap seconds."""
_FIXED = re.compile(r"EST|MST|HST|Etc/GMT[+-]\d{1,2}")


def is_zone(name: str) -> bool:
    """Whether `name` is an IANA time zone, exactly as IANA spells it."""
    return name in _zones().values()


def normal_zone(value: JsonValue) -> JsonValue:
    """A zone in IANA's spelling if only its case differs; anything else unchanged."""
    return _zones().get(value.strip().casefold(), value) if isinstance(value, str) else value


def same_zone(one: JsonValue, other: JsonValue) -> bool:
    """Whether two names mean one zone: IANA links one to the other, or only their case differs."""
    return isinstance(one, str) and isinstance(other, str) and _linked(one) == _linked(other)


def without_daylight_saving(name: JsonValue) -> str:
    """What to consider about a name that looks like a place's zone but is a fixed offset."""
    if not isinstance(name, str) or not _FIXED.fullmatch(name):
        return ""
    return (
        f"{name} has no daylight saving, so in summer it may be an hour away from the clocks of "
        "the people; write a place, such as America/New_York, if they change their clocks"
    )


def _zone(value: str) -> str:
    if not is_zone(value):
        raise PydanticCustomError(
            "zone", "not an IANA time zone; {hint}", {"hint": _hint(value.strip())}
        )
    return value


TimeZone = Annotated[str, AfterValidator(_zone)]


def _hint(name: str) -> str:
    """What to write instead. A name is suggested only if it cannot be another place."""
    zones = _zones()
    for prefix in _COPIES:
        if name.casefold().startswith(prefix) and name[len(prefix) :].casefold() in zones:
            return f"write {zones[name[len(prefix) :].casefold()]}"
    if name.casefold() in zones:
        return f"write {zones[name.casefold()]}"
    if _OFFSET.fullmatch(name):
        return f"an offset does not follow daylight saving; {_ADVICE}"
    if _ABBREVIATION.fullmatch(name):
        return f"an abbreviation is used in several places; {_ADVICE}"
    near = nearest(name, (zone for zone in zones.values() if "/" in zone))
    if near is not None and "/" in name:
        return f"did you mean {near}?"
    return _ADVICE


def _linked(name: str) -> str:
    """The name that IANA's links lead to, in lower case."""
    folded, links = name.casefold(), _links()
    while folded in links:
        folded = links[folded]
    return folded


@cache
def _zones() -> Mapping[str, str]:
    """Every zone by its name in lower case."""
    names = files("tzdata").joinpath("zones").read_text("ascii").split()
    return {name.casefold(): name for name in names}


@cache
def _links() -> Mapping[str, str]:
    """From each alias to the name that it is a link to (`L` lines of `tzdata.zi`), in lower case.

    Two zones that have equal rules today are two zones, so the files' contents prove nothing.
    """
    rows = files("tzdata").joinpath("zoneinfo", "tzdata.zi").read_text("ascii").split("\n")
    pairs = (row.split() for row in rows if row.startswith("L "))
    return {alias.casefold(): name.casefold() for _, name, alias in pairs}
