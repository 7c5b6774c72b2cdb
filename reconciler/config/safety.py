"""The limits of a project file: of the project, an environment or a target; the nearest wins."""

from collections.abc import Iterable
from typing import Annotated

from pydantic import Field, StrictInt

from reconciler.manifests.envelope import Section
from reconciler.plan.model import Safety as Limits

Percent = Annotated[StrictInt, Field(ge=0, le=100)]
Count = Annotated[StrictInt, Field(ge=0)]


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


Safety = Annotated[
    SafetySection, Field(description="Limits above which a plan stops at a gate; the nearest wins.")
]


def nearest(levels: Iterable[SafetySection]) -> Limits:
    """The limits in force; `levels` go from the project to the target, and the last wins."""
    limits: dict[str, int] = {}
    for level in levels:
        limits.update(level.model_dump(exclude_none=True))
    return Limits(**limits)
