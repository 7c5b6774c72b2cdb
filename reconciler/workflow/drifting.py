"""Find what changed since the last apply, as a plan that is read and never applied."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from enum import StrEnum

from reconciler.diagnostics import Diagnostic, error
from reconciler.errors import ExitCode, worst
from reconciler.plan.gates.acceptance import UNUSED
from reconciler.plan.model import Plan
from reconciler.plan.twins import TWIN, twin_diagnostics
from reconciler.resources.base import Desired
from reconciler.workflow.planning import make_plan
from reconciler.workflow.session import Session


class Concern(StrEnum):
    """What a run may report with exit code 2 besides drift."""

    PENDING = "pending"
    UNMANAGED = "unmanaged"


@dataclass(frozen=True, slots=True)
class Drift:
    """The plan with the drift, and the exit code."""

    plan: Plan
    exit_code: ExitCode
    notes: tuple[Diagnostic, ...] = ()
    """What is worth knowing, and wrong with nothing: entries of `metadata.accept` to remove."""
    desired: tuple[Desired, ...] = ()
    """The manifests of the run."""
    counted: tuple[str, ...] = ()
    """What else than drift made the exit code 2, such as `1 unmanaged`."""


def find_drift(session: Session, concerns: Collection[Concern] = ()) -> Drift:
    """Read everything and compare; writes nothing but the read cache.

    The exit code is 2 for drift, for twins, and for each of `concerns`, unless there is an error:
    something could not be read, or the ledger has no record of any of the live campaigns.
    """
    planned = make_plan(session, session.open_ledger(), survey=True)
    plan, code = planned.plan, planned.exit_code
    matched = sum(1 for change in plan.changes if change.remote_id is not None)
    if matched and not planned.remembered:
        diagnostics = (*plan.diagnostics, _unjudged(plan.environment, matched))
        plan = replace(plan, diagnostics=diagnostics, errored=True)
        code = worst((code, ExitCode.ERROR))
    findings = tuple(twin_diagnostics(plan.twins, findings=True))
    rest = tuple(found for found in plan.diagnostics if found.code not in (TWIN, UNUSED))
    notes = tuple(_needless(plan))
    plan = replace(plan, diagnostics=(*rest, *findings))
    counted = tuple(
        f"{len(found)} {concern}"
        for concern, found in ((Concern.PENDING, plan.pending), (Concern.UNMANAGED, plan.unmanaged))
        if concern in concerns and found
    )
    moved = ExitCode.CHANGES if any((plan.drift, findings, counted)) else ExitCode.OK
    return Drift(plan, worst((code, moved)), notes, planned.desired, counted)


def _needless(plan: Plan) -> Iterator[Diagnostic]:
    """Acceptances of campaigns for which nothing is to do; a pending change may need its own."""
    waiting = {change.address for change in plan.changes if change.writes}
    for found in plan.diagnostics:
        if found.code == UNUSED and found.address not in waiting:
            yield found


def _unjudged(environment: str, matched: int) -> Diagnostic:
    those = "1 live campaign matches" if matched == 1 else f"{matched} live campaigns match"
    return error(
        "drift-unknown",
        f"drift cannot be judged: {those} the manifests, and the ledger has no record of any "
        f"campaign of environment {environment}",
        "Check that `state` in the project file points to the ledger that apply writes, and "
        "restore a lost ledger from its backup. For a new environment, run apply first.",
    )
