"""Print plans and headings on standard output."""

from collections.abc import Iterable
from pathlib import Path

from reconciler.cli.options import Shared
from reconciler.cli.output import say
from reconciler.plan.model import Plan
from reconciler.render.heading import heading_text
from reconciler.render.style import Painter
from reconciler.render.text import RULE, plan_text
from reconciler.render.values import foreign
from reconciler.workflow.heading import heading_of_session
from reconciler.workflow.session import Session


def print_plan(
    plan: Plan, shared: Shared, *, automation: bool, saved: Path | None, sha256: str
) -> None:
    """Print the plan as text; outside automation, also print what to do next.

    `saved` is its file, and `sha256` that file's hash.
    """
    text = plan_text(plan, color=shared.color, verbose=shared.verbose, sha256=sha256)
    say(text, nl=False)
    if automation or not plan.applyable:
        return
    say(f"\n{RULE}")
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
