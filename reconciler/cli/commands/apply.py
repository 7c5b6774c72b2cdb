"""`apply`: carry out a plan, with at most one create per campaign."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import click

from reconciler.address import EXAMPLE
from reconciler.cli.gates_help import gates_help
from reconciler.cli.option_types import FilePath, Sha256
from reconciler.cli.options import (
    Planning,
    Shared,
    examples,
    with_lock_timeout,
    with_no_wait,
    with_planning,
    with_shared,
)
from reconciler.cli.output import print_diagnostics, say, say_json
from reconciler.cli.output_files import OutputFiles
from reconciler.cli.outputs import Outputs, with_outputs
from reconciler.cli.session import planning_session
from reconciler.cli.signals import Interrupts
from reconciler.cli.terminal import Terminal
from reconciler.diagnostics import Diagnostic, warning
from reconciler.errors import OutcomeUnknown
from reconciler.plan.gate_table import named_codes
from reconciler.plan.model import Plan
from reconciler.plan.twins import TWIN
from reconciler.render.causes import one_per_cause
from reconciler.render.heading import heading_of, place_in_words
from reconciler.render.markdown.apply import apply_markdown
from reconciler.render.markdown.blocks import Room
from reconciler.render.redact import redaction
from reconciler.render.report import report_json, report_text
from reconciler.render.shown import Shown
from reconciler.render.summary import by_hand_sentence
from reconciler.render.values import foreign
from reconciler.workflow.applying import ApplyResult, run_apply
from reconciler.workflow.opening import forgotten_ledger
from reconciler.workflow.saved_plans import read_plan, require_proof, unused_warnings

_ONLY_CHANGES = warning(
    "only-changes-agreed",
    "only the changes are as agreed, not how many people they reach",
    "--expect-changes says nothing about the size of contact lists. A saved plan does.",
)


@click.command(
    epilog=examples(
        "reconciler apply plan.json",
        f"reconciler apply --select {EXAMPLE}",
    )
    + gates_help(named_codes())
)
@click.argument("planfile", type=FilePath(dir_okay=False), required=False)
@click.option("--auto-approve", is_flag=True, help="Do not ask.")
@with_no_wait
@with_lock_timeout
@click.option(
    "--expect-sha256",
    type=Sha256(),
    default="",
    help="Refuse (6) a plan file that has another SHA-256.",
)
@click.option(
    "--expect-changes",
    type=Sha256(),
    default="",
    help="Without PLANFILE: refuse (6) changes with another changes_sha256.",
)
@with_outputs
@with_planning
@with_shared
def apply(
    shared: Shared,
    planning: Planning,
    outputs: Outputs,
    planfile: Path | None,
    auto_approve: bool,
    no_wait: bool,
    expect_sha256: str,
    expect_changes: str,
) -> int:
    """Apply exactly the saved plan PLANFILE, or plan, ask and apply.

    A saved plan is refused (6) if planning again gives anything else. A create waits while the
    campaign of an earlier one may still appear; with --no-wait it is skipped (6).
    """
    if not outputs.has_text and planfile is None and not auto_approve:
        option = "--json" if outputs.as_json else "--markdown -"
        raise click.UsageError(
            f"{option} needs a saved plan or --auto-approve: with {option}, apply does not ask"
        )
    if expect_sha256 and planfile is None:
        raise click.UsageError("--expect-sha256 needs a saved plan")
    if planfile is not None and any((planning.select, planning.exclude, planning.targets)):
        raise click.UsageError(
            "a saved plan is for the campaigns that it names: leave out --select, --exclude and "
            "--target, or plan again with them"
        )
    if planfile is not None and planning.prune:
        raise click.UsageError("a saved plan says what is deleted: plan again with --prune")
    if expect_changes and planfile is not None:
        raise click.UsageError("a saved plan is bound to its changes: leave out --expect-changes")
    with outputs.opened(shared) as files:
        with (
            planning_session(shared, planning) as session,
            Interrupts() as interrupts,
            Terminal(shared, as_json=not outputs.has_text) as terminal,
        ):
            saved = None if planfile is None else read_plan(shared.directory / planfile)
            if saved is not None:
                require_proof(saved, session.environ, expected=expect_sha256)
                print_diagnostics(unused_warnings(saved, session.environ))
            elif expect_changes:
                print_diagnostics([_ONLY_CHANGES])
            print_diagnostics(forgotten_ledger(session))
            applied = run_apply(
                terminal.reading(session.without_waiting() if no_wait else session),
                saved=saved,
                ask=not auto_approve,
                talk=terminal.conversation(
                    interrupts.requested, approval_word=lambda: session.approval_word
                ),
                on_event=terminal.on_event,
                on_expected=terminal.on_expected,
                expect_changes=expect_changes,
            )
        every = tuple(_found(applied, is_saved=saved is not None))
        found = one_per_cause(every, applied.outcomes)
        if found and applied.outcomes:
            say(err=True)
        print_diagnostics(found)
        _report(applied, planfile, shared, outputs)
        _show(applied, found, files, outputs, sha256=saved.sha256 if saved else "")
    return applied.exit_code


def _found(applied: "ApplyResult", *, is_saved: bool) -> Iterator[Diagnostic]:
    """What nobody was shown yet: of the plan, and of what happened."""
    yield from _unseen(applied.plan, is_saved=is_saved)
    # An earlier create that is still unclear stands in the plan that was shown.
    shown = () if is_saved else applied.plan.diagnostics
    known = {one.address for one in shown if one.code == OutcomeUnknown.code}
    for outcome in applied.outcomes:
        for one in outcome.diagnostics:
            if one.code != OutcomeUnknown.code or one.address not in known:
                yield one


def _show(
    applied: "ApplyResult",
    found: Sequence[Diagnostic],
    files: OutputFiles,
    outputs: Outputs,
    *,
    sha256: str,
) -> None:
    """Write the Markdown, with everything that the run has to say."""
    every = (*applied.plan.diagnostics, *found)
    plan = replace(applied.plan, diagnostics=tuple(dict.fromkeys(every)))

    def render(shown: Sequence[Shown], room: Room) -> str:
        hide = redaction(plan, outputs.redact).text if outputs.redact else str
        outcomes = [replace(one, message=hide(one.message)) for one in applied.outcomes]
        return apply_markdown(shown[0].plan, outcomes, room)

    outputs.show(files, [Shown(plan, sha256, outputs.redact)], render)


def _report(
    applied: "ApplyResult", planfile: Path | None, shared: Shared, outputs: Outputs
) -> None:
    if outputs.as_json:
        sent = applied.requests_sent
        say_json(report_json(applied.plan, applied.outcomes, requests_sent=sent))
    elif not outputs.has_text:
        return
    elif applied.plan.applyable or applied.outcomes:
        say(f"\n{report_text(applied.plan, applied.outcomes, color=shared.color)}", nl=False)
        say(place_in_words(heading_of(applied.plan)))
        _print_manual_tasks(applied, planfile, shared)
    elif planfile is not None:
        say("Nothing to apply.")
        _print_manual_tasks(applied, planfile, shared)


def _unseen(plan: Plan, *, is_saved: bool) -> Iterable[Diagnostic]:
    """What nobody was shown of a plan: all that prevents it, and the twins of a saved one."""
    if plan.errored:
        return plan.diagnostics
    return (one for one in plan.diagnostics if is_saved and one.code == TWIN)


def _print_manual_tasks(applied: "ApplyResult", planfile: Path | None, shared: Shared) -> None:
    """Print the tasks that are left for a person; a saved plan is not shown again here."""
    if planfile is None:
        sentence = by_hand_sentence(applied.plan, ": see above.")
    else:
        show = shared.command("show", str(planfile))
        sentence = by_hand_sentence(applied.plan, f". To see this:\n    {foreign(show)}")
    if sentence:
        say(sentence)
