"""The limits of a project file: of the project, an environment or a target; the nearest wins."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any, Literal, Self
from zoneinfo import ZoneInfo

from pydantic import Field, PlainValidator, StrictInt, WithJsonSchema, model_validator
from pydantic_core import PydanticCustomError

from reconciler.durations import DURATION, parse_duration
from reconciler.manifests.envelope import Section
from reconciler.plan.model import Safety as Limits
from reconciler.plan.windows import ApplyWindows, Hours
from reconciler.resources.calling_hours import DaySet, End, Time
from reconciler.resources.time_zones import TimeZone
from reconciler.resources.windows import DAYS, WindowMinutes, parse_end, parse_time

_MOST = 1_000_000_000
"""More people than any account has: a greater number is a mistake."""
_NO_GAP = "0s"
_LONGEST_GAP = timedelta(days=365)
_SEASONS = tuple(datetime(2026, month, 5, tzinfo=UTC) for month in (1, 4, 7, 10))
"""Windows in two time zones may overlap in summer only."""


def _gap(value: object) -> timedelta:
    text = value if isinstance(value, str) else ""
    gap = timedelta() if text == _NO_GAP else parse_duration(text)
    if gap is None:
        raise PydanticCustomError("gap", "not a duration; write 90s, 24h or 7d, or 0s for no gap")
    if gap > _LONGEST_GAP:
        raise PydanticCustomError("gap", "must be at most {days}d", {"days": _LONGEST_GAP.days})
    return gap


Gap = Annotated[
    timedelta,
    PlainValidator(_gap),
    WithJsonSchema(
        {"type": "string", "pattern": f"^({_NO_GAP}|{DURATION.pattern})$", "examples": ["24h"]}
    ),
]
Percent = Annotated[StrictInt, Field(ge=0, le=100)]
Count = Annotated[StrictInt, Field(ge=0, le=_MOST)]


class ToleranceSection(Section):
    """How many more people a campaign may reach than its saved plan says; the larger one counts."""

    percent: Annotated[Percent, Field(description="Percent of the records; default 10.")] = 10
    contacts: Annotated[Count, Field(description="So many records; default 100.")] = 100


class ApplyWindowSection(Section):
    """Weekly hours in which apply and start may, or may not, contact people."""

    days: Annotated[DaySet, Field(description="Weekdays, such as MO-FR.")]
    start: Annotated[Time, Field(description="When it begins, such as 9:00 AM.")]
    end: Annotated[End, Field(description="When it ends; 24:00 is midnight.")]
    timezone: Annotated[TimeZone, Field(description="An IANA name such as Europe/London.")]

    @model_validator(mode="after")
    def _forwards(self) -> Self:
        if any(window.end <= window.start for window in self.value().windows):
            raise PydanticCustomError(
                "window",
                "the window {start} to {end} ends before it starts; split it at midnight",
                {"start": self.start, "end": self.end},
            )
        return self

    def value(self) -> Hours:
        """The hours as moments are judged by them; midnight ends a day."""
        start, end = parse_time(self.start) or 0, parse_end(self.end) or 0
        windows = (WindowMinutes(DAYS.index(day), start, end) for day in self.days)
        return Hours(ZoneInfo(self.timezone), tuple(sorted(windows)))


class ApplyWindowsSection(Section):
    """When apply and start may contact people: inside `allow`, and outside `deny`."""

    allow: Annotated[
        list[ApplyWindowSection] | None,
        Field(min_length=1, description="Hours in which it may; default: always."),
    ] = None
    deny: Annotated[
        list[ApplyWindowSection] | None,
        Field(description="Hours in which it may not; default: none."),
    ] = None

    @model_validator(mode="after")
    def _opens(self) -> Self:
        if all(self.value().next_open(season) is None for season in _SEASONS):
            raise PydanticCustomError(
                "apply_windows", "these windows never open: deny covers all that allow opens"
            )
        return self

    def value(self) -> ApplyWindows:
        """The windows as moments are judged by them."""
        return ApplyWindows(
            allow=tuple(one.value() for one in self.allow or ()),
            deny=tuple(one.value() for one in self.deny or ()),
        )


class SafetySection(Section):
    """Limits above which a plan stops at a gate."""

    max_creates: Annotated[Count | None, Field(description="Creates in one plan; default 10.")] = (
        None
    )
    max_updates: Annotated[Count | None, Field(description="Updates in one plan; default 10.")] = (
        None
    )
    max_contacts: Annotated[
        Count | Literal["unlimited"] | None,
        Field(
            description="People whom the writes of one run may reach, or unlimited; default 10000."
        ),
    ] = None
    quiet_reach: Annotated[
        Count | None,
        Field(description="A campaign of up to so many people may change freely; default 1000."),
    ] = None
    min_gap: Annotated[
        Gap | None,
        Field(
            description="How long a list should rest between two campaigns; 0s for no rest, "
            "default 24h."
        ),
    ] = None
    max_create_percent: Annotated[
        Percent | None,
        Field(description="Creates, in percent of the live campaigns; default 100."),
    ] = None
    max_update_percent: Annotated[
        Percent | None,
        Field(description="Updates, in percent of the live campaigns; default 30."),
    ] = None
    max_delete_percent: Annotated[
        Percent | None,
        Field(description="Deletes, in percent of the live campaigns; default 30."),
    ] = None
    min_existing: Annotated[
        Count | None,
        Field(description="Percentages apply from this many live campaigns on; default 10."),
    ] = None
    reach_tolerance: Annotated[
        ToleranceSection | None,
        Field(description="How many more people apply accepts than a saved plan says."),
    ] = None
    apply_windows: Annotated[
        ApplyWindowsSection | None, Field(description="When apply and start may contact people.")
    ] = None

    @property
    def most(self) -> int | None:
        """`maxContacts` as a number; None if it is not set, or unlimited."""
        return self.max_contacts if isinstance(self.max_contacts, int) else None

    def limits(self) -> dict[str, Any]:
        """What this level sets, by the names of `Limits`."""
        found: dict[str, Any] = {
            name: value for name in _PLAIN if (value := getattr(self, name)) is not None
        }
        if self.max_contacts is not None:
            found["max_contacts"] = self.most
        if self.reach_tolerance is not None:
            found["reach_percent"] = self.reach_tolerance.percent
            found["reach_contacts"] = self.reach_tolerance.contacts
        if self.apply_windows is not None:
            found["apply_windows"] = self.apply_windows.value()
        return found


_PLAIN = (
    *("max_creates", "max_updates", "max_create_percent", "max_update_percent"),
    *("max_delete_percent", "min_existing", "quiet_reach", "min_gap"),
)
Safety = Annotated[
    SafetySection, Field(description="Limits above which a plan stops at a gate; the nearest wins.")
]


def nearest(levels: Iterable[SafetySection]) -> Limits:
    """The limits in force; `levels` go from the project to the target, and the last wins."""
    limits: dict[str, Any] = {}
    for level in levels:
        limits.update(level.limits())
    return Limits(**limits)
