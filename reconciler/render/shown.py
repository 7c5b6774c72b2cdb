"""A plan as it is shown, with the hashes of the plan as it is."""

from typing import NamedTuple, Self

from reconciler.plan.document.file import changes_sha256
from reconciler.plan.model import Plan


class Shown(NamedTuple):
    """A plan, perhaps without the values that are hidden from its readers."""

    plan: Plan
    changes_sha256: str
    sha256: str = ""
    """The hash of its file; "" if it was not saved."""

    @classmethod
    def of(cls, plan: Plan, sha256: str = "") -> Self:
        """A plan of which nothing is hidden yet."""
        return cls(plan, changes_sha256(plan), sha256)
