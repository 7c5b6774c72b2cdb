"""Manifest files into desired campaigns by environment, with the problems of all files.

The rules across documents are here: no address and no vendor name may be used twice.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from reconciler.address import Address
from reconciler.diagnostics import Diagnostic, Severity, error, errors_in
from reconciler.located_yaml.reader import parse
from reconciler.manifests.decoder import Decoded, decode_manifest
from reconciler.manifests.files import Sources, gather, no_manifests
from reconciler.manifests.scope import EnvironmentScope
from reconciler.resources.base import Desired
from reconciler.resources.kinds import BY_TYPE

MAX_ERRORS = 1_000
"""What follows so many errors is neither read nor shown."""
_OURS = b"reconciler/"
"""Stands in the `apiVersion` of every manifest."""


@dataclass(frozen=True, slots=True)
class Loaded:
    """The desired campaigns by environment, ordered by address, and all problems."""

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

    `environments` has all environments of the project. A campaign with an error is missing from
    `desired`, so nothing may be planned if `diagnostics` has an error.
    """
    gathered = gather(sources)
    found = list(gathered.problems)
    decoded: list[Decoded] = []
    foreign = {name for name, data in gathered.files.items() if _OURS not in data}
    errors = 0
    for name, data in gathered.files.items():
        parsed = parse(name, data)
        documents = [
            decode_manifest(document, environments, today=today, selected=selected)
            for document in parsed.documents
        ]
        decoded += documents
        problems = [*parsed.diagnostics, *(one for each in documents for one in each.diagnostics)]
        found += problems
        errors += len(errors_in(problems))
        if errors > MAX_ERRORS:
            break
    if not (decoded or found):
        found.append(no_manifests(", ".join(sources.paths)))
    found += _same_address(decoded)
    desired = {
        name: tuple(sorted(_wanted(decoded, name), key=lambda want: want.address))
        for name in environments
        if selected in (None, name)
    }
    found += dict.fromkeys(clash for name in desired for clash in _same_name(decoded, name))
    shown = (
        _lineless(one) if one.source and one.source.filename in foreign else one for one in found
    )
    return Loaded(desired, tuple(_bounded(sorted(shown, key=_order))))


def _bounded(found: Iterable[Diagnostic]) -> Iterator[Diagnostic]:
    """The warnings, and as many errors as people read."""
    errors = 0
    for one in found:
        errors += one.severity is Severity.ERROR
        if one.severity is not Severity.ERROR or errors <= MAX_ERRORS:
            yield one
    if errors > MAX_ERRORS:
        yield error("too-many-errors", f"more than {MAX_ERRORS:,} errors; the rest is not shown")


def _lineless(found: Diagnostic) -> Diagnostic:
    """The diagnostic without its line: the file may hold credentials and not a manifest."""
    return replace(found, source=found.source and replace(found.source, code=""))


def _order(found: Diagnostic) -> tuple[str, int, int]:
    if found.source is None:
        return "", 0, 0
    return found.source.filename, found.source.start.line, found.source.start.column


def _wanted(decoded: Iterable[Decoded], environment: str) -> Iterator[Desired]:
    for document in decoded:
        if environment in document.desired:
            yield document.desired[environment]


def _same_address(decoded: Iterable[Decoded]) -> Iterator[Diagnostic]:
    first: dict[Address, Decoded] = {}
    for document in decoded:
        if document.address is None:
            continue
        before = first.setdefault(document.address, document)
        if before is not document:
            yield error(
                "duplicate-address",
                f"{document.address} is declared twice; the first is at {before.place}",
                "metadata.name must be unique per kind, across all environments.",
                source=document.place,
                address=document.address,
            )


def _same_name(decoded: Iterable[Decoded], environment: str) -> Iterator[Diagnostic]:
    """Two addresses for one campaign: plan and apply could not know to which it belongs.

    Several campaigns may have the same name if `metadata.remoteId` distinguishes them.
    """
    first: dict[tuple[str, str, str, str | None], Decoded] = {}
    for document in decoded:
        desired = document.desired.get(environment)
        if desired is None:
            continue
        kind = BY_TYPE[desired.address.type]
        pin = desired.metadata.remote_id
        key = (desired.target, kind.channel, kind.match_name(desired.name), pin)
        before = first.setdefault(key, document)
        if before.address != document.address:
            other = before.place_of(before.desired[environment], "name")
            yield error(
                "duplicate-name",
                f"{document.address} and {before.address} have the same campaign name on target "
                f"{desired.target}; the other is at {other}",
                "Change spec.name of one. If there are two live campaigns of this name, set "
                "metadata.remoteId to the id of each.",
                source=document.place_of(desired, "name"),
                address=document.address,
                target=desired.target,
            )
