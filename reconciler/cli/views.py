"""Print plans on standard output and save them to files."""

import os
from collections.abc import Iterable
from pathlib import Path

from reconciler.cli.options import Shared
from reconciler.cli.output import say
from reconciler.errors import ReconcilerError
from reconciler.plan.model import Plan
from reconciler.render.heading import heading_text
from reconciler.render.style import Painter
from reconciler.render.text import plan_text
from reconciler.render.values import foreign
from reconciler.workflow.heading import heading_of_session
from reconciler.workflow.session import Session


def print_plan(plan: Plan, shared: Shared, *, automation: bool, saved: Path | None) -> None:
    """Print the plan as text; outside automation, also print what to do next."""
    text = plan_text(plan, color=shared.color, verbose=shared.verbose, saved=saved is not None)
    say(text, nl=False)
    if automation or not plan.applyable:
        return
    if saved is not None:
        closed = [gate for gate in plan.gates if not gate.allowed]
        allow = [word for gate in closed if gate.by_name for word in ("--allow", gate.code)]
        say(f"\nSaved the plan to: {foreign(str(shared.directory / saved))}")
        if any(not gate.by_name for gate in closed):
            open_it = shared.command("ledger", "init", "-e", plan.environment, "--reason", "TEXT")
            say(f"\nIf the environment is new, run once:\n    {foreign(open_it)}")
        say("\nTo apply exactly this plan, run:")
        say(f"    {foreign(shared.command('apply', str(saved), *allow))}")
    else:
        say("\nNote: The plan was not saved (--out), so apply plans again and asks before it acts.")


def print_heading(
    session: Session, shared: Shared, targets: Iterable[str] | None = None, *, err: bool = False
) -> None:
    """Print where a command applies: to some targets, or to all of the environment."""
    text = heading_text(heading_of_session(session, targets), Painter(shared.color))
    say(f"{text}\n", err=err)


def save_plan(document: str, path: Path) -> None:
    """Write a plan's document to a file that only its owner can read."""
    write_whole(document, path, what="the plan", mode=0o600)


def write_whole(text: str, path: Path, *, what: str, mode: int = 0o644) -> None:
    """Write a file completely or not at all; raises ReconcilerError, which names `what`."""
    partial = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        descriptor = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        partial.replace(path)
    except OSError as problem:
        partial.unlink(missing_ok=True)
        raise ReconcilerError(f"{what} cannot be saved to {path}: {problem.strerror}") from problem
