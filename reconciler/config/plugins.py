"""Providers that no built-in adapter knows: their plugins, and what those let a target say.

A plugin that is not there or does not load is told at its place, and keeps nobody from the rest of
the project. Nothing is looked for while every target names a built-in provider.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from reconciler.config.located import Report, TargetNode, reporter, target_nodes
from reconciler.diagnostics import Diagnostic
from reconciler.located_yaml.node import Document
from reconciler.located_yaml.problems import did_you_mean, dotted
from reconciler.providers.discovery import PluginProblem, load_plugin
from reconciler.providers.plugin import ProviderPlugin
from reconciler.resources.kinds import BUILT_IN

_AUTH = ("token", "clientId", "clientSecret", "apiKey", "subject", "jti")


@dataclass(frozen=True, slots=True)
class Plugins:
    """The plugins of a project by provider, and why the others cannot be used."""

    found: Mapping[str, ProviderPlugin] = field(default_factory=dict)
    problems: Mapping[str, Diagnostic] = field(default_factory=dict)


def find_plugins(document: Document) -> Plugins:
    """Load the plugins that a project file names; nothing is raised, whatever their code does."""
    report = reporter(document)
    found: dict[str, ProviderPlugin] = {}
    problems: dict[str, Diagnostic] = {}
    for target in _foreign(document):
        name = target.text("provider")
        if name in found or name in problems:
            continue
        try:
            found[name] = _apart(load_plugin(name), found)
        except PluginProblem as fault:
            place = (*target.loc, "provider")
            problems[name] = report("provider", str(fault), fault.detail, place)
    return Plugins(found, problems)


def check_plugins(document: Document, plugins: Plugins) -> Iterator[Diagnostic]:
    """What targets of plugins say that their plugin does not take, or leave out that it needs."""
    report = reporter(document)
    for target in _foreign(document):
        plugin = plugins.found.get(target.text("provider"))
        if plugin is not None:
            yield from _base_url(target, plugin, report)
            yield from _auth(target, plugin, report)
            yield from _options(target, plugin, report)
            yield from _marker(target, plugin, report)


def _foreign(document: Document) -> Iterator[TargetNode]:
    for target in target_nodes(document.root):
        if target.text("provider") not in ("", *BUILT_IN):
            yield target


def _apart(plugin: ProviderPlugin, others: Mapping[str, ProviderPlugin]) -> ProviderPlugin:
    taken = {kind.kind: other.name for other in others.values() for kind in other.kinds}
    for kind in plugin.kinds:
        if kind.kind in taken:
            raise PluginProblem(
                f"providers {taken[kind.kind]} and {plugin.name} both bring kind {kind.kind}",
                "One project cannot use both.",
            )
    return plugin


def _base_url(target: TargetNode, plugin: ProviderPlugin, report: Report) -> Iterator[Diagnostic]:
    given = target.node.get("baseUrl") is not None
    loc = (*target.loc, "baseUrl")
    if plugin.has_base_url and not given:
        yield report("missing-field", f"{dotted(loc)} is required", "", loc)
    elif given and not plugin.has_base_url:
        summary = f"{dotted(loc)} is not for {plugin.name} targets"
        yield report("not-on-target", summary, "", loc)


def _auth(target: TargetNode, plugin: ProviderPlugin, report: Report) -> Iterator[Diagnostic]:
    node = target.node.get("auth")
    given = {} if node is None else node.entries()
    for key in _AUTH:
        loc = (*target.loc, "auth", key)
        if key in plugin.auth and key not in given:
            yield report("missing-field", f"{dotted(loc)} is required", "", loc)
        elif key in given and key not in plugin.auth:
            summary = f"{dotted(loc)} is not how {plugin.name} targets sign in"
            yield report("auth", summary, "", loc)


def _options(target: TargetNode, plugin: ProviderPlugin, report: Report) -> Iterator[Diagnostic]:
    node = target.node.get("options")
    given = {} if node is None else node.entries()
    known = plugin.required_options | plugin.optional_options
    for key in sorted(plugin.required_options - set(given)):
        loc = (*target.loc, "options", key)
        yield report("missing-field", f"{dotted(loc)} is required", "", loc)
    for key in given:
        if key not in known:
            loc = (*target.loc, "options", key)
            summary = f"unknown key {dotted(loc)}"
            yield report("unknown-key", summary, did_you_mean(str(key), known), loc)


def _marker(target: TargetNode, plugin: ProviderPlugin, report: Report) -> Iterator[Diagnostic]:
    if target.text("marker") != "description":
        return
    for kind in plugin.kinds:
        if kind.field("description") is None:
            summary = f"{dotted((*target.loc, 'marker'))}: {kind.kind} has no description"
            yield report("not-on-target", summary, "", (*target.loc, "marker"))
