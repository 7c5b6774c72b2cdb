"""Decides whether an operator may settle a create of unknown outcome as stated; pure.

The statement is checked against a complete listing and refused if the listing contradicts it
(docs/concepts/at-most-one-create.md#settling-it-by-hand).
"""

from collections.abc import Mapping

from reconciler.address import Address
from reconciler.command_lines import command_lines
from reconciler.diagnostics import Diagnostic, warning
from reconciler.errors import ApplyRefused
from reconciler.plan.compare.unknown_creates import (
    KnownIds,
    created_spec,
    evidence,
    renamed,
    strangers,
)
from reconciler.resources.base import Live, RunState
from reconciler.resources.ledger_records import Intent
from reconciler.resources.marker import contradicts, marker_of
from reconciler.resources.name_key import name_key
from reconciler.resources.snapshot import Listing

Owners = Mapping[str, Address]
"""Which address has which remote id on the intent's target."""


def adoptable(intent: Intent, remote_id: str, listing: Listing, owners: Owners) -> Live:
    """The listed campaign, if the create may have made it; otherwise raises ApplyRefused."""
    row = next((item for item in listing.items if item.remote_id == remote_id), None)
    if row is None or row.type != intent.type:
        raise _refused(f"target {intent.target} lists no {intent.channel} campaign {remote_id}")
    if remote_id in owners:
        raise _refused(f"campaign {remote_id} is managed by {owners[remote_id]}")
    if remote_id in intent.seen_ids:
        raise _refused(
            f"campaign {remote_id} existed before the create was sent, so the create did not make "
            "it",
            "To manage that campaign, settle the create first, then name it in metadata.remoteId.",
        )
    _require_likeness(intent, row)
    return row


def _require_likeness(intent: Intent, row: Live) -> None:
    proven = bool(intent.marker) and marker_of(row.observed) == intent.marker
    if name_key(row.name) != name_key(intent.name) and not proven:
        raise _refused(
            f'campaign {row.remote_id} is named "{row.name}", but the create was for '
            f'"{intent.name}"',
            "If it was renamed at the vendor, rename it back first.",
        )
    if row.state is RunState.ARCHIVED:
        raise _refused(f"campaign {row.remote_id} is archived", "Settle the create as not created.")
    if contradicts(marker_of(row.observed), intent.marker):
        raise _refused(f"campaign {row.remote_id} has the marker of another campaign")


def require_absence(intent: Intent, listing: Listing, owners: Owners) -> None:
    """Raise ApplyRefused if a campaign is listed that the create may have made."""
    found = strangers(intent, listing, owners)
    if found:
        ids = ", ".join(row.remote_id for row in found)
        raise _refused(
            f'target {intent.target} lists a campaign named "{intent.name}" that did not '
            f"exist before: {ids}",
            "If it is somebody else's, rename it at the vendor first. If the create made it, run:"
            + command_lines(f"resolve {intent.address} --adopt {found[0].remote_id}"),
        )
    alike = renamed(intent, listing, owners)
    if alike:
        ids = ", ".join(f'{row.remote_id} ("{row.name}")' for row in alike)
        raise _refused(
            f"target {intent.target} lists campaigns that are as new and differ in name only: "
            f"{ids}",
            "If the create made none of them, change their descriptions at the vendor, so that "
            "they are not taken for this one. If it made one of them, rename that back and run:"
            + command_lines(f"resolve {intent.address} --adopt ID"),
        )


def differences(intent: Intent, live: Live, known: KnownIds) -> tuple[Diagnostic, ...]:
    """A warning with the fields of an adopted campaign that differ from what was sent."""
    different = evidence(created_spec(intent), live, known).different
    if not different:
        return ()
    return (
        warning(
            "adopted-with-differences",
            f"{live.remote_id} differs from what was sent: {', '.join(different)}",
            "It is managed from now on; the next plan shows the differences.",
            address=intent.address,
            target=intent.target,
        ),
    )


def _refused(summary: str, advice: str = "") -> ApplyRefused:
    return ApplyRefused(summary, f"Nothing was changed. {advice}".rstrip())
