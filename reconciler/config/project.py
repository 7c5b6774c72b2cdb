"""A project as frozen values: environments and their targets, with all defaults filled in.

Credentials are references here; `credential_values` resolves each just before it is needed.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Literal

from reconciler.config.plugins import Plugins
from reconciler.config.secrets import SecretRef
from reconciler.config.value_types import RateLimit
from reconciler.diagnostics import Diagnostic, SourceRange
from reconciler.manifests.scope import EnvironmentScope, TargetScope
from reconciler.plan.model import Safety, SendsOnWrite

DEFAULT_SUBJECT = SecretRef("text", "reconciler")


@dataclass(frozen=True, slots=True, kw_only=True)
class Auth:
    """One way to sign in: `token`, `client_id` with `client_secret`, or `api_key`."""

    token: SecretRef | None = None
    client_id: SecretRef | None = None
    client_secret: SecretRef | None = None
    subject: SecretRef = DEFAULT_SUBJECT
    jti: bool = False
    lifetime: timedelta | None = None
    api_key: SecretRef | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """Rule packs, and levels (`error`, `warning`, `off`) of single rules by id.

    No project file of this version can set any.
    """

    packs: tuple[str, ...] = ()
    rules: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """A vendor account of an environment.

    A text is "" if targets of the provider have no such key.
    """

    name: str
    provider: str
    title: str
    """The vendor's name, for sentences."""
    base_url: str
    api: str
    app_id: str
    path_id: str
    account_id: str
    auth: Auth
    message_encoding: str | None
    trigger_path: str
    sends_on_write: SendsOnWrite
    rate_limit: RateLimit
    max_wait: timedelta
    page_size: int | None
    """The rows of a page of a listing; None to learn it."""
    create_timeout: timedelta
    read_timeout: timedelta
    read_back: timedelta
    settle: timedelta
    absent_after: timedelta | None
    marker: str
    shared: bool
    options: Mapping[str, str] = field(default_factory=dict)
    """Options of a third-party provider."""
    safety: Safety = field(default_factory=Safety)
    policy: Policy = field(default_factory=Policy)
    source: SourceRange | None = None
    """Where the target is in the project file; the line itself is not shown."""


@dataclass(frozen=True, slots=True)
class Environment:
    """A named set of targets."""

    name: str
    targets: Mapping[str, Target]
    max_contacts: int | None = None
    """`maxContacts` of the environment itself, for all targets together; None for no such limit."""
    confirm: Literal["yes", "name"] = "yes"
    """What a person types at a terminal to approve: `yes`, or the environment's name."""

    def scope(self, project: str) -> EnvironmentScope:
        """The environment of a project, by its id, as manifests may know it."""
        targets = {
            target.name: TargetScope(target.name, target.provider, target.api, target.shared)
            for target in self.targets.values()
        }
        return EnvironmentScope(self.name, targets, project)


@dataclass(frozen=True, slots=True, kw_only=True)
class Project:
    """A project file, with absolute paths and all defaults filled in."""

    id: str
    """A UUID, in lower case; "" if the file has none."""
    root: Path
    path: Path
    manifests: tuple[str, ...]
    state: str
    """An absolute path, or a URL."""
    state_source: SourceRange | None = None
    """Where it is written; None for the default."""
    default_environment: str | None
    environments: Mapping[str, Environment]
    plan_expiry: timedelta
    safety: Safety
    policy: Policy = field(default_factory=Policy)
    plugins: Plugins = field(default_factory=Plugins)
    warnings: tuple[Diagnostic, ...] = ()
    """What the operator does not allow here, and what will therefore be refused when it is used."""

    def scopes(self) -> dict[str, EnvironmentScope]:
        """All environments, as manifests may know them."""
        return {name: environment.scope(self.id) for name, environment in self.environments.items()}
