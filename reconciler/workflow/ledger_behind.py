"""Whether a ledger went back: it is lost, another one, or older than it was seen before."""

from reconciler.diagnostics import Diagnostic, warning
from reconciler.plan.model import Plan
from reconciler.resources.ledger_records import LedgerView
from reconciler.workflow.heading import ledger_place
from reconciler.workflow.session import Session

LEDGER_BEHIND = "ledger-behind"
"""The code of the gate."""


def why_behind(session: Session, view: LedgerView, agreed: Plan | None) -> str:
    """How the ledger went back since this machine saw it, or since a plan was agreed; "" if not."""
    place, seen = ledger_place(session), session.high_water().read()
    if seen is not None:
        if reason := _difference(seen.lineage, seen.serial, view):
            return f"this machine has seen the ledger {place} with serial {seen.serial}; {reason}"
        if seen.is_hidden:
            return f"the ledger {place} went back, and was written to since"
    if agreed is None or not agreed.lineage or agreed.location != place:
        return ""  # apply refuses a plan that was made with a ledger elsewhere
    reason = _difference(agreed.lineage, agreed.serial, view)
    made = f"the plan was made with serial {agreed.serial} of the ledger {place}"
    return f"{made}; {reason}" if reason else ""


def unprotected(session: Session) -> tuple[Diagnostic, ...]:
    """A warning if a ledger that goes back would not be noticed on this machine."""
    trouble = session.high_water().trouble()
    if not trouble:
        return ()
    return (
        warning(
            "no-high-water-mark",
            f"a ledger that goes back would not be noticed on this machine: {trouble}",
            "Set RECONCILER_STATE_DIR to a folder that outlives the run.",
        ),
    )


def acknowledge(session: Session, view: LedgerView) -> None:
    """Take the ledger as it is from now on."""
    session.high_water().acknowledge(view.lineage, view.serial)


def _difference(lineage: str, serial: int, view: LedgerView) -> str:
    if not view.lineage:
        return "there is none now"
    if view.lineage != lineage:
        return "another ledger is there now"
    return f"its serial is {view.serial} now" if view.serial < serial else ""
