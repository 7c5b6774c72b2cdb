"""Turn one live campaign into the text of its manifest; pure.

The text is parsed again and compared with the campaign, as the next plan will do.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from pydantic import JsonValue

from reconciler.address import Address
from reconciler.diagnostics import Diagnostic, error, errors_in, warning
from reconciler.located_yaml.reader import parse
from reconciler.manifests.decoder import decode_manifest
from reconciler.manifests.export.draft import Draft, draft_manifest
from reconciler.manifests.export.writer import ManifestText, write
from reconciler.manifests.scope import EnvironmentScope
from reconciler.plan.compare.fields import compare
from reconciler.plan.compare.leaves import Bindings, Sides
from reconciler.resources.base import Live
from reconciler.resources.ledger_records import Binding
from reconciler.resources.tree import Tree
from reconciler.safe_text import safe_text
from reconciler.workflow.unmanaged import Found


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportPlace:
    """What manifests are written for: an environment, and the names learnt there."""

    environment: str
    scopes: Mapping[str, EnvironmentScope]
    bindings: tuple[Binding, ...]
    today: date


@dataclass(frozen=True, slots=True)
class Transcript:
    """A campaign's manifest; with an error in `diagnostics` it must not be written."""

    found: Found
    address: Address
    text: str
    diagnostics: tuple[Diagnostic, ...]


def transcribe(found: Found, name: str, place: ExportPlace) -> Transcript:
    """The manifest of a campaign under `name`, and what it cannot express."""
    live, target = found.live, place.scopes[place.environment].targets[found.target]
    bound = [one for one in place.bindings if one.target == target.name]
    draft = draft_manifest(live, target.api, {(one.path, one.remote): one.name for one in bound})
    metadata = _metadata(name, found, draft, place=place)
    manifest = ManifestText(
        kind=draft.kind, metadata=metadata, spec=draft.spec, comments=draft.comments
    )
    text, address = write(manifest), Address(live.type, name)
    wrong = _problems(text, live, place)
    if wrong:
        return Transcript(found, address, text, (_refusal(found, wrong),))
    partial = (_partial(found, address, draft),) if draft.left_out else ()
    return Transcript(found, address, text, partial)


def _metadata(name: str, found: Found, draft: Draft, *, place: ExportPlace) -> Tree:
    targets = place.scopes[place.environment].targets.values()
    metadata: dict[str, JsonValue] = {"name": name}
    if sum(target.provider == draft.kind.provider for target in targets) > 1:
        metadata["target"] = found.target
    if len(place.scopes) > 1:
        # Any other environment would create the campaign.
        metadata["environments"] = [place.environment]
    if found.ambiguous:
        metadata["remoteId"] = found.live.remote_id
    if draft.ignore:
        metadata["ignore"] = draft.exemptions
    return metadata


def _problems(text: str, live: Live, place: ExportPlace) -> tuple[str, ...]:
    """Why the text does not describe the campaign; empty if its plan would be empty."""
    parsed = parse("manifest", text.encode())
    problems = [one.summary for one in errors_in(parsed.diagnostics)]
    for document in parsed.documents:
        decoded = decode_manifest(
            document, place.scopes, today=place.today, selected=place.environment
        )
        problems += [one.summary for one in errors_in(decoded.diagnostics)]
        for desired in decoded.desired.values():
            sides = Sides(
                desired=desired, live=live, record=None, bindings=Bindings(place.bindings)
            )
            problems += [f"spec.{one.path} reads back differently" for one in compare(sides).fields]
    return tuple(dict.fromkeys(problems))


def _refusal(found: Found, problems: tuple[str, ...]) -> Diagnostic:
    return error(
        "not-importable",
        f'no manifest can describe "{safe_text(found.live.name)}" ({found.live.remote_id})',
        f"{'; '.join(problems)}.",
        target=found.target,
    )


def _partial(found: Found, address: Address, draft: Draft) -> Diagnostic:
    return warning(
        "left-out",
        f"no manifest can express {', '.join(draft.left_out)} of {found.live.remote_id}",
        "It was left out: it stays as it is and is not managed.",
        address=address,
        target=found.target,
    )
