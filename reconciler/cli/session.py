"""Turn command-line options into a workflow session."""

import sys
from datetime import timedelta

from reconciler.cli.options import Planning, Shared
from reconciler.cli.output import print_diagnostics
from reconciler.diagnostics import warning
from reconciler.errors import InvalidInput
from reconciler.plan.gates.rules import GATE_CODES, NEVER_MET
from reconciler.plan.model import Selection
from reconciler.workflow.session import Options, Session

_CI_LOCK_TIMEOUT = timedelta(minutes=5)
_UNUSED = "No plan can meet it, so --allow has no effect. Leave it out."


def open_session(shared: Shared, **more: object) -> Session:
    """A session with the shared options only."""
    options = Options(
        directory=shared.directory,
        config=shared.config,
        environment=shared.environment,
        **more,  # type: ignore[arg-type]
    )
    return Session(options, read_stdin=sys.stdin.buffer.read)


def planning_session(shared: Shared, planning: Planning, *, refresh_all: bool = False) -> Session:
    """A session for a command that plans; raises InvalidInput for an unknown gate."""
    unknown = sorted(set(planning.allow) - set(GATE_CODES))
    if unknown:
        raise InvalidInput(
            f"unknown gate {unknown[0]!r}", f"The gates are: {', '.join(sorted(GATE_CODES))}."
        )
    print_diagnostics(
        warning("gate-not-available", f"gate {code} is not available in this version", _UNUSED)
        for code in sorted(NEVER_MET.intersection(planning.allow))
    )
    session = open_session(
        shared,
        manifests=planning.manifests,
        selection=Selection(
            targets=planning.targets, select=planning.select, exclude=planning.exclude
        ),
        parallelism=planning.parallelism,
        max_requests=planning.max_requests,
        max_age=planning.max_age,
        use_cache=not planning.no_cache,
        refresh_all=refresh_all,
        prune=planning.prune,
        allow=frozenset(planning.allow),
    )
    return waiting_session(session, planning.lock_timeout)


def waiting_session(session: Session, timeout: timedelta | None) -> Session:
    """The session with the wait for the lease; by default 5m if CI is set, else none."""
    if timeout is None:
        timeout = _CI_LOCK_TIMEOUT if session.environ.get("CI") else timedelta(0)
    return session.with_lock_timeout(timeout.total_seconds())
