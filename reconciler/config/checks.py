"""Rules between the keys of a project file, reported at the key that breaks them.

Works on located nodes, so that it also runs when other keys are wrong. Never repeats a value that
could be a credential. The rules of a single target are in `target_rules`.
"""

import re
from collections.abc import Iterator
from datetime import timedelta

from reconciler.clock import SystemClock
from reconciler.config.hosts import host_of
from reconciler.config.located import Report, TargetNode, entries, reporter, target_nodes
from reconciler.config.plugins import Plugins
from reconciler.config.target_rules import check_target
from reconciler.diagnostics import Diagnostic, error
from reconciler.durations import parse_duration
from reconciler.ledger.open import is_plain_location
from reconciler.located_yaml.node import Document, Node
from reconciler.located_yaml.problems import dotted
from reconciler.providers.plugin import ProviderPlugin
from reconciler.suggestions import did_you_mean

_LONGEST_WRITE = timedelta(seconds=150)
_NAME = re.compile(r"[A-Za-z0-9]([A-Za-z0-9_.-]{0,61}[A-Za-z0-9])?")
NAME_RULE = "a name must be 1 to 63 characters of A-Z, a-z, 0-9, -, . and _"
"""Of environments and targets."""


def is_name(text: str) -> bool:
    """Whether an environment or a target may have this name."""
    return _NAME.fullmatch(text) is not None


def check_project(document: Document, plugins: Plugins) -> Iterator[Diagnostic]:
    """Every rule between keys that a project file breaks."""
    report = reporter(document)
    targets = list(target_nodes(document.root))
    yield from _names(document, targets)
    yield from _default_environment(document.root, report)
    yield from _state(document.root, report)
    yield from _manifests(document.root, report)
    for target in targets:
        yield from check_target(target, plugins.found.get(target.text("provider")), report)
        yield from _timeouts(target, report)
    yield from _shared(targets, plugins, report)
    yield from _marks(document.root, targets, report)


def _names(document: Document, targets: list[TargetNode]) -> Iterator[Diagnostic]:
    environments = entries(document.root, "environments")
    named = [(name, node) for name, node in environments.items()]
    named += [(str(target.loc[-1]), target.node) for target in targets]
    for name, node in named:
        if not is_name(name):
            yield error("name", NAME_RULE, source=document.key_range(node))


def _default_environment(root: Node, report: Report) -> Iterator[Diagnostic]:
    node = root.get("defaultEnvironment")
    known = entries(root, "environments")
    if node is not None and isinstance(node.value, str) and node.value not in known:
        yield report(
            "unknown-environment",
            f"defaultEnvironment: there is no environment {node.value}",
            did_you_mean(node.value, known),
            ("defaultEnvironment",),
        )


def _state(root: Node, report: Report) -> Iterator[Diagnostic]:
    node = root.get("state")
    if node is None or not isinstance(node.value, str):
        return
    scheme, separator, place = node.value.partition("://")
    if separator and scheme not in ("s3", "gs", "az"):
        summary = "state must be a file path, or a URL that begins with s3://, gs:// or az://"
        yield report("state", summary, "", ("state",))
    elif separator and not is_plain_location(place):
        summary = "state must be a bucket and a prefix, without .., escapes, credentials or a query"
        yield report("state", summary, "", ("state",))
    elif not separator and ".." in node.value.replace("\\", "/").split("/"):
        yield report("state", "state must not leave the project with ..", "", ("state",))


def _manifests(root: Node, report: Report) -> Iterator[Diagnostic]:
    node = root.get("manifests")
    paths = node.value if node is not None and isinstance(node.value, list) else []
    if "-" in paths:
        # A run would wait for input that nobody gives.
        summary = "manifests must be files and folders; standard input is for --manifests -"
        yield report("manifests", summary, "", ("manifests", paths.index("-")))


def _timeouts(target: TargetNode, report: Report) -> Iterator[Diagnostic]:
    """A write must end within the lease of 180 s, with 30 s to spare.

    See docs/concepts/at-most-one-create.md#the-lease.
    """
    node = target.node.at("timeouts", "create")
    given = parse_duration(node.value) if node and isinstance(node.value, str) else None
    if given is not None and given > _LONGEST_WRITE:
        loc = (*target.loc, "timeouts", "create")
        summary = f"{dotted(loc)} must be at most {_LONGEST_WRITE.total_seconds():.0f}s"
        yield report("timeout", summary, "A write must end well before its lease expires.", loc)


def _shared(targets: list[TargetNode], plugins: Plugins, report: Report) -> Iterator[Diagnostic]:
    """An account used by two environments by accident: staging would then change production."""
    first: dict[tuple[str, str], TargetNode] = {}
    for target in targets:
        account = _account(target, plugins.found.get(target.text("provider")))
        if account is None:
            continue
        other = first.setdefault(account, target)
        agreed = other.shared and target.shared
        if other.environment != target.environment and not agreed:
            yield report(
                "shared-account",
                f"{dotted(target.loc)} is the same account as {dotted(other.loc)}",
                "If this is intended, set shared: true on both.",
                target.loc,
            )


def _marks(root: Node, targets: list[TargetNode], report: Report) -> Iterator[Diagnostic]:
    """A marker names the project, so the project needs an id; one error, at the first target."""
    marking = [target for target in targets if target.text("marker") == "description"]
    if marking and root.get("project") is None:
        loc = (*marking[0].loc, "marker")
        yield report(
            "missing-field",
            f"{dotted(loc)} needs the id of this project",
            f"Add this line at the top of the file: project: {SystemClock().new_id()}",
            loc,
        )


def _account(target: TargetNode, plugin: ProviderPlugin | None) -> tuple[str, str] | None:
    """An account's server and the keys that identify it; None when the target lacks them."""
    provider = target.text("provider")
    if not provider:
        return None
    named_by = plugin.account_keys if plugin is not None else ()
    nodes = [target.node.at(*key.split(".")) for key in named_by or ("auth", "options")]
    keys = [str(node.value) for node in nodes if node is not None and node.value not in ("", None)]
    if len(keys) < len(named_by):
        return None
    return f"{provider} {host_of(target.text('baseUrl'))}", " ".join(keys)
