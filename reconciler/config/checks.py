"""Rules between the keys of a project file, told at the place of the key that breaks them.

Works on located nodes, so that it has its say even when other keys are wrong. Never repeats a
value that could be a credential.
"""

import re
from collections.abc import Iterator, Mapping
from datetime import timedelta

from reconciler.config.hosts import host_of
from reconciler.config.located import Report, TargetNode, entries, reporter, target_nodes
from reconciler.config.sections import KORE_ONLY
from reconciler.diagnostics import Diagnostic, error
from reconciler.durations import parse_duration
from reconciler.located_yaml.node import Document, Node
from reconciler.located_yaml.problems import did_you_mean, dotted
from reconciler.resources.kinds import BUILT_IN

_LONGEST_WRITE = timedelta(seconds=150)
_NAME = re.compile(r"[A-Za-z0-9]([A-Za-z0-9_.-]{0,61}[A-Za-z0-9])?")
_ALL_NEED = ("baseUrl", "auth")
_KEYS: Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "": (_ALL_NEED, ()),
    "kore": ((*_ALL_NEED, "appId", "accountId"), ("options",)),
    "carecycle": (_ALL_NEED, (*KORE_ONLY, "options")),
}
"""By provider: the keys that it needs, and those that are for others. A plugin needs its own."""
_FAMILIES = {
    "token": ("kore", ("token",)),
    "clientId": ("kore", ("clientId", "clientSecret")),
    "clientSecret": ("kore", ("clientId", "clientSecret")),
    "apiKey": ("carecycle", ("apiKey",)),
}


def check_project(document: Document) -> Iterator[Diagnostic]:
    """Everything wrong between the keys of a project file; keys of plugins are for `plugins`."""
    report = reporter(document)
    targets = list(target_nodes(document.root))
    yield from _names(document, targets)
    yield from _default_environment(document.root, report)
    yield from _state(document.root, report)
    for target in targets:
        yield from _keys_of_provider(target, report)
        yield from _auth(target, report)
        yield from _timeouts(target, report)
    yield from _shared(targets, report)


def _names(document: Document, targets: list[TargetNode]) -> Iterator[Diagnostic]:
    environments = entries(document.root, "environments")
    named = [(name, node) for name, node in environments.items()]
    named += [(str(target.loc[-1]), target.node) for target in targets]
    for name, node in named:
        if not _NAME.fullmatch(name):
            summary = "write a name with 1 to 63 of A-Z, a-z, 0-9, - . and _"
            yield error("name", summary, source=document.key_range(node))


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
    scheme, separator, _ = node.value.partition("://")
    if separator and scheme not in ("s3", "gs", "az"):
        summary = "state must be a file's path, or a URL that begins with s3://, gs:// or az://"
        yield report("state", summary, "", ("state",))
    elif not separator and ".." in re.split(r"[/\\]", node.value):
        yield report("state", "state must not lead out of the project with ..", "", ("state",))


def _keys_of_provider(target: TargetNode, report: Report) -> Iterator[Diagnostic]:
    """Keys that a provider needs, and keys that are for others."""
    if not isinstance(target.node.value, dict):
        return
    provider, path = target.text("provider"), dotted(target.loc)
    needed, others = _KEYS.get(provider, ((), KORE_ONLY))
    for key in needed:
        if target.node.get(key) is None:
            whose = " for a kore target" if key in KORE_ONLY else ""
            summary = f"{path}.{key} is required{whose}"
            yield report("missing-field", summary, "", (*target.loc, key))
    for key in others:
        if target.node.get(key) is not None:
            whose = "kore" if key in KORE_ONLY else "plugins'"
            summary = f"{path}.{key} is for {whose} targets only"
            yield report("not-on-target", summary, "", (*target.loc, key))


def _auth(target: TargetNode, report: Report) -> Iterator[Diagnostic]:
    auth = target.node.get("auth")
    foreign = target.text("provider") not in ("", *BUILT_IN)
    if foreign or auth is None or not isinstance(auth.value, dict):
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


def _timeouts(target: TargetNode, report: Report) -> Iterator[Diagnostic]:
    """A write must end within the lease of 180 s, with 30 s to spare.

    See docs/concepts/at-most-one-create.md#the-lease.
    """
    node = target.node.at("timeouts", "create")
    given = parse_duration(node.value) if node and isinstance(node.value, str) else None
    if given is not None and given > _LONGEST_WRITE:
        loc = (*target.loc, "timeouts", "create")
        summary = f"{dotted(loc)} must be at most {_LONGEST_WRITE.total_seconds():.0f}s"
        yield report("timeout", summary, "A write must end well before its lease does.", loc)


def _shared(targets: list[TargetNode], report: Report) -> Iterator[Diagnostic]:
    """One account behind two environments, by accident: staging would then change production."""
    first: dict[tuple[str, str], TargetNode] = {}
    for target in targets:
        account = _account(target)
        if account is None:
            continue
        other = first.setdefault(account, target)
        agreed = other.shared and target.shared
        if other.environment != target.environment and not agreed:
            yield report(
                "shared-account",
                f"{dotted(target.loc)} is the same account as {dotted(other.loc)}",
                "If that is meant, both must say shared: true.",
                target.loc,
            )


def _account(target: TargetNode) -> tuple[str, str] | None:
    """Where an account is and what names it; None when the target does not say."""
    host, account = host_of(target.text("baseUrl")), target.text("accountId")
    provider = target.text("provider")
    if provider not in ("", *BUILT_IN):
        told = (target.node.get(key) for key in ("auth", "options"))
        return f"{provider} {host}", " ".join(str(node.value) for node in told if node is not None)
    if provider == "carecycle":
        key = target.node.at("auth", "apiKey")
        account = "" if key is None else str(key.value)
    return (host, account) if host and account else None
