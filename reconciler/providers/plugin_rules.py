"""A plugin into the reasons why it cannot be used: names that are invalid or taken."""

import re
from collections.abc import Iterator

from reconciler.providers.plugin import API_CHOICE, AUTH_KEYS, TARGET_KEYS, ProviderPlugin
from reconciler.resources.kinds import KINDS

_NAME = re.compile(r"[a-z][a-z0-9]{0,31}")


def faults(plugin: ProviderPlugin) -> list[str]:
    """All reasons, in words for the plugin's author."""
    return [*_names(plugin), *_kinds(plugin), *_keys(plugin)]


def _names(plugin: ProviderPlugin) -> Iterator[str]:
    if not _NAME.fullmatch(plugin.name):
        yield f"its name {plugin.name!r} must be lower-case letters and digits"
    if not plugin.kinds:
        yield "it has no kinds"
    for able in plugin.apis.values():
        if able.provider != plugin.name:
            yield f"its capabilities are those of {able.provider}"


def _kinds(plugin: ProviderPlugin) -> Iterator[str]:
    for kind in plugin.kinds:
        if kind.provider != plugin.name:
            yield f"kind {kind.kind} has another provider, {kind.provider}"
        if not kind.type.startswith(f"{plugin.name}_"):
            yield f"type {kind.type} does not begin with {plugin.name}_"
        others = (other for other in KINDS if other is not kind)
        if any(kind.kind == other.kind or kind.type == other.type for other in others):
            yield f"kind {kind.kind} is already built in"
        if any(kind.channel not in able.channels for able in plugin.apis.values()):
            yield f"channel {kind.channel} is not in its capabilities"


def _keys(plugin: ProviderPlugin) -> Iterator[str]:
    for key in sorted(plugin.keys.difference(TARGET_KEYS)):
        yield f"{key} is not a key of a target"
    if plugin.older_apis and set(plugin.apis) != set(API_CHOICE):
        yield f"a target can only choose between api {' and '.join(API_CHOICE)}"
    signs_in: set[str] = set()
    for way in plugin.sign_ins:
        for key in sorted((way.required | way.optional).difference(AUTH_KEYS)):
            yield f"{key} is not a key of auth"
        if not way.required or way.required & signs_in:
            yield "each way to sign in needs a key that no other way has"
        signs_in |= way.required
    for key in plugin.account_keys:
        if key not in {*plugin.required_keys, *(f"auth.{own}" for own in signs_in)}:
            yield f"{key} cannot identify the account: no target needs it"
