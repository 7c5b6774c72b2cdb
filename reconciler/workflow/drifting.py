"""What moved away from git and from the last apply: a plan that is read and never applied."""

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum

from reconciler.errors import ExitCode, worst
from reconciler.plan.model import Plan
from reconciler.workflow.planning import make_plan
from reconciler.workflow.session import Session


class Concern(StrEnum):
    """What counts as drift besides drift, where a run asks for it."""

    PENDING = "pending"
    UNMANAGED = "unmanaged"


@dataclass(frozen=True, slots=True)
class Drift:
    """The plan that says what moved, and what the run answers."""

    plan: Plan
    exit_code: ExitCode


def find_drift(session: Session, concerns: Collection[Concern] = ()) -> Drift:
    """Read everything and compare; writes nothing but the read cache.

    The run answers 2 for drift and for each of `concerns`, unless an error decides.
    """
    planned = make_plan(session, session.open_ledger(), survey=True)
    plan = planned.plan
    found = (
        plan.drift,
        plan.pending if Concern.PENDING in concerns else (),
        plan.unmanaged if Concern.UNMANAGED in concerns else (),
    )
    moved = ExitCode.CHANGES if any(found) else ExitCode.OK
    return Drift(plan, worst((planned.exit_code, moved)))
