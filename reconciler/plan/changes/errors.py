"""Diagnostics, located in the manifest, for what prevents or qualifies planning it."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from pydantic import JsonValue

from reconciler.clock import time_of_day
from reconciler.command_lines import command_lines
from reconciler.diagnostics import Diagnostic, SourceRange, Where, error, warning
from reconciler.plan.compare.fields import in_short
from reconciler.plan.compare.unknown_creates import Candidate
from reconciler.plan.inputs import OpenElsewhere
from reconciler.resources.base import Desired, Live
from reconciler.resources.ledger_records import Intent, Record
from reconciler.resources.name_key import as_written
from reconciler.resources.name_spelling import quoted
from reconciler.resources.snapshot import ContactList
from reconciler.resources.spellings import label
from reconciler.resources.tree import at
from reconciler.resources.unsettled_create import how_to_settle, settling
from reconciler.suggestions import nearest

OUTCOME_UNKNOWN = "outcome-unknown"
CREATE_DENIED = "create-denied"


def at_path(desired: Desired, path: str) -> SourceRange:
    """The position of a field of the spec, else of its nearest parent, else of the document."""
    while path:
        if path in desired.positions:
            return SourceRange(desired.source.filename, desired.positions[path])
        path = path.rpartition(".")[0]
    return desired.source


def _where(desired: Desired, path: str = "") -> Where:
    return {
        "source": at_path(desired, path),
        "address": desired.address,
        "target": desired.target,
    }


def pin_missing(desired: Desired, remote_id: str) -> Diagnostic:
    """The pinned id is not on the target."""
    return error(
        "remote-id-not-found",
        f"metadata.remoteId names {remote_id}, which target {desired.target} does not have",
        "Correct the id, or remove metadata.remoteId to find the campaign by its name, or to "
        "create it.",
        **_where(desired),
    )


def target_changed(desired: Desired, record: Record) -> Diagnostic:
    """The manifest moved to another account."""
    return error(
        "target-changed",
        f"{desired.address} was applied to target {record.target} as {record.remote_id}",
        f"Creating it on target {desired.target} as well could contact the same people twice. "
        f"Either keep metadata.target {record.target}, or retire the campaign there first "
        "(metadata.lifecycle: retired), or give the new campaign a name of its own in metadata.",
        **_where(desired),
    )


def not_read(desired: Desired) -> Diagnostic:
    """The listing that would be searched was not read."""
    return error(
        "not-read",
        f"Target {desired.target} was not read, so nothing can be planned for {desired.address}",
        **_where(desired),
    )


def protected(record: Record) -> Diagnostic:
    """The manifest of a protected campaign is gone, and pruning would delete the campaign."""
    return error(
        "protected",
        f"{record.address} is protected, so --prune does not remove {record.remote_id}",
        "Its manifest had lifecycle: protected when it was last applied, and is gone now. Restore "
        "the manifest. To remove the campaign, set lifecycle: retired in it; to stop managing it, "
        "set released.",
        address=record.address,
        target=record.target,
    )


def nameless(target: str, ids: Sequence[str]) -> Diagnostic:
    """Campaigns without a name, which no manifest can mean."""
    noun = "campaign" if len(ids) == 1 else "campaigns"
    return warning(
        "no-name",
        f"target {target} shows {noun} {in_short(ids)} without a name",
        "No manifest matches such a campaign. Look at it in the vendor's console.",
        target=target,
    )


def snake_case(target: str, keys: Sequence[str]) -> Diagnostic:
    """Keys that a target's vendor documents in another spelling, which means the same."""
    return warning(
        "other-spelling",
        f"target {target} shows {in_short(keys)} in place of the documented keys",
        "They are read as those. If the vendor changed its API, other answers may be misread: look "
        "at one campaign in the vendor's console.",
        target=target,
    )


def hidden_fields(target: str, paths: Sequence[str]) -> Diagnostic:
    """Managed fields that a target's readings omit, so that nothing about them is proven."""
    return warning(
        "not-readable",
        f"target {target} does not show {in_short(paths)}",
        "What was last applied is assumed to be in force. A change in the vendor's console is not "
        "seen, and it cannot be verified whether a change of the manifest took effect.",
        target=target,
    )


def immutable(desired: Desired, path: str) -> Diagnostic:
    """A field cannot be changed once the campaign exists, and replacing it is not an option."""
    return error(
        "immutable-field",
        f"{path} cannot be changed once a campaign exists",
        "Replacing the campaign would contact the same people again. Either restore the old "
        "value; or retire this campaign first (metadata.lifecycle: retired), and stop it before "
        "that if it is running; or add a manifest for a new campaign, with a new metadata.name "
        "and spec.name.",
        **_where(desired, path),
    )


def unusual(desired: Desired, path: str, why: str) -> Diagnostic:
    """A value that is accepted where it is live would have to be sent."""
    return error(
        "unusual-value",
        f"{path} cannot be sent: {why}",
        "A live campaign may have such a value, and is then left alone. Correct the value to send "
        "it.",
        **_where(desired, path),
    )


def unsettled_create(
    intent: Intent,
    source: SourceRange | None,
    found: Sequence[Candidate],
    others: Sequence[Live] = (),
) -> Diagnostic:
    """An earlier create may or may not have happened.

    `found` are the campaigns that fit it, `others` those it may have made although they do not fit.
    """
    ids = ", ".join(one.live.remote_id for one in found)
    sent = f"Run {intent.run_id} sent the create and got no clear response."
    place: Where = {"source": source, "address": intent.address, "target": intent.target}
    if len(found) == 1:
        return warning(
            OUTCOME_UNKNOWN,
            f"The create of {intent.address} on target {intent.target} was unclear, and {ids} has "
            "appeared since",
            f"{sent} The campaign matches what was sent: apply imports it.",
            **place,
        )
    if found:
        advice = f"Several campaigns fit: {ids}. Choose the one that it created:" + command_lines(
            f"resolve {intent.address} --adopt ID"
        )
    elif others:
        shown = ", ".join(row.remote_id for row in others)
        advice = (
            f"{shown} may be it, but its name or settings differ from what was sent. If it is, "
            "give it back its name. If not, make its name and description at the vendor unlike "
            f"those of this one. Then run the first or the second of these:"
            f"{settling(intent.address)}"
        )
    else:
        advice = how_to_settle(intent)
    return error(
        OUTCOME_UNKNOWN,
        f"It is not known whether {intent.address} was created on target {intent.target}",
        f"{sent} It is not sent again. {advice}",
        **place,
    )


def open_elsewhere(desired: Desired, found: OpenElsewhere) -> Diagnostic:
    """A create of the same name, made from elsewhere, may or may not have happened."""
    intent = found.intent
    return error(
        OUTCOME_UNKNOWN,
        f'It is not known whether "{intent.name}" was created on target {desired.target} for '
        f"{intent.address} of environment {found.environment}",
        f"{desired.address} has the same name on the same account, so it is not created. "
        f"{how_to_settle(intent, f' -e {found.environment}')}",
        **_where(desired, "name"),
    )


def denied(
    intent: Intent,
    source: SourceRange | None,
    not_before: datetime | None,
    *,
    looked: bool,
    may_be: Sequence[Live] = (),
) -> Diagnostic:
    """The vendor denied an earlier create, and no campaign has appeared that can only be it.

    `looked` is whether a listing was read; `may_be` are campaigns that it may have made.
    """
    if not looked:
        advice = "Its campaign may still appear: the next plan of its target looks for it."
    elif may_be:
        ids = ", ".join(f"{row.remote_id} {quoted(row.name)}" for row in may_be)
        how = (
            f"run:{command_lines(f'resolve {intent.address} --adopt ID')}"
            if source is None
            else "set metadata.remoteId to its id, and the plan adopts it."
        )
        advice = f"It may have made {ids}. If it made one of them, {how}"
    elif not_before is None:
        advice = "No campaign with its name has appeared since, so the next apply closes it."
    else:
        advice = (
            f"It is not created again before {time_of_day(not_before)}, because its campaign may "
            "still appear. Run apply after that: it adopts the campaign if it has appeared, and "
            "sends the create again if not."
        )
    return warning(
        CREATE_DENIED,
        f"An earlier create of {intent.address} on target {intent.target} was denied: "
        f"{intent.denied}",
        advice,
        source=source,
        address=intent.address,
        target=intent.target,
    )


def denied_but_there(intent: Intent, source: SourceRange | None, remote_id: str) -> Diagnostic:
    """The vendor denied an earlier create, and exactly one campaign that fits has appeared."""
    return warning(
        CREATE_DENIED,
        f"An earlier create of {intent.address} on target {intent.target} was denied, and "
        f"campaign {remote_id} has appeared since",
        "It matches what was sent: apply adopts it.",
        source=source,
        address=intent.address,
        target=intent.target,
    )


def unknown_contact_lists(
    desired: Desired, known: Mapping[str, ContactList] | None
) -> tuple[Diagnostic, ...]:
    """One diagnostic per contact list that the account does not have; none if that is unknown."""
    wanted: JsonValue = at(desired.spec, "contactLists")
    if known is None or not isinstance(wanted, list):
        return ()
    names = [name for one in known.values() for name in (one.name, *one.also)]
    spelled = {as_written(name) for name in names} | {label(name) for name in names}
    return tuple(
        error(
            "unknown-contact-list",
            f'Target {desired.target} has no contact list "{name}"',
            _nearest_list(str(name), names),
            **_where(desired, "contactLists"),
        )
        for name in wanted
        if as_written(str(name)) not in spelled
    )


def _nearest_list(name: str, known: Iterable[str]) -> str:
    near = nearest(name, known)
    if near is not None:
        return f'Did you mean "{near}"?'
    return "Create the contact list at the vendor first, or correct the name."
