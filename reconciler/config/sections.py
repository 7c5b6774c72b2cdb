"""The shape of the project file as pydantic models: the type and limits of each key.

Rules between keys are in `checks`, so that they are reported even if another key is wrong.
"""

from datetime import timedelta
from typing import Annotated, Literal

from pydantic import ConfigDict, Field, StrictBool, StrictInt

from reconciler.config.proxy import NoCaFile, NoProxy
from reconciler.config.safety import Safety, SafetySection
from reconciler.config.value_types import (
    BaseUrl,
    Duration,
    Id,
    Label,
    Lifetime,
    PlainId,
    ProjectId,
    Provider,
    Rate,
    RateLimit,
    Secret,
    Text,
)
from reconciler.manifests.envelope import NotAvailable, Section
from reconciler.manifests.schema import model_schema
from reconciler.providers.discovery import built_in
from reconciler.providers.plugin import LARGEST_PAGE, TARGET_KEYS
from reconciler.resources.kinds import BUILT_IN
from reconciler.resources.tree import Tree

USUAL_SETTLE = timedelta(minutes=2)
"""How long to look for an unknown create, unless a plugin sets another time."""
_PLUGINS = built_in()
_HELP = {key: text for plugin in _PLUGINS for key, text in plugin.key_help.items()}
"""The meaning of target keys that belong to a single provider."""
_OWN_KEYS = [key for key in TARGET_KEYS if any(key in plugin.keys for plugin in _PLUGINS)]
_SETTLE = ", ".join(
    f"{plugin.capabilities.settle / 60:.0f}m on {plugin.title}"
    for plugin in _PLUGINS
    if plugin.capabilities.settle != USUAL_SETTLE.total_seconds()
)


class AuthSection(Section):
    """Credentials: a token, a client ID with its secret, or an API key."""

    token: Annotated[Secret | None, Field(description=_HELP["auth.token"])] = None
    client_id: Annotated[Id | None, Field(description=_HELP["auth.clientId"])] = None
    client_secret: Annotated[Secret | None, Field(description=_HELP["auth.clientSecret"])] = None
    subject: Annotated[Id | None, Field(description=_HELP["auth.subject"])] = None
    jti: Annotated[StrictBool | None, Field(description=_HELP["auth.jti"])] = None
    lifetime: Annotated[Lifetime | None, Field(description=_HELP["auth.lifetime"])] = None
    api_key: Annotated[Secret | None, Field(description=_HELP["auth.apiKey"])] = None


class TimeoutsSection(Section):
    """How long a request may take."""

    create: Annotated[Duration, Field(description="A create; default 60s.")] = timedelta(seconds=60)
    read: Annotated[Duration, Field(description="Any other request; default 30s.")] = timedelta(
        seconds=30
    )


class PolicySection(Section):
    """Rule packs, and the levels of individual rules."""

    packs: list[Text] | None = None
    rules: dict[str, Literal["error", "warning", "off"]] | None = None


class TargetSection(Section):
    """A vendor account."""

    # For editors; `target_rules` reports problems, and knows the keys of third-party plugins.
    model_config = ConfigDict(
        json_schema_extra={
            "if": {"properties": {"provider": {"enum": [*BUILT_IN]}}},
            "then": {"required": ["baseUrl", "auth"], "properties": {"options": False}},
            "else": {"properties": dict.fromkeys(_OWN_KEYS, False)},
        }
    )

    provider: Provider
    base_url: Annotated[
        BaseUrl | None,
        Field(
            description="https, except for this machine; the provider's host or an allowed host."
        ),
    ] = None
    auth: Annotated[
        AuthSection | None, Field(description="Where the credentials are; a single way to sign in.")
    ] = None
    api: Annotated[Literal["v1", "v2"], Field(description=_HELP["api"])] = "v2"
    app_id: Annotated[PlainId | None, Field(description=_HELP["appId"])] = None
    path_id: Annotated[PlainId | None, Field(description=_HELP["pathId"])] = None
    account_id: Annotated[Label | None, Field(description=_HELP["accountId"])] = None
    message_encoding: Annotated[
        Literal["plain", "base64", "base64-percent"] | None,
        Field(description=_HELP["messageEncoding"]),
    ] = None
    trigger_path: Annotated[
        Literal["trigger", "plain"], Field(description=_HELP["triggerPath"])
    ] = "trigger"
    sends_on_write: Annotated[
        Literal["possibly", "never"] | None,
        Field(
            description="Whether a create or an update may start sending; unset stops at a gate."
        ),
    ] = None
    rate_limit: Annotated[
        Rate, Field(description="The rate limit of this account; default 50/minute.")
    ] = RateLimit(50, 60)
    max_wait: Annotated[
        Duration,
        Field(description="The longest wait for the rate limit, by request; default 15m."),
    ] = timedelta(minutes=15)
    page_size: Annotated[
        StrictInt | None, Field(ge=1, le=LARGEST_PAGE, description=_HELP["pageSize"])
    ] = None
    timeouts: Annotated[TimeoutsSection, Field(description="How long a request may take.")] = (
        TimeoutsSection()
    )
    read_back: Annotated[
        Duration,
        Field(description="How long apply waits for its writes to become visible; default 60s."),
    ] = timedelta(seconds=60)
    settle: Annotated[
        Duration | None,
        Field(description=f"How long to look for an unknown create; default {_SETTLE}, else 2m."),
    ] = None
    absent_after: Annotated[
        Duration | None,
        Field(description="After this time, an unlisted create counts as not made; default never."),
    ] = None
    marker: Annotated[
        Literal["none", "description"],
        Field(description="description: write a marker into the description of each new campaign."),
    ] = "none"
    options: Annotated[
        dict[str, Text] | None, Field(description="Options for the provider of a plug-in.")
    ] = None
    shared: Annotated[
        StrictBool,
        Field(description="Allows environments to share this account; set it on each."),
    ] = False
    proxy: NoProxy = None
    ca_file: NoCaFile = None
    safety: Safety = SafetySection()
    policy: NotAvailable[PolicySection] = None


class EnvironmentSection(Section):
    """A named set of targets."""

    targets: Annotated[
        dict[str, TargetSection],
        Field(min_length=1, description="Accounts, by the names you give them."),
    ]
    confirm: Annotated[
        Literal["yes", "name"],
        Field(description="What a person types to approve: yes, or the environment's name."),
    ] = "yes"
    safety: Safety = SafetySection()
    policy: NotAvailable[PolicySection] = None


class ProjectSection(Section):
    """The reconciler project file."""

    api_version: Annotated[Literal["reconciler/v1"], Field(description="The format of this file.")]
    kind: Annotated[Literal["Project"], Field(description="The kind of this file.")]
    project: Annotated[
        ProjectId | None,
        Field(description="A UUID of this project alone, for its markers; init writes one."),
    ] = None
    manifests: Annotated[
        list[Text], Field(min_length=1, description="Folders or files with manifests.")
    ] = ["campaigns"]  # noqa: RUF012 - pydantic copies it
    state: Annotated[
        Text, Field(description="A SQLite file, or an s3://, gs:// or az:// URL for teams.")
    ] = ".reconciler/state.db"
    default_environment: Annotated[
        Text | None,
        Field(description="Used if no environment is chosen; optional if there is only one."),
    ] = None
    environments: Annotated[
        dict[str, EnvironmentSection],
        Field(min_length=1, description="Named sets of targets, such as staging and production."),
    ]
    safety: Safety = SafetySection()
    policy: NotAvailable[PolicySection] = None
    plan_expiry: Annotated[
        Duration, Field(description="How long a saved plan stays valid; default 24h.")
    ] = timedelta(hours=24)


def project_schema() -> Tree:
    """The JSON Schema of a project file, for editors."""
    return model_schema(ProjectSection, "reconciler project file")
