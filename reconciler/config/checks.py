"""Rules between the keys of a project file, told at the place of the key that breaks them.

Works on located nodes, so that it has its say even when other keys are wrong. Never repeats a
value that could be a credential.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from reconciler.config.hosts import host_of
from reconciler.diagnostics import Diagnostic, error
from reconciler.manifests.node import Document, Loc, Node
from reconciler.manifests.problems import did_you_mean, dotted

_NAME = re.compile(r"[A-Za-z0-9]([A-Za-z0-9_.-]{0,61}[A-Za-z0-9])?")
_KORE_ONLY = ("api", "appId", "pathId", "accountId", "messageEncoding", "triggerPath")
_FAMILIES = {
    "token": ("kore", ("token",)),
    "clientId": ("kore", ("clientId", "clientSecret")),
    "clientSecret": ("kore", ("clientId", "clientSecret")),
    "apiKey": ("carecycle", ("apiKey",)),
}


@dataclass(frozen=True, slots=True)
class _Target:
    """A target of the file, as it is written."""

    loc: Loc
    node: Node

    @property
    def environment(self) -> str:
        return str(self.loc[1])

    @property
    def shared(self) -> bool:
        child = self.node.get("shared")
        return child is not None and child.value is True

    def text(self, key: str) -> str:
        child = self.node.get(key)
        return child.value if child is not None and isinstance(child.value, str) else ""


Report = Callable[[str, str, str, Loc], Diagnostic]


def check(document: Document) -> Iterator[Diagnostic]:
    """Everything wrong between the keys of a project file."""

    def report(code: str, summary: str, detail: str, loc: Loc) -> Diagnostic:
        node, found = document.root.nearest(loc)
        place = document.value_range(node) if found == len(loc) else document.key_range(node)
        return error(code, summary, detail, source=place)

    targets = list(_targets(document.root))
    yield from _names(document, targets)
    yield from _default_environment(document.root, report)
    yield from _state(document.root, report)
    for target in targets:
        yield from _keys_of_provider(target, report)
        yield from _auth(target, report)
    yield from _shared(targets, report)


def _targets(root: Node) -> Iterator[_Target]:
    for environment, node in _entries(root, "environments").items():
        for name, target in _entries(node, "targets").items():
            yield _Target(("environments", environment, "targets", name), target)


def _entries(node: Node, key: str) -> dict[str, Node]:
    child = node.get(key)
    return {} if child is None else dict(child.entries())


def _names(document: Document, targets: list[_Target]) -> Iterator[Diagnostic]:
    environments = _entries(document.root, "environments")
    named = [(name, node) for name, node in environments.items()]
    named += [(str(target.loc[-1]), target.node) for target in targets]
    for name, node in named:
        if not _NAME.fullmatch(name):
            summary = "write a name with 1 to 63 of A-Z, a-z, 0-9, - . and _"
            yield error("name", summary, source=document.key_range(node))


def _default_environment(root: Node, report: Report) -> Iterator[Diagnostic]:
    node = root.get("defaultEnvironment")
    known = _entries(root, "environments")
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
    scheme, separator, _ = node.value.partition("://")
    if separator and scheme not in ("s3", "gs", "az"):
        summary = "state must be a file's path, or a URL that begins with s3://, gs:// or az://"
        yield report("state", summary, "", ("state",))
    elif not separator and ".." in re.split(r"[/\\]", node.value):
        yield report("state", "state must not lead out of the project with ..", "", ("state",))


def _keys_of_provider(target: _Target, report: Report) -> Iterator[Diagnostic]:
    provider = target.text("provider")
    path = dotted(target.loc)
    if provider == "kore":
        for key in ("appId", "accountId"):
            if target.node.get(key) is None and target.node.entries():
                summary = f"{path}.{key} is required for a kore target"
                yield report("missing-field", summary, "", (*target.loc, key))
    elif provider == "carecycle":
        for key in _KORE_ONLY:
            if target.node.get(key) is not None:
                summary = f"{path}.{key} is for kore targets only"
                yield report("not-on-target", summary, "", (*target.loc, key))


def _auth(target: _Target, report: Report) -> Iterator[Diagnostic]:
    auth = target.node.get("auth")
    if auth is None or not isinstance(auth.value, dict):
        return
    loc = (*target.loc, "auth")
    path = dotted(loc)
    families = {_FAMILIES[key] for key in auth.entries() if key in _FAMILIES}
    if len(families) != 1:
        summary = f"{path} needs exactly one of token, clientId with clientSecret, or apiKey"
        yield report("auth", summary, "", loc)
        return
    ((provider, keys),) = families
    for key in keys:
        if auth.get(key) is None:
            yield report("missing-field", f"{path}.{key} is required", "", (*loc, key))
    if "clientSecret" not in keys:
        for key in ("subject", "jti"):
            if auth.get(key) is not None:
                summary = f"{path}.{key} goes with clientId and clientSecret only"
                yield report("auth", summary, "", (*loc, key))
    if target.text("provider") not in ("", provider):
        yield report("auth", f"{path}: {keys[0]} is how {provider} targets sign in", "", loc)


def _shared(targets: list[_Target], report: Report) -> Iterator[Diagnostic]:
    """One account behind two environments, by accident: staging would then change production."""
    first: dict[tuple[str, str], _Target] = {}
    for target in targets:
        account = target.text("accountId")
        if target.text("provider") == "carecycle":
            key = target.node.at("auth", "apiKey")
            account = "" if key is None else str(key.value)
        host = host_of(target.text("baseUrl"))
        if not account or not host:
            continue
        other = first.setdefault((host, account), target)
        agreed = other.shared and target.shared
        if other.environment != target.environment and not agreed:
            yield report(
                "shared-account",
                f"{dotted(target.loc)} is the same account as {dotted(other.loc)}",
                "If that is meant, both must say shared: true.",
                target.loc,
            )
