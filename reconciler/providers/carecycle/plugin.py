"""CareCycle as a plugin: the keys of its targets, and how its provider is built."""

from reconciler.providers.base import Provider
from reconciler.providers.carecycle.api import API, CAPABILITIES, CareCycleSettings
from reconciler.providers.carecycle.sample import SAMPLE
from reconciler.providers.plugin import PluginTarget, ProviderPlugin
from reconciler.resources.carecycle import CARECYCLE


def _build(target: PluginTarget) -> Provider:
    from reconciler.providers.carecycle.provider import CareCycleProvider

    settings = CareCycleSettings(base_url=target.base_url)
    return CareCycleProvider(target.name, settings, target.connect(), target.credentials["apiKey"])


PLUGIN = ProviderPlugin(
    name="carecycle",
    title="CareCycle",
    kinds=(CARECYCLE,),
    capabilities=CAPABILITIES,
    build=_build,
    api=API,
    hosts=("api.carecycle.ai",),
    auth=frozenset({"apiKey"}),
    optional_keys=frozenset({"pageSize"}),
    usual_page=100,
    largest_page=100,  # docs/vendors/carecycle.md 4
    account_keys=("auth.apiKey",),  # a key gives access to exactly one client
    credential_names=("CARECYCLE_*",),
    key_help={"auth.apiKey": "CareCycle's API key."},
    sample=SAMPLE,
)
