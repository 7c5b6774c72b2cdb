"""The providers that a project file names into their plugins.

A plugin that is missing or does not load is reported at its place; the rest of the project still
works. If every target names a built-in provider, no entry point is looked up.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from reconciler.config.located import reporter, target_nodes
from reconciler.diagnostics import Diagnostic
from reconciler.located_yaml.node import Document
from reconciler.providers.discovery import PluginProblem, built_in, load_plugin
from reconciler.providers.plugin import ProviderPlugin


@dataclass(frozen=True, slots=True)
class Plugins:
    """The plugins of a project by provider, and why other providers cannot be used."""

    found: Mapping[str, ProviderPlugin] = field(default_factory=dict)
    problems: Mapping[str, Diagnostic] = field(default_factory=dict)

    def known(self) -> tuple[ProviderPlugin, ...]:
        """The built-in plugins, then the others."""
        return tuple({one.name: one for one in (*built_in(), *self.found.values())}.values())

    def hosts(self) -> Mapping[str, tuple[str, ...]]:
        """The servers of each built-in or named vendor, the usual server first."""
        return {plugin.name: plugin.hosts for plugin in self.known()}


def find_plugins(document: Document) -> Plugins:
    """Load the plugins that a project file names; raises nothing, whatever their code does."""
    report = reporter(document)
    found: dict[str, ProviderPlugin] = {}
    problems: dict[str, Diagnostic] = {}
    for target in target_nodes(document.root):
        name = target.text("provider")
        if not name or name in found or name in problems:
            continue
        try:
            found[name] = _apart(load_plugin(name), found)
        except PluginProblem as fault:
            place = (*target.loc, "provider")
            problems[name] = report("provider", str(fault), fault.detail, place)
    return Plugins(found, problems)


def _apart(plugin: ProviderPlugin, others: Mapping[str, ProviderPlugin]) -> ProviderPlugin:
    taken = {kind.kind: other.name for other in others.values() for kind in other.kinds}
    for kind in plugin.kinds:
        if kind.kind in taken:
            raise PluginProblem(
                f"providers {taken[kind.kind]} and {plugin.name} both define kind {kind.kind}",
                "A project cannot use both.",
            )
    return plugin
