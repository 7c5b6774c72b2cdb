"""Diagnostics about names and campaigns that two manifests, or two environments, claim."""

from collections.abc import Iterable, Sequence

from reconciler.address import Address
from reconciler.command_lines import command_lines
from reconciler.diagnostics import Diagnostic, SourceRange, error
from reconciler.plan.changes.errors import at_path
from reconciler.plan.inputs import ManagedElsewhere
from reconciler.plan.model import Change
from reconciler.resources.base import Desired
from reconciler.resources.ledger_records import Record
from reconciler.resources.name_spelling import quoted


def ambiguous(desired: Desired, ids: Iterable[str]) -> Diagnostic:
    """Several live campaigns have the name in the manifest."""
    listed = ", ".join(ids)
    return _error(
        desired,
        "ambiguous-name",
        f'Several campaigns on target {desired.target} are named "{desired.name}"',
        f"Their ids: {listed}. Set metadata.remoteId to the right one, or give the "
        "campaign another name.",
    )


def taken(campaign: Desired | Change, remote_id: str, owner: Address) -> Diagnostic:
    """Another address manages the campaign."""
    return _error(
        campaign,
        "same-campaign",
        f"Campaign {remote_id} on target {campaign.target} is already managed by {owner}",
        "Two manifests must not manage one campaign. Give this one another name, or remove one "
        "of the two.",
        source=campaign.source,
    )


def managed_elsewhere(desired: Desired, other: ManagedElsewhere, environment: str) -> Diagnostic:
    """Another environment of the project manages the campaign of that name on this account."""
    record = other.record
    owner = f"{record.address} of environment {other.environment}"
    return _error(
        desired,
        "managed-elsewhere",
        f"Campaign {record.remote_id} on target {desired.target} is managed by {owner}",
        f"Both environments use this account, so {desired.address} of environment {environment} "
        "neither takes it over nor creates another one beside it: give it another name there, or "
        "leave the environment out of metadata.environments.",
    )


def remove_and_create(
    campaign: Desired | Change, name: str, remote_id: str | None, owner: Address
) -> Diagnostic:
    """One plan would remove a campaign and give its name to another one."""
    return _error(
        campaign,
        "remove-and-create",
        f"One plan cannot remove {quoted(name)} ({owner}, {remote_id}) from target "
        f"{campaign.target} and give its name to {campaign.address}",
        f"To keep the campaign, use the address {owner} for it; to replace it, remove it in one "
        f"apply (--exclude {campaign.address}) and apply {campaign.address} after it.",
    )


def name_still_held(
    campaign: Desired | Change, name: str, remote_id: str, owner: Address
) -> Diagnostic:
    """The name belongs to a campaign to which another manifest gives a new name."""
    return _error(
        campaign,
        "name-still-held",
        f"Campaign {remote_id} on target {campaign.target} is still named {quoted(name)}, until "
        f"{owner} is applied",
        f"Apply {owner} first, then {campaign.address}:"
        + command_lines(f"apply --exclude {campaign.address}", "apply"),
    )


def names_swapped(change: Change, other: Address) -> Diagnostic:
    """Two manifests take each other's names."""
    return _error(
        change,
        "names-swapped",
        f"{change.address} and {other} swap their names on target {change.target}",
        "Give one of them a third name and apply, so that the two names are never one.",
    )


def moved_and_renamed(change: Change, orphans: Sequence[Record]) -> Diagnostic:
    """A new campaign equals one whose manifest is gone, except for its address and its name."""
    was = ", ".join(f"{one.address} ({quoted(one.name)}, {one.remote_id})" for one in orphans)
    first = orphans[0]
    return _error(
        change,
        "moved-and-renamed",
        f"{change.address} is {was} under another address and another name",
        f"If it is the same campaign, write metadata.formerNames: [{quoted(first.name)}]; if not, "
        f"restore the manifest of {first.address} and remove that campaign in an apply of its own.",
    )


def _error(
    campaign: Desired | Change,
    code: str,
    summary: str,
    detail: str,
    *,
    source: SourceRange | None = None,
) -> Diagnostic:
    place = at_path(campaign, "name") if isinstance(campaign, Desired) else campaign.source
    return error(
        code,
        summary,
        detail,
        source=source or place,
        address=campaign.address,
        target=campaign.target,
    )
