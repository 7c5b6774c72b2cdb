"""A located document into the campaign it declares in each environment.

Checks the envelope, then for each environment: merges the overrides over the spec, applies the
kind's model, derives the canonical form, and checks what the target's API version requires.
Collects every problem. Opens no file.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from pydantic import ValidationError

from reconciler.address import Address
from reconciler.diagnostics import Diagnostic, SourceRange, error, errors_in
from reconciler.located_yaml.node import Document, Node, Positions, SourceText
from reconciler.located_yaml.problems import Subject, problems
from reconciler.manifests.envelope import Envelope
from reconciler.manifests.references import Manifest, references, target_of
from reconciler.manifests.scope import EnvironmentScope
from reconciler.manifests.slips import slips
from reconciler.manifests.vendor_names import name_problems
from reconciler.resources import kinds
from reconciler.resources.base import Desired, Kind, Metadata
from reconciler.resources.tree import Tree
from reconciler.suggestions import did_you_mean

Scopes = Mapping[str, EnvironmentScope]


@dataclass(frozen=True, slots=True)
class Decoded:
    """A document's campaign by environment, and all problems of the document."""

    source: SourceText
    desired: Mapping[str, Desired] = field(default_factory=dict)
    diagnostics: tuple[Diagnostic, ...] = ()
    address: Address | None = None
    place: SourceRange | None = None
    """Where the manifest's name is."""

    def place_of(self, desired: Desired, path: str) -> SourceRange:
        """Where a path of an environment's spec is, with its source line."""
        position = desired.positions[path]
        line = self.source.line(position.line - 1)
        return SourceRange(self.source.filename, position, None, line)


@dataclass(frozen=True, slots=True)
class _Spec:
    """A spec with one environment's overrides, as far as it is valid."""

    node: Node
    tree: Tree | None
    problems: list[Diagnostic]


def decode_manifest(
    document: Document, scopes: Scopes, *, today: date, selected: str | None = None
) -> Decoded:
    """The campaign that a document declares in each environment, or in the selected one only.

    `scopes` has all environments of the project. An exemption that ended before `today` is an
    error.
    """
    root = document.root
    if not isinstance(root.children, dict):
        problem = "a manifest must be a mapping with apiVersion, kind, metadata and spec"
        wrong_type = error("wrong-type", problem, source=document.value_range(root))
        return Decoded(document.source, diagnostics=(wrong_type,))
    kind, found = _kind(document)
    metadata, wrong = _envelope(document, kind)
    found += wrong
    if kind is None:
        return Decoded(document.source, diagnostics=tuple(found))
    name = document.root.at("metadata", "name")
    address = Address(kind.type, name.value) if name and isinstance(name.value, str) else None
    manifest = Manifest(document, kind, address)
    found += references(manifest, scopes, today)
    desired: dict[str, Desired] = {}
    seen: dict[Node | None, _Spec] = {}
    for scope in _environments(manifest, scopes, selected):
        top = root.at("overrides", scope.name)
        if top not in seen:
            seen[top] = _spec(manifest, top)
            found += seen[top].problems
        wanted = _in_environment(manifest, scope, seen[top], found)
        if wanted is not None and metadata is not None:
            desired[scope.name] = replace(
                wanted, metadata=_placed(_pinned(metadata, kind), document)
            )
    if not seen and selected is None:
        found += _spec(manifest, None).problems
    place = document.range_at("metadata", "name")
    return Decoded(document.source, desired, tuple(dict.fromkeys(found)), address, place)


def _kind(document: Document) -> tuple[Kind | None, list[Diagnostic]]:
    node = document.root.at("kind")
    name = None if node is None else node.value
    if node is None or not isinstance(name, str):
        return None, []  # the envelope's model reports it
    kind = kinds.BY_KIND.get(name)
    if kind is not None:
        return kind, []
    detail = did_you_mean(name, kinds.BY_KIND)
    if name == "Project":
        detail = "A project file is not a manifest; move it out of the folders with manifests."
    place = document.value_range(node)
    return None, [error("unknown-kind", f"unknown kind {name}", detail, source=place)]


def _envelope(document: Document, kind: Kind | None) -> tuple[Metadata | None, list[Diagnostic]]:
    try:
        return Envelope.model_validate(document.root.value).metadata.value(), []
    except ValidationError as fault:
        name = document.root.at("metadata", "name")
        text = name.value if name is not None else None
        address = Address(kind.type, text) if kind and isinstance(text, str) else None
        subject = Subject(document=document, node=document.root, model=Envelope, address=address)
        return None, problems(fault, subject)


def _pinned(metadata: Metadata, kind: Kind) -> Metadata:
    """The metadata with the pin as the vendor spells it."""
    pin = metadata.remote_id
    return metadata if pin is None else replace(metadata, remote_id=kind.match_id(pin))


def _placed(metadata: Metadata, document: Document) -> Metadata:
    """The metadata with the place of each entry of `accept`, for the advice to remove it."""
    places = (
        document.range_at("metadata", "accept", index).start
        for index in range(len(metadata.accept))
    )
    accept = (replace(one, place=at) for one, at in zip(metadata.accept, places, strict=True))
    return replace(metadata, accept=tuple(accept))


def _environments(
    manifest: Manifest, scopes: Scopes, selected: str | None
) -> Iterator[EnvironmentScope]:
    named = manifest.environments
    for scope in scopes.values():
        if (named is None or scope.name in named) and selected in (None, scope.name):
            yield scope


def _spec(manifest: Manifest, top: Node | None) -> _Spec:
    base = manifest.document.root.at("spec")
    if base is None or not isinstance(base.children, dict):
        return _Spec(manifest.document.root, None, [])  # the envelope's model reports it
    node = base if top is None else merged(base, top)
    try:
        model = manifest.kind.model.model_validate(node.value)
    except ValidationError as fault:
        return _Spec(node, None, problems(fault, manifest.subject(node)))
    declared = model.model_dump(mode="json", exclude_unset=True)
    canonical = kinds.canonical(manifest.kind, declared)
    return _Spec(node, canonical, [*slips(manifest, node, declared, canonical)])


def _in_environment(
    manifest: Manifest, scope: EnvironmentScope, spec: _Spec, found: list[Diagnostic]
) -> Desired | None:
    """The campaign in one environment; None if it has problems, which are added to `found`."""
    target = target_of(manifest, scope)
    if isinstance(target, Diagnostic):
        found.append(target)
        return None
    if spec.tree is None or manifest.address is None:
        return None
    subject = manifest.subject(spec.node)
    wrong = [
        subject.problem(
            "missing-field" if problem.startswith("is required") else "not-on-target",
            f"spec.{path} {problem}",
            loc=tuple(path.split(".")),
        )
        for path, problem in kinds.violations(
            manifest.kind, spec.tree, target.api, manifest.ignored
        )
    ]
    pinned = manifest.text("metadata", "remoteId") is not None
    wrong += name_problems(subject, spec.tree, pinned=pinned)
    found += wrong
    if errors_in(wrong):
        return None
    document = manifest.document
    return Desired(
        address=manifest.address,
        target=target.name,
        spec=spec.tree,
        source=document.value_range(document.root),
        marker=scope.marker(manifest.address, target),
        positions=Positions(document.source, spec.node),
    )


# Overrides of an environment over a spec: mappings merge, lists replace, null removes.


def merged(base: Node, top: Node) -> Node:
    """`top` over `base`; neither is changed. A key that `top` sets to null is not managed."""
    if not (isinstance(base.children, dict) and isinstance(top.children, dict)):
        return _without_nulls(top)
    children = dict(base.children)
    for key, child in top.children.items():
        below = children.get(key)
        if child.value is None:
            children.pop(key, None)
        else:
            children[key] = _without_nulls(child) if below is None else merged(below, child)
    return _mapping_like(base, children)


def _without_nulls(node: Node) -> Node:
    if not isinstance(node.children, dict):
        return node
    kept = {
        key: _without_nulls(child)
        for key, child in node.children.items()
        if child.value is not None
    }
    return _mapping_like(node, kept)


def _mapping_like(node: Node, children: dict[str, Node]) -> Node:
    copy = Node({key: child.value for key, child in children.items()}, node.start, node.end)
    copy.children = children
    copy.key, copy.key_end = node.key, node.key_end
    return copy
