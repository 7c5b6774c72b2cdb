"""Checks the keys of a target in a project file against those that its provider accepts.

Works on located nodes. The rules are the same for all providers; each plugin defines its keys.
"""

from collections.abc import Iterator

from reconciler.config.located import Report, TargetNode
from reconciler.diagnostics import Diagnostic
from reconciler.located_yaml.node import Loc
from reconciler.located_yaml.problems import dotted
from reconciler.providers.discovery import built_in
from reconciler.providers.plugin import AUTH_KEYS, LARGEST_PAGE, TARGET_KEYS, ProviderPlugin, SignIn
from reconciler.resources.kinds import BUILT_IN
from reconciler.suggestions import did_you_mean

_Ways = tuple[tuple[str, SignIn], ...]
"""Ways to sign in, each with the name of its provider."""


def check_target(
    target: TargetNode, plugin: ProviderPlugin | None, report: Report
) -> Iterator[Diagnostic]:
    """Missing keys, and keys of other providers; `plugin` is None if it did not load."""
    if not isinstance(target.node.value, dict):
        return
    if plugin is None and target.text("provider"):
        yield from _foreign_keys(target, frozenset(), report)
        return
    ways = _ways(plugin)
    yield from _required_keys(target, plugin, ways, report)
    if plugin is not None:
        yield from _foreign_keys(target, plugin.keys, report)
    yield from _auth(target, plugin, ways, report)
    if plugin is not None:
        yield from _options(target, plugin, report)
        yield from _marker(target, plugin, report)
        yield from _page_size(target, plugin, report)


def _ways(plugin: ProviderPlugin | None) -> _Ways:
    """The ways to sign in that a target may mean; people mix up those of built-in providers."""
    foreign = plugin is not None and plugin.name not in BUILT_IN
    plugins = (plugin,) if plugin is not None and foreign else built_in()
    return tuple((owner.name, way) for owner in plugins for way in owner.sign_ins)


def _required_keys(
    target: TargetNode, plugin: ProviderPlugin | None, ways: _Ways, report: Report
) -> Iterator[Diagnostic]:
    has_base_url = plugin is None or plugin.has_base_url
    base_url = (*target.loc, "baseUrl")
    if has_base_url and target.node.get("baseUrl") is None:
        yield _missing(base_url, report)
    elif plugin is not None and not has_base_url and target.node.get("baseUrl") is not None:
        summary = f"{dotted(base_url)} is not for {plugin.name} targets"
        yield report("not-on-target", summary, "", base_url)
    if len(ways) > 1 and target.node.get("auth") is None:
        yield _missing((*target.loc, "auth"), report)
    for key in TARGET_KEYS:
        if plugin is not None and key in plugin.required_keys and target.node.get(key) is None:
            yield _missing((*target.loc, key), report, f" for a {plugin.name} target")


def _missing(loc: Loc, report: Report, whose: str = "") -> Diagnostic:
    return report("missing-field", f"{dotted(loc)} is required{whose}", "", loc)


def _foreign_keys(
    target: TargetNode, taken: frozenset[str], report: Report
) -> Iterator[Diagnostic]:
    for key in TARGET_KEYS:
        if key not in taken and target.node.get(key) is not None:
            loc = (*target.loc, key)
            owners = " and ".join(plugin.name for plugin in built_in() if key in plugin.keys)
            summary = f"{dotted(loc)} is only for {owners} targets"
            yield report("not-on-target", summary, "", loc)


def _auth(
    target: TargetNode, plugin: ProviderPlugin | None, ways: _Ways, report: Report
) -> Iterator[Diagnostic]:
    node, loc = target.node.get("auth"), (*target.loc, "auth")
    given = {} if node is None else node.entries()
    if len(ways) > 1 and (node is None or not isinstance(node.value, dict)):
        return
    tried = ways if len(ways) == 1 else tuple(way for way in ways if way[1].required & given.keys())
    if ways and len(tried) != 1:
        yield report("auth", f"{dotted(loc)} needs exactly one of {_listed(ways)}", "", loc)
        return
    owner, way = tried[0] if tried else ("", SignIn(frozenset()))
    for key in AUTH_KEYS:
        if key in way.required and key not in given:
            yield _missing((*loc, key), report)
        elif key in given and key not in way.required | way.optional:
            summary = f"{dotted((*loc, key))} {_misplaced(key, target, ways)}"
            yield report("auth", summary, "", (*loc, key))
    if plugin is not None and owner not in ("", plugin.name):
        summary = f"{dotted(loc)}: {way.needs()[0]} is for {owner} targets"
        yield report("auth", summary, "", loc)


def _listed(ways: _Ways) -> str:
    *first, last = (" with ".join(way.needs()) for _, way in ways)
    return f"{', '.join(first)}, or {last}"


def _misplaced(key: str, target: TargetNode, ways: _Ways) -> str:
    for _, way in ways:
        if key in way.optional:
            return f"can only be used with {' and '.join(way.needs())}"
    return f"is not for {target.text('provider')} targets"


def _options(target: TargetNode, plugin: ProviderPlugin, report: Report) -> Iterator[Diagnostic]:
    loc = (*target.loc, "options")
    node = target.node.get("options")
    if plugin.name in BUILT_IN:
        if node is not None:
            summary = f"{dotted(loc)} is only for targets of plugins"
            yield report("not-on-target", summary, "", loc)
        return
    given = {} if node is None else node.entries()
    known = plugin.required_options | plugin.optional_options
    for key in sorted(plugin.required_options - set(given)):
        yield _missing((*loc, key), report)
    for key in given:
        if key not in known:
            summary = f"unknown key {dotted((*loc, key))}"
            yield report("unknown-key", summary, did_you_mean(str(key), known), (*loc, key))


def _marker(target: TargetNode, plugin: ProviderPlugin, report: Report) -> Iterator[Diagnostic]:
    if target.text("marker") != "description":
        return
    for kind in plugin.kinds:
        if kind.field("description") is None:
            summary = f"{dotted((*target.loc, 'marker'))}: {kind.kind} has no description"
            yield report("not-on-target", summary, "", (*target.loc, "marker"))


def _page_size(target: TargetNode, plugin: ProviderPlugin, report: Report) -> Iterator[Diagnostic]:
    node = target.node.get("pageSize")
    given = node.value if node is not None and isinstance(node.value, int) else 0
    if plugin.largest_page < given <= LARGEST_PAGE:
        loc = (*target.loc, "pageSize")
        summary = f"{dotted(loc)} is at most {plugin.largest_page} for {plugin.name} targets"
        yield report("page-size", summary, "", loc)
