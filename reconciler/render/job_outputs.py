"""Plans into the values that the later steps of a CI job may ask for."""

from collections.abc import Iterable, Mapping, Sequence

from reconciler.render.shown import Shown
from reconciler.render.summary import by_hand, plan_counts

OUTPUTS: Mapping[str, str] = {
    "exit_code": "What the command exits with.",
    "add": "Campaigns to create.",
    "change": "Campaigns to update.",
    "destroy": "Campaigns to delete or archive.",
    "import": "Live campaigns to take over.",
    "manual": "Changes that a person must make.",
    "records": "Contacts that may be reached; empty if no size is known.",
    "plan_id": "The plan's id.",
    "sha256": "The hash that `apply --expect-sha256` takes; empty for a plan that was not saved.",
    "changes_sha256": "The hash that `apply --expect-changes` takes.",
    "environment": "The environment.",
}
"""Every value, in the order in which they are written."""


def job_outputs(shown: Sequence[Shown], exit_code: int) -> dict[str, str]:
    """The value of each output; empty for what a run without a plan does not know.

    Of several plans, numbers are added, and the other values are separated by commas.
    """
    plans = [one.plan for one in shown]
    counts = [plan_counts(plan) for plan in plans]
    records = [plan.outreach.records for plan in plans]
    known = [number for number in records if number is not None]
    values = {
        "exit_code": str(exit_code),
        "add": _sum([one.add for one in counts]),
        "change": _sum([one.change for one in counts]),
        "destroy": _sum([one.destroy for one in counts]),
        "import": _sum([one.imports for one in counts]),
        "manual": _sum([by_hand(plan) for plan in plans]),
        "records": _sum(known) if len(known) == len(records) else "",
        "plan_id": _each(plan.id for plan in plans),
        "sha256": _each(one.sha256 for one in shown),
        "changes_sha256": _each(one.changes_sha256 for one in shown),
        "environment": _each(plan.environment for plan in plans),
    }
    return {name: values[name] for name in OUTPUTS}


def _sum(numbers: Sequence[int]) -> str:
    return str(sum(numbers)) if numbers else ""


def _each(values: Iterable[str]) -> str:
    return ",".join(filter(None, values))
