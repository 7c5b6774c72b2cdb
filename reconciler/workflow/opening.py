"""Open a new environment for automation: look at its accounts, then write the note `created`.

An environment whose ledger is lost looks new too. So the person who opens it first sees how many
campaigns are live, and how many of the manifests match none of them.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from reconciler.config.state_folder import STATE_DIR
from reconciler.config.switches import is_on
from reconciler.diagnostics import Diagnostic, warning
from reconciler.errors import ApplyRefused, ExitCode
from reconciler.ledger.base import Ledger, LockInfo
from reconciler.ledger.lease import Lease
from reconciler.plan.model import Action
from reconciler.resources.base import RunState
from reconciler.resources.ledger_records import CreatedNote
from reconciler.resources.snapshot import TargetSnapshot
from reconciler.workflow.history import has_history
from reconciler.workflow.ledger_behind import LEDGER_BEHIND, acknowledge
from reconciler.workflow.planning import Planned, make_plan
from reconciler.workflow.session import Session

_ACCEPTED = "There was a ledger before. Restore it. If it is lost for good, go on: that accepts it."

_WHERE_IT_LASTS = (
    "Keep the ledger in a bucket: write state: s3://BUCKET/PREFIX in the project file. Or keep it "
    "on a disk that stays, and set RECONCILER_STATE_DIR to a folder there."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class SurveyedTarget:
    """A target's live campaigns, and the manifests that match none of them."""

    target: str
    live: int
    manifests: int
    unmatched: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Survey:
    """What was found in a new environment; `exit_code` is not OK if an account was not read."""

    targets: tuple[SurveyedTarget, ...]
    diagnostics: tuple[Diagnostic, ...]
    behind: str
    """How the ledger went back since this machine saw it; "" if it did not."""
    exit_code: ExitCode


def is_new(session: Session, ledger: Ledger) -> bool:
    """Whether an environment has no history; raises ApplyRefused for a ledger that CI forgets."""
    if has_history(ledger, ledger.view()):
        return False
    if forgotten := _forgotten(session):
        raise ApplyRefused(*forgotten)
    return True


def forgotten_ledger(session: Session) -> Iterator[Diagnostic]:
    """A warning for a ledger file that a CI runner throws away after the run."""
    if forgotten := _forgotten(session):
        yield warning("ledger-in-clone", *forgotten)


def survey(session: Session, ledger: Ledger) -> Survey:
    """Read every account of the environment, through providers that cannot write."""
    planned = make_plan(session, ledger, survey=True)
    unread = any(one.problem is not None for one in planned.snapshots.values())
    behind = planned.inputs.behind
    lost = (warning(LEDGER_BEHIND, behind, _ACCEPTED),) if behind else ()
    return Survey(
        targets=() if unread else tuple(_surveyed(planned)),
        diagnostics=(*planned.plan.diagnostics, *lost),
        behind=behind,
        exit_code=planned.exit_code if unread else ExitCode.OK,
    )


def open_environment(
    session: Session, ledger: Ledger, *, reason: str, on_wait: Callable[[LockInfo], None]
) -> None:
    """Write the note under the lease, and this machine's high-water mark.

    An environment that somebody opened meanwhile stays so.
    """
    with Lease(ledger, session.clock, holder=session.holder("ledger init", on_wait)) as lease:
        note = CreatedNote(
            who=session.who,
            host=session.host,
            run_url=session.run_url,
            reason=reason,
            at=session.clock.now(),
        )
        ledger.note_created(note, lease.id)
        acknowledge(session, ledger.view())


def _surveyed(planned: Planned) -> list[SurveyedTarget]:
    creates = [one for one in planned.plan.changes if one.action is Action.CREATE]
    return [
        SurveyedTarget(
            target=target.name,
            live=_live_count(planned.snapshots[target.name]),
            manifests=sum(one.target == target.name for one in planned.desired),
            unmatched=sum(one.target == target.name for one in creates),
        )
        for target in planned.plan.targets
    ]


def _live_count(snapshot: TargetSnapshot) -> int:
    rows = (row for listing in snapshot.listings.values() for row in listing.items)
    return sum(row.state is not RunState.ARCHIVED for row in rows)


def _forgotten(session: Session) -> tuple[str, str] | None:
    """What is wrong with a ledger file that a CI runner throws away, and what to do; or None."""
    state, environ = session.project.state, session.environ
    if "://" in state or not is_on(environ, "CI") or environ.get(STATE_DIR):
        return None
    path = (session.project.root / state).resolve()
    if not any((folder / ".git").exists() for folder in path.parents):
        return None
    problem = (
        f"CI is set, and the ledger {path} is inside a git work tree: the next run of the job will "
        "not find it"
    )
    return problem, _WHERE_IT_LASTS
