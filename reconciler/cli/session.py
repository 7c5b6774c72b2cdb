"""Turn command-line options into a workflow session."""

import sys
import threading
from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta
from functools import partial

from reconciler.cli.options import Planning, Shared
from reconciler.cli.output import print_diagnostics, say
from reconciler.cli.read_progress import ReadProgress
from reconciler.cli.run_record import run_record
from reconciler.cli.work_line import work_line
from reconciler.clock import SystemClock
from reconciler.command_lines import command_lines
from reconciler.config.find import find_project_file
from reconciler.config.switches import is_on
from reconciler.diagnostics import warning
from reconciler.errors import InvalidInput
from reconciler.located_yaml.text import MAX_BYTES
from reconciler.plan.gate_table import GATES, launch_codes, named_codes
from reconciler.plan.model import Selection
from reconciler.suggestions import did_you_mean
from reconciler.workflow.interruptible import InterruptibleClock
from reconciler.workflow.session import Options, Session

_CI_LOCK_TIMEOUT = timedelta(minutes=20)
_OPEN_IT = (
    "If the environment is not new, restore its ledger. If it is new, open it once:"
    + command_lines("ledger init --reason TEXT")
)
_NOT_MET = "Leave it out. Only plan and apply meet it."
_UNUSED = "No plan can meet it, so --allow has no effect. Leave it out."


def open_session(shared: Shared, **more: object) -> Session:
    """A session with the shared options only."""
    options = Options(
        directory=shared.directory,
        config=shared.config,
        environment=shared.environment,
        **more,  # type: ignore[arg-type]
    )
    stopping = threading.Event()
    clock = InterruptibleClock(SystemClock(), stopping.is_set)
    session = Session(options, read_stdin=_standard_input, clock=clock, stopping=stopping)
    named = shared.config or session.environ.get("RECONCILER_CONFIG")
    run_record().project_file = partial(find_project_file, shared.directory, named)
    run_record().options = shared.given
    if shared.quiet:
        return session
    if shared.live:
        from reconciler.cli.live_line import LiveLine

        line = LiveLine(color=shared.live_color)
        session.opened.callback(line.stop)
        return replace(session, on_read=line.read, on_wait=lambda work: line.print(work_line(work)))
    report = partial(say, err=True)
    progress = ReadProgress(clock, report)
    return replace(session, on_read=progress, on_wait=lambda work: report(work_line(work)))


def _standard_input() -> bytes:
    """What is piped in; raises InvalidInput if standard input is closed or cannot be read."""
    if sys.stdin is None:
        raise InvalidInput("standard input is closed", "Pipe the manifests in, or name files.")
    try:
        return sys.stdin.buffer.read(MAX_BYTES + 1)
    except OSError as problem:
        raise InvalidInput(f"standard input cannot be read: {problem}") from None


def planning_session(shared: Shared, planning: Planning, *, refresh_all: bool = False) -> Session:
    """A session for a command that plans; raises InvalidInput for an unknown gate."""
    _check_gates(planning.allow, named_codes())
    session = open_session(
        shared,
        manifests=planning.manifests,
        selection=Selection(
            targets=planning.targets, select=planning.select, exclude=planning.exclude
        ),
        parallelism=planning.parallelism,
        max_requests=planning.max_requests,
        max_time=planning.max_time,
        max_age=planning.max_age,
        use_cache=not planning.no_cache,
        refresh_all=refresh_all,
        prune=planning.prune,
        allow=frozenset(planning.allow),
    )
    return waiting_session(session, planning.lock_timeout)


def launching_session(shared: Shared, allow: Iterable[str]) -> Session:
    """A session for `start` and `schedule`; raises InvalidInput for a gate that is not theirs."""
    codes = frozenset(allow)
    met = launch_codes()
    _check_gates(codes, met)
    for code in sorted(codes.difference(met)):
        raise InvalidInput(f"start and schedule do not meet gate {code}", _NOT_MET)
    return open_session(shared, allow=codes)


def _check_gates(codes: Iterable[str], known: Iterable[str]) -> None:
    """Warn of gates that no plan can meet; raises InvalidInput for a gate that it cannot open."""
    for code in sorted(set(codes)):
        if code not in GATES:
            raise InvalidInput(f"unknown gate {code!r}", did_you_mean(code, known))
        if not GATES[code].by_name:
            raise InvalidInput(f"--allow does not open gate {code}", _OPEN_IT)
        if not GATES[code].available:
            summary = f"gate {code} is not available in this version"
            print_diagnostics([warning("gate-not-available", summary, _UNUSED)])


def waiting_session(session: Session, timeout: timedelta | None) -> Session:
    """The session with the wait for the lease; by default 20m if CI is set, else none."""
    if timeout is None:
        timeout = _CI_LOCK_TIMEOUT if is_on(session.environ, "CI") else timedelta(0)
    return session.with_lock_timeout(timeout.total_seconds())
