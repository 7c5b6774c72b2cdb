"""A third party's vendor as data: what an entry point of group `reconciler.providers` loads.

The entry point's name is the `provider:` of targets in the project file. How a plugin is written:
`examples/third-party-provider`; what its provider must do: `reconciler.providers.base`.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from reconciler.clock import Clock
from reconciler.providers.base import Provider
from reconciler.providers.credentials import Credential
from reconciler.resources.base import Kind
from reconciler.resources.capabilities import Capabilities
from reconciler.resources.kinds import KINDS

if TYPE_CHECKING:  # `validate` loads plugins, and has no use for an HTTP library
    from reconciler.providers.http import HttpClient

_NAME = re.compile(r"[a-z][a-z0-9]{0,31}")


@dataclass(frozen=True, slots=True, kw_only=True)
class PluginTarget:
    """One target of the project file, as a plugin's `build` gets it; every check is done."""

    name: str
    base_url: str
    """Without a slash at its end; "" for a plugin whose targets have none."""
    options: Mapping[str, str]
    credentials: Mapping[str, Credential]
    """By the key under `auth`."""
    connect: "Callable[[], HttpClient]"
    """The HTTP client to use for `base_url`: counted, rate-limited, bounded, and closed for you."""
    clock: Clock
    folder: Path
    """The project's, which relative paths in `options` begin at."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProviderPlugin:
    """One vendor: what the project file may say of it, its kinds, and how to build its provider."""

    name: str
    """Lower-case letters and digits; also the entry point's name."""
    kinds: tuple[Kind, ...]
    """Their `provider` is `name`, and their `type` begins with `name` and `_`."""
    capabilities: Capabilities
    build: Callable[[PluginTarget], Provider]
    """A target's provider; sends nothing. May raise `ReconcilerError`."""
    api: str = "v1"
    """The version that every target speaks: the first half of the field tables' tags."""
    has_base_url: bool = True
    auth: frozenset[str] = frozenset()
    """The keys of `auth` that a target needs: any of `token clientId clientSecret apiKey`."""
    required_options: frozenset[str] = frozenset()
    optional_options: frozenset[str] = field(default=frozenset())


def faults(plugin: ProviderPlugin) -> list[str]:
    """What keeps a plugin from being used: names that break the rules, or that are taken."""
    found = []
    if not _NAME.fullmatch(plugin.name):
        found.append(f"its name {plugin.name!r} is not made of lower-case letters and digits")
    if not plugin.kinds:
        found.append("it has no kinds")
    if plugin.capabilities.provider != plugin.name:
        found.append(f"its capabilities are those of {plugin.capabilities.provider}")
    for kind in plugin.kinds:
        if kind.provider != plugin.name:
            found.append(f"kind {kind.kind} names another provider, {kind.provider}")
        if not kind.type.startswith(f"{plugin.name}_"):
            found.append(f"type {kind.type} does not begin with {plugin.name}_")
        if any(kind.kind == other.kind or kind.type == other.type for other in KINDS):
            found.append(f"kind {kind.kind} is built in already")
        if kind.channel not in plugin.capabilities.channels:
            found.append(f"channel {kind.channel} is not one of its capabilities")
    return found
