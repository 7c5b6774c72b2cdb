"""The name of a provider into its plugin, built in or from an installed package.

A plugin is imported only when its name is requested.
"""

from importlib import import_module
from importlib.metadata import EntryPoint, entry_points

from reconciler.providers.plugin import ProviderPlugin
from reconciler.providers.plugin_rules import faults
from reconciler.resources.kinds import BUILT_IN
from reconciler.safe_text import safe_text

GROUP = "reconciler.providers"


class PluginProblem(Exception):
    """A provider's plugin cannot be used; `detail` says what to do about it."""

    def __init__(self, summary: str, detail: str) -> None:
        super().__init__(summary)
        self.detail = detail


def built_in() -> tuple[ProviderPlugin, ...]:
    """The plugins that come with this package, in the order of `BUILT_IN`."""
    return tuple(load_plugin(name) for name in BUILT_IN)


def installed() -> tuple[str, ...]:
    """The names that installed packages register, in order; imports none of them."""
    return tuple(sorted(entry_points(group=GROUP).names))


def origin(name: str) -> str:
    """The packages that register a provider, with their versions."""
    found = entry_points(group=GROUP, name=name)
    return ", ".join(
        sorted(
            f"{entry.dist.name} {entry.dist.version}" if entry.dist else entry.value
            for entry in found
        )
    )


def load_plugin(name: str) -> ProviderPlugin:
    """The plugin of a provider; raises `PluginProblem`.

    A built-in name always gives our own plugin, whatever packages register.
    """
    if name not in BUILT_IN:
        return load_installed(name)
    plugin: ProviderPlugin = import_module(f"reconciler.providers.{name}.plugin").PLUGIN
    return plugin


def load_installed(name: str) -> ProviderPlugin:
    """The plugin of an entry point; raises only `PluginProblem`, whatever its code does."""
    found = tuple(entry_points(group=GROUP, name=name))
    packages = ", ".join(sorted(_package(entry) for entry in found))
    if not found:
        known = ", ".join((*BUILT_IN, *installed()))
        raise PluginProblem(
            f"there is no provider {name}",
            f"Known providers: {known}. Install the package that has it.",
        )
    if name in BUILT_IN:
        raise PluginProblem(
            f"{packages} registers provider {name}, which is built in",
            "The package's provider is never used.",
        )
    if len(found) > 1:
        raise PluginProblem(
            f"several packages register provider {name}", f"Keep one of {packages}."
        )
    try:
        plugin = found[0].load()
        wrong = _wrong(plugin, name)
    except (Exception, SystemExit) as fault:  # whatever a third party's code may raise
        raise PluginProblem(
            f"provider {name} cannot be loaded: {type(fault).__name__}: {safe_text(str(fault))}",
            f"It comes from {packages}: reinstall that package, or report this to its author.",
        ) from fault
    if wrong or not isinstance(plugin, ProviderPlugin):
        raise PluginProblem(
            f"provider {name} cannot be used: {'; '.join(wrong)}",
            f"Report this to the author of {packages}.",
        )
    return plugin


def _wrong(plugin: object, name: str) -> list[str]:
    if not isinstance(plugin, ProviderPlugin):
        return ["its entry point is not a ProviderPlugin"]
    wrong = [] if plugin.name == name else [f"its name is {safe_text(plugin.name)}"]
    return wrong + faults(plugin)


def _package(entry: EntryPoint) -> str:
    return entry.dist.name if entry.dist is not None else entry.value
