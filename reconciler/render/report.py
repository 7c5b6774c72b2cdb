"""The outcomes of an apply into a report for people and a JSON document."""

import json
from collections.abc import Iterator, Sequence

from reconciler.diagnostics import errors_in
from reconciler.plan.document.file import dump_plan
from reconciler.plan.document.found import encode_diagnostic
from reconciler.plan.model import Plan
from reconciler.render.next_steps import after_apply
from reconciler.render.progress import reason_of
from reconciler.render.style import Painter
from reconciler.render.summary import apply_sentence
from reconciler.render.values import foreign
from reconciler.resources.outcome import ChangeOutcome, Outcome
from reconciler.resources.tree import Tree, canonical_json

_SECTIONS = {
    Outcome.APPLIED: "Applied:",
    Outcome.REFUSED: "Refused:",
    Outcome.UNKNOWN: "Unknown (may or may not have happened; never repeated automatically):",
    Outcome.SKIPPED: "Not attempted:",
}


def report_text(plan: Plan, outcomes: Sequence[ChangeOutcome], *, color: bool) -> str:
    """Terraform's sentence if everything was applied; else each outcome, and what to do next."""
    painter = Painter(color)
    if is_complete(outcomes):
        first = painter.code(apply_sentence(plan, outcomes), "1;32")
        return "\n".join((first, *what_to_do(plan, outcomes))) + "\n"
    return "\n".join(_incomplete(plan, outcomes, painter)) + "\n"


def is_complete(outcomes: Sequence[ChangeOutcome]) -> bool:
    """Whether everything was applied, and without an error."""
    return all(
        one.outcome is Outcome.APPLIED and not errors_in(one.diagnostics) for one in outcomes
    )


def incomplete_sentence(outcomes: Sequence[ChangeOutcome]) -> str:
    """How many changes came to which end, if not all of them were applied."""
    numbers = {kind: sum(1 for one in outcomes if one.outcome is kind) for kind in Outcome}
    return (
        f"Apply is not complete: {numbers[Outcome.APPLIED]} applied, "
        f"{numbers[Outcome.REFUSED]} refused, {numbers[Outcome.UNKNOWN]} unknown, "
        f"{numbers[Outcome.SKIPPED]} not attempted."
    )


def by_outcome(outcomes: Sequence[ChangeOutcome]) -> Iterator[tuple[str, list[str]]]:
    """The changes of each end that there is, with its title."""
    for kind, title in _SECTIONS.items():
        rows = [_row(one) for one in outcomes if one.outcome is kind]
        if rows:
            yield title, rows


def what_to_do(plan: Plan, outcomes: Sequence[ChangeOutcome]) -> Iterator[str]:
    """What a person does after an apply, in lines."""
    yield from after_apply(plan, outcomes)
    if is_complete(outcomes):
        return
    applied = any(one.outcome is Outcome.APPLIED for one in outcomes)
    kept = "What was applied is not undone. " if applied else ""
    yield f"{kept}Run plan again to see what remains."


def _incomplete(plan: Plan, outcomes: Sequence[ChangeOutcome], painter: Painter) -> Iterator[str]:
    yield painter.severity(incomplete_sentence(outcomes), "error")
    for title, rows in by_outcome(outcomes):
        yield ""
        yield title
        yield from (f"  - {foreign(row)}" for row in rows)
    yield ""
    yield from what_to_do(plan, outcomes)


def _row(outcome: ChangeOutcome) -> str:
    remote_id = f" [id={outcome.remote_id}]" if outcome.remote_id else ""
    reason = reason_of(outcome)
    message = f": {reason}" if reason else ""
    return f"{outcome.address} ({outcome.action} on {outcome.target}){remote_id}{message}"


def report_json(plan: Plan, outcomes: Sequence[ChangeOutcome], *, requests_sent: int) -> str:
    """The plan document with the added keys `outcomes` and `requests_sent`, on one line."""
    document: Tree = json.loads(dump_plan(plan))
    document["requests_sent"] = requests_sent
    document["outcomes"] = [_entry(one) for one in outcomes]
    return canonical_json(document) + "\n"


def _entry(outcome: ChangeOutcome) -> Tree:
    return {
        "address": str(outcome.address),
        "target": outcome.target,
        "action": outcome.action,
        "outcome": outcome.outcome.value,
        "remote_id": outcome.remote_id,
        "message": outcome.message,
        "elapsed": round(outcome.elapsed, 3),
        "diagnostics": [
            encode_diagnostic(one).model_dump(mode="json") for one in outcome.diagnostics
        ],
    }
