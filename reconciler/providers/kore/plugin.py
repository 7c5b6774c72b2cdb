"""Kore.ai as a plugin: the keys of its targets, and how its provider is built."""

from reconciler.providers.base import Provider
from reconciler.providers.credentials import Credential
from reconciler.providers.kore.api import KoreSettings, capabilities
from reconciler.providers.kore.sample import SAMPLE
from reconciler.providers.plugin import PluginTarget, ProviderPlugin, SignIn
from reconciler.resources.kore import KORE_SMS, KORE_VOICE


def _build(target: PluginTarget) -> Provider:
    from reconciler.providers.kore.provider import KoreProvider

    settings = KoreSettings(
        base_url=target.base_url,
        api=target.api,
        app_id=target.keys["appId"],
        path_id=target.keys.get("pathId") or target.keys["appId"],
        account_id=target.keys["accountId"],
        message_encoding=target.keys.get("messageEncoding"),
        trigger_path=target.keys["triggerPath"],
    )
    return KoreProvider(target.name, settings, target.connect(), _credential(target))


def _credential(target: PluginTarget) -> Credential:
    from reconciler.providers.kore.auth import signed

    given = target.credentials
    if "token" in given:
        return given["token"]
    return signed(
        given["clientId"],
        given["clientSecret"],
        subject=given["subject"].supply(),
        jti=target.jti,
        lifetime=target.lifetime,
        clock=target.clock,
    )


PLUGIN = ProviderPlugin(
    name="kore",
    title="Kore.ai",
    kinds=(KORE_SMS, KORE_VOICE),
    capabilities=capabilities("v2"),
    build=_build,
    api="v2",
    older_apis={"v1": capabilities("v1")},
    hosts=("platform.kore.ai", "kore.ai", "*.kore.ai"),
    auth=(
        SignIn(frozenset({"token"})),
        SignIn(frozenset({"clientId", "clientSecret"}), frozenset({"subject", "jti", "lifetime"})),
    ),
    required_keys=frozenset({"appId", "accountId"}),
    optional_keys=frozenset({"pathId", "messageEncoding", "triggerPath", "pageSize"}),
    account_keys=("accountId",),
    credential_names=("KORE_*",),
    key_help={
        "api": "Kore.ai: the version of its API.",
        "appId": "Kore.ai: the id of the app; the header iid.",
        "pathId": "Kore.ai: the id in paths, if it is not appId.",
        "accountId": "Kore.ai: the account.",
        "auth.token": "Kore.ai: a ready-made JWT.",
        "auth.clientId": "Kore.ai: the client ID in the signed token.",
        "auth.clientSecret": "Kore.ai: signs the token; needs clientId.",
        "auth.subject": "Kore.ai: the signed token's sub; default reconciler.",
        "auth.jti": "Kore.ai: whether each signed token has a new id (jti).",
        "auth.lifetime": "Kore.ai: how long a signed token is valid; default: no end.",
        "messageEncoding": "Kore.ai: how message texts are sent; default: as in its samples.",
        "pageSize": "Kore.ai: campaigns on one page of a listing; default: found out.",
        "triggerPath": "Kore.ai v2: which of two documented paths starts and stops campaigns.",
    },
    sample=SAMPLE,
)
