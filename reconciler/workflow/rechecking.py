"""Whether a create that waited may still be sent, as the plan was agreed.

Minutes pass while a create waits, so the plan's expiry, the apply window and the people whom it
reaches are looked at again.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from reconciler.apply.agreed_reach import reach_changes
from reconciler.clock import Clock, timestamp
from reconciler.diagnostics import Diagnostic, error
from reconciler.errors import ApplyRefused, ReconcilerError
from reconciler.plan.model import Change, Plan, Safety
from reconciler.plan.people import CampaignReach
from reconciler.providers.base import Provider
from reconciler.resources.snapshot import ContactList
from reconciler.resources.spellings import label_key

_WINDOW = "outside-apply-window"
_AGAIN = "Plan again."


@dataclass(frozen=True, slots=True, kw_only=True)
class Recheck:
    """One look at what was agreed; the contact lists of each target are read at most once."""

    plan: Plan
    providers: Mapping[str, Provider]
    safety: Mapping[str, Safety]
    clock: Clock
    _lists: dict[str, Mapping[str, ContactList] | None] = field(default_factory=dict)

    def why_not(self, change: Change) -> Diagnostic | None:
        """Why a create that waited must not be sent after all; None when it may."""
        now, plan = self.clock.now(), self.plan
        if now >= plan.expires_at:
            expired = timestamp(plan.expires_at)
            return error(ApplyRefused.code, f"not created: the plan expired at {expired}", _AGAIN)
        if change.reach is None:
            return None
        limits = self.safety.get(change.target, Safety())
        if _WINDOW not in plan.allow and not limits.apply_windows.open_at(now):
            return error(
                ApplyRefused.code,
                f"not created: applyWindows of target {change.target} closed while apply waited",
                "Apply again when they are open.",
            )
        try:
            reach = self._present(change.reach, change.target)
        except ReconcilerError as failed:
            return failed.diagnostics[0]
        present = replace(plan, created_at=now, changes=(replace(change, reach=reach),))
        return next(iter(reach_changes(plan, present, self.safety)), None)

    def _present(self, reach: CampaignReach, target: str) -> CampaignReach:
        """The same people with the sizes that their lists have now."""
        if not reach.lists:
            return reach
        if target not in self._lists:
            self._lists[target] = self.providers[target].contact_lists()
        lists = self._lists[target]
        if lists is None:
            return reach
        sizes = {key: found.records for key, found in lists.items()}
        present = (replace(one, records=sizes.get(label_key(one.name))) for one in reach.lists)
        return replace(reach, lists=tuple(present))
