"""What a manifest's metadata refers to: environments, a target, fields to ignore, end dates.

Turns references to nothing into diagnostics, even if other metadata is wrong, because it reads the
located nodes. Opens no file.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from reconciler.address import Address
from reconciler.diagnostics import Diagnostic, error
from reconciler.located_yaml.node import Document, Loc, Node
from reconciler.located_yaml.problems import Subject
from reconciler.manifests.scope import EnvironmentScope, TargetScope
from reconciler.resources.base import STATUS, Kind
from reconciler.suggestions import did_you_mean, nearest

_LONGEST_ACCEPT = timedelta(days=14)
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Manifest:
    """A document whose kind is known."""

    document: Document
    kind: Kind
    address: Address | None

    def subject(self, node: Node) -> Subject:
        """What a problem of the whole document, or of its spec, is about."""
        return Subject(
            document=self.document,
            node=node,
            model=self.kind.model,
            prefix=() if node is self.document.root else ("spec",),
            refused=self.kind.refused,
            address=self.address,
        )

    def problem(self, code: str, summary: str, detail: str, loc: Loc) -> Diagnostic:
        """An error at a place of the whole document."""
        return self.subject(self.document.root).problem(code, summary, detail, loc=loc)

    def text(self, *loc: int | str) -> str | None:
        """The text at `loc`, None for anything else."""
        node = self.document.root.at(*loc)
        return node.value if node is not None and isinstance(node.value, str) else None

    def day(self, *loc: int | str) -> date | None:
        """The day at `loc`; None if there is none, which the model reports."""
        text = self.text(*loc) or ""
        try:
            return date.fromisoformat(text) if _DATE.fullmatch(text) else None
        except ValueError:
            return None

    def count(self, *loc: str) -> int:
        """How many entries the list at `loc` has; 0 for anything else."""
        node = self.document.root.at(*loc)
        return len(node.children) if node is not None and isinstance(node.children, list) else 0

    @property
    def ignored(self) -> list[str]:
        """The paths that the metadata ignores; entries that are not text are skipped."""
        found = range(self.count("metadata", "ignore"))
        paths = (self.text("metadata", "ignore", index, "path") for index in found)
        return [path for path in paths if path]

    @property
    def environments(self) -> list[str] | None:
        """The environments that the metadata names; None for all."""
        if self.document.root.at("metadata", "environments") is None:
            return None
        found = range(self.count("metadata", "environments"))
        return [self.text("metadata", "environments", index) or "" for index in found]


def references(
    manifest: Manifest, scopes: Mapping[str, EnvironmentScope], today: date
) -> Iterator[Diagnostic]:
    """Unknown names in the metadata, and exemptions that ended before `today`."""
    yield from _environments(manifest, scopes)
    yield from _paths(manifest)
    yield from _expired(manifest, today)
    yield from _too_far_ahead(manifest, today)


def _environments(
    manifest: Manifest, scopes: Mapping[str, EnvironmentScope]
) -> Iterator[Diagnostic]:
    overrides = manifest.document.root.at("overrides")
    for name, node in (overrides.entries() if overrides else {}).items():
        if name not in scopes:
            yield error(
                "unknown-environment",
                f"unknown environment {name} in overrides",
                did_you_mean(name, scopes),
                source=manifest.document.key_range(node),
                address=manifest.address,
            )
    for index, name in enumerate(manifest.environments or ()):
        if name and name not in scopes:
            loc = ("metadata", "environments", index)
            summary = f"unknown environment {name}"
            yield manifest.problem("unknown-environment", summary, did_you_mean(name, scopes), loc)


def _paths(manifest: Manifest) -> Iterator[Diagnostic]:
    known = [*(row.path for row in manifest.kind.fields), STATUS]
    for index in range(manifest.count("metadata", "ignore")):
        loc = ("metadata", "ignore", index, "path")
        path = manifest.text(*loc)
        if path and not any(row == path or row.startswith(f"{path}.") for row in known):
            summary = f"{path} is not a field of {manifest.kind.kind}"
            yield manifest.problem("unknown-path", summary, did_you_mean(path, known), loc)


def _expired(manifest: Manifest, today: date) -> Iterator[Diagnostic]:
    for index in range(manifest.count("metadata", "ignore")):
        loc = ("metadata", "ignore", index)
        until = manifest.day(*loc, "until")
        if until is not None and until < today:
            yield manifest.problem(
                "expired",
                f"ignore of {manifest.text(*loc, 'path')} ended on {until}",
                "Remove the entry, or set a new end date.",
                (*loc, "until"),
            )


def _too_far_ahead(manifest: Manifest, today: date) -> Iterator[Diagnostic]:
    last = today + _LONGEST_ACCEPT
    for index in range(manifest.count("metadata", "accept")):
        loc = ("metadata", "accept", index)
        until = manifest.day(*loc, "until")
        if until is not None and until > last:
            yield manifest.problem(
                "too-far-ahead",
                f"accept of {manifest.text(*loc, 'gate')} ends on {until}, more than "
                f"{_LONGEST_ACCEPT.days} days ahead",
                f"Write {last} or an earlier day: it is for a change that is about to be applied.",
                (*loc, "until"),
            )


def target_of(manifest: Manifest, scope: EnvironmentScope) -> TargetScope | Diagnostic:
    """The manifest's target in an environment, or why there is none."""
    provider = manifest.kind.provider
    fitting = sorted(name for name, t in scope.targets.items() if t.provider == provider)
    loc = ("metadata", "target")
    name = manifest.text(*loc)
    if name is None:
        if len(fitting) == 1:
            return scope.targets[fitting[0]]
        summary = f"environment {scope.name} has {'several' if fitting else 'no'} {provider} target"
        detail = "List the environments of the campaign in metadata.environments."
        if fitting:
            summary += "s"
            detail = f"Name one in metadata.target: {', '.join(fitting)}."
        return manifest.problem("no-target", summary, detail, loc)
    target = scope.targets.get(name)
    if target is None:
        near = nearest(name, scope.targets)
        detail = f"Did you mean {near}?" if near else did_you_mean("", fitting)
        summary = f"unknown target {name} in environment {scope.name}"
        return manifest.problem("unknown-target", summary, detail, loc)
    if target.provider != provider:
        summary = f"target {target.name} of environment {scope.name} is a {target.provider} account"
        detail = f"{manifest.kind.kind} needs a {provider} target: {', '.join(fitting) or 'none'}."
        return manifest.problem("wrong-provider", summary, detail, loc)
    return target
