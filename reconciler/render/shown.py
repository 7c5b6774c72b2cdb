"""A plan as it is shown: with its hashes, and perhaps without what its readers must not know."""

from dataclasses import dataclass
from functools import cached_property

from reconciler.plan.document.file import changes_sha256
from reconciler.plan.model import Plan
from reconciler.render.redact import Hidden, redacted


@dataclass(frozen=True)
class Shown:
    """A plan, and how it is shown; nothing is computed before it is needed."""

    whole: Plan
    """The plan as it is."""
    sha256: str = ""
    """The hash of its file; "" if it was not saved."""
    hidden: frozenset[Hidden] = frozenset()

    @cached_property
    def plan(self) -> Plan:
        """The plan for its readers."""
        return redacted(self.whole, self.hidden)

    @cached_property
    def changes_sha256(self) -> str:
        """The hash of what the plan does, whatever is hidden."""
        return changes_sha256(self.whole)
