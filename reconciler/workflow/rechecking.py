"""Whether a create that waited may still be sent, as the plan was agreed.

Minutes pass while a create waits, so the plan's expiry, the apply window and the people whom it
reaches are looked at again.
"""

from collections.abc import Mapping
from dataclasses import replace

from reconciler.apply.agreed_reach import reach_changes
from reconciler.clock import Clock, timestamp
from reconciler.diagnostics import Diagnostic, error
from reconciler.errors import ApplyRefused, ReconcilerError
from reconciler.plan.model import Change, Plan, Safety
from reconciler.plan.people import CampaignReach
from reconciler.providers.base import Provider

_WINDOW = "outside-apply-window"
_AGAIN = "Plan again."


def why_not_now(
    change: Change,
    plan: Plan,
    *,
    providers: Mapping[str, Provider],
    safety: Mapping[str, Safety],
    clock: Clock,
) -> Diagnostic | None:
    """Why a create that waited must not be sent after all; None when it may.

    Asks the vendor once more how many people are on its contact lists.
    """
    now = clock.now()
    if now >= plan.expires_at:
        expired = timestamp(plan.expires_at)
        return error(ApplyRefused.code, f"not created: the plan expired at {expired}", _AGAIN)
    if change.reach is None:
        return None
    limits = safety.get(change.target, Safety())
    if _WINDOW not in plan.allow and not limits.apply_windows.open_at(now):
        return error(
            ApplyRefused.code,
            f"not created: applyWindows of target {change.target} closed while apply waited",
            "Apply again when they are open.",
        )
    try:
        reach = _present(change.reach, providers[change.target])
    except ReconcilerError as failed:
        return failed.diagnostics[0]
    present = replace(plan, created_at=now, changes=(replace(change, reach=reach),))
    return next(iter(reach_changes(plan, present, safety)), None)


def _present(reach: CampaignReach, provider: Provider) -> CampaignReach:
    """The same people with the sizes that their lists have now."""
    lists = provider.contact_lists() if reach.lists else None
    if lists is None:
        return reach
    sizes = {name: found.records for name, found in lists.items()}
    present = (replace(one, records=sizes.get(one.name)) for one in reach.lists)
    return replace(reach, lists=tuple(present))
