"""What reads still show of a campaign after a PATCH, in listings and by id.

See docs/vendors/carecycle.md 15.9.

Earlier states of a campaign are stored beside it for as long as a switch lets reads show them.
"""

from dataclasses import replace

from reconciler.resources.tree import Tree
from reconciler.simulator.campaigns import Campaign
from reconciler.simulator.context import SimulatorContext
from reconciler.simulator.messages import branch, text

_KIND = "carecycle_versions"


def remember(world: SimulatorContext, before: Campaign, after: Campaign) -> None:
    """Store the state that a PATCH replaced, if reads show it for some time yet."""
    switches, now = world.switches.carecycle, world.now()
    longest = max(switches.patch_list_lag, switches.patch_get_lag)
    if longest <= 0:
        return
    versions = [*(_versions(world, before) or [_version(before, 0)]), _version(after, now)]
    settled = [version for version in versions if _since(version) + longest * 1000 <= now]
    recent = [version for version in versions if version not in settled]
    kept: Tree = {"id": after.id, "versions": [*settled[-1:], *recent]}
    world.store.put(_KIND, after.account, kept)


def visible(world: SimulatorContext, campaign: Campaign, lag: float) -> Campaign:
    """The campaign as it was this many seconds ago, which a read shows."""
    versions = _versions(world, campaign) if lag > 0 else []
    old = [version for version in versions if _since(version) + lag * 1000 <= world.now()]
    if not old or old[-1] is versions[-1]:
        return campaign
    shown, updated = old[-1], old[-1]["updated"]
    return replace(
        campaign,
        status=text(shown, "status"),
        updated=updated if isinstance(updated, int) else campaign.updated,
        document=branch(shown, "document"),
    )


def _versions(world: SimulatorContext, campaign: Campaign) -> list[Tree]:
    found = (world.store.object(_KIND, campaign.account, campaign.id) or {}).get("versions")
    return [entry for entry in found if isinstance(entry, dict)] if isinstance(found, list) else []


def _version(campaign: Campaign, since: int) -> Tree:
    return {
        "since": since,
        "status": campaign.status,
        "updated": campaign.updated,
        "document": campaign.document,
    }


def _since(version: Tree) -> int:
    since = version["since"]
    return since if isinstance(since, int) else 0
