"""The limits of a project file: of the project, an environment or a target; the nearest wins."""

from collections.abc import Iterable
from typing import Annotated

from pydantic import Field, StrictInt

from reconciler.manifests.envelope import Section
from reconciler.plan.model import Safety as Limits

Percent = Annotated[StrictInt, Field(ge=0, le=100)]
Count = Annotated[StrictInt, Field(ge=0, le=1_000_000_000)]
"""No account has more people than that: a greater number is a mistake."""


class ToleranceSection(Section):
    """How many more people a campaign may reach than its plan says; the larger of the two."""

    percent: Annotated[Percent, Field(description="Of the agreed records; default 10.")] = 10
    contacts: Annotated[Count, Field(description="Records; default 100.")] = 100


class SafetySection(Section):
    """Limits above which a plan stops at a gate."""

    max_creates: Annotated[Count | None, Field(description="Creates in one plan; default 10.")] = (
        None
    )
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
        Field(description="How many more people apply accepts than an agreed plan says."),
    ] = None

    def limits(self) -> dict[str, int]:
        """What this level sets, by the names of `Limits`."""
        found = self.model_dump(exclude_none=True, exclude={"reach_tolerance"})
        if self.reach_tolerance is not None:
            found["reach_percent"] = self.reach_tolerance.percent
            found["reach_contacts"] = self.reach_tolerance.contacts
        return found


Safety = Annotated[
    SafetySection, Field(description="Limits above which a plan stops at a gate; the nearest wins.")
]


def nearest(levels: Iterable[SafetySection]) -> Limits:
    """The limits in force; `levels` go from the project to the target, and the last wins."""
    limits: dict[str, int] = {}
    for level in levels:
        limits.update(level.limits())
    return Limits(**limits)
