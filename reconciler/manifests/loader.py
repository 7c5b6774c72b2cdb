"""Manifest files into desired campaigns by environment, with everything wrong in all of them.

The rules that no document can break alone live here: an address or a vendor name used twice.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date

from reconciler.address import Address
from reconciler.diagnostics import Diagnostic, error
from reconciler.located_yaml.reader import parse
from reconciler.manifests.decoder import Decoded, decode_manifest
from reconciler.manifests.files import Sources, gather
from reconciler.manifests.scope import EnvironmentScope
from reconciler.resources.base import Desired
from reconciler.resources.kinds import BY_TYPE


@dataclass(frozen=True, slots=True)
class Loaded:
    """What the manifests want, by environment and address, and everything wrong with them."""

    desired: Mapping[str, tuple[Desired, ...]] = field(default_factory=dict)
    diagnostics: tuple[Diagnostic, ...] = ()


def load_manifests(
    sources: Sources,
    environments: Mapping[str, EnvironmentScope],
    *,
    today: date,
    selected: str | None = None,
) -> Loaded:
    """Read and check every manifest, for all environments or for the selected one.

    `environments` are all of the project's. A campaign with an error is missing from `desired`, so
    nothing may be planned when `diagnostics` holds an error.
    """
    gathered = gather(sources)
    found = list(gathered.problems)
    decoded: list[Decoded] = []
    for name, data in gathered.files.items():
        parsed = parse(name, data)
        found += parsed.diagnostics
        decoded += [
            decode_manifest(document, environments, today=today, selected=selected)
            for document in parsed.documents
        ]
    if not (decoded or found):
        found.append(error("no-manifests", f"no manifests in {', '.join(sources.paths)}"))
    for one in decoded:
        found += one.diagnostics
    found += _same_address(decoded)
    desired = {
        name: tuple(sorted(_wanted(decoded, name), key=lambda want: want.address))
        for name in environments
        if selected in (None, name)
    }
    found += dict.fromkeys(clash for name in desired for clash in _same_name(decoded, name))
    return Loaded(desired, tuple(sorted(found, key=_order)))


def _order(found: Diagnostic) -> tuple[str, int, int]:
    if found.source is None:
        return "", 0, 0
    return found.source.filename, found.source.start.line, found.source.start.column


def _wanted(decoded: Iterable[Decoded], environment: str) -> Iterator[Desired]:
    for one in decoded:
        if environment in one.desired:
            yield one.desired[environment]


def _same_address(decoded: Iterable[Decoded]) -> Iterator[Diagnostic]:
    first: dict[Address, Decoded] = {}
    for one in decoded:
        if one.address is None:
            continue
        before = first.setdefault(one.address, one)
        if before is not one:
            yield error(
                "duplicate-address",
                f"{one.address} is declared twice; the first is at {before.place}",
                "A metadata.name is unique per kind, in all environments together.",
                source=one.place,
                address=one.address,
            )


def _same_name(decoded: Iterable[Decoded], environment: str) -> Iterator[Diagnostic]:
    """Two addresses for one campaign: neither plan nor apply could tell whose it is.

    Campaigns of one name may stand side by side when `metadata.remoteId` tells them apart.
    """
    first: dict[tuple[str, str, str, str | None], Decoded] = {}
    for one in decoded:
        desired = one.desired.get(environment)
        if desired is None:
            continue
        kind = BY_TYPE[desired.address.type]
        pin = desired.metadata.remote_id
        key = (desired.target, kind.channel, kind.match_name(desired.name), pin)
        before = first.setdefault(key, one)
        if before.address != one.address:
            other = before.place_of(before.desired[environment], "name")
            yield error(
                "duplicate-name",
                f"{one.address} and {before.address} both want the campaign of this name "
                f"on target {desired.target}; the other is at {other}",
                source=one.place_of(desired, "name"),
                address=one.address,
                target=desired.target,
            )
