"""What moved away from git and from the last apply: a plan that is read and never applied."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from enum import StrEnum

from reconciler.diagnostics import Diagnostic, error
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

    The run answers 2 for drift and for each of `concerns`, unless an error decides: that something
    could not be read, or that the ledger lost what live campaigns were when they were applied.
    """
    planned = make_plan(session, session.open_ledger(), survey=True)
    plan, code = planned.plan, planned.exit_code
    matched = sum(1 for change in plan.changes if change.remote_id is not None)
    if matched and not planned.remembered:
        found = (*plan.diagnostics, _unjudged(plan.environment, matched))
        plan = replace(plan, diagnostics=found, errored=True)
        code = worst((code, ExitCode.ERROR))
    moves = (
        plan.drift,
        plan.pending if Concern.PENDING in concerns else (),
        plan.unmanaged if Concern.UNMANAGED in concerns else (),
    )
    moved = ExitCode.CHANGES if any(moves) else ExitCode.OK
    return Drift(plan, worst((code, moved)))


def _unjudged(environment: str, matched: int) -> Diagnostic:
    those = "1 live campaign matches" if matched == 1 else f"{matched} live campaigns match"
    return error(
        "drift-unknown",
        f"drift cannot be judged: {those} the manifests, and the ledger has no record of any "
        f"campaign of environment {environment}",
        "Check that `state` in the project file leads to the ledger that apply writes, and put a "
        "lost one back from its backup. For a new environment, run apply first.",
    )
