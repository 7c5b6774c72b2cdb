"""List every provider by API version, with its abilities; sends nothing, needs no project."""

from dataclasses import dataclass

from reconciler.diagnostics import Diagnostic, error
from reconciler.providers import discovery
from reconciler.providers.plugin import ProviderPlugin
from reconciler.resources.capabilities import Capabilities
from reconciler.resources.tree import Tree

_BUILT_IN = "built in"


@dataclass(frozen=True, slots=True)
class ProviderRow:
    """One provider in one API version. `source` is `built in`, or the package that provides it."""

    api: str
    source: str
    capabilities: Capabilities

    def facts(self) -> Tree:
        """Its abilities, as JSON."""
        able = self.capabilities
        return {
            "provider": able.provider,
            "api": self.api,
            "source": self.source,
            "channels": [*able.channels],
            "create": str(able.create),
            "update": str(able.update),
            "delete": str(able.delete),
            "start": str(able.start),
            "stop": str(able.stop),
            "schedule": str(able.schedule),
            "contact_lists": str(able.contact_lists),
            "may_send_on_write": able.may_send_on_write,
            "requests_per_minute": able.requests_per_minute,
            "settle_seconds": able.settle,
            "notes": [*able.notes],
        }


def vendors() -> tuple[tuple[ProviderRow, ...], tuple[Diagnostic, ...]]:
    """All providers, plugins last, and why some installed plugins cannot be used."""
    rows = [row for plugin in discovery.built_in() for row in _rows(plugin, _BUILT_IN)]
    problems = []
    for name in discovery.installed():
        try:
            plugin = discovery.load_installed(name)
        except discovery.PluginProblem as problem:
            problems.append(error("provider", str(problem), problem.detail))
        else:
            rows += _rows(plugin, discovery.origin(name))
    return tuple(rows), tuple(problems)


def _rows(plugin: ProviderPlugin, source: str) -> list[ProviderRow]:
    return [ProviderRow(api, source, able) for api, able in plugin.apis.items()]
