"""A vendor as data: what the project file may say of it, its kinds, and how to build its provider.

Built-in vendors and those of third parties give the same value, a `ProviderPlugin`. Built-in ones
stand in `providers/<name>/plugin.py`; a third party registers an entry point of group
`reconciler.providers`. Its name is the `provider:` of targets in the project file. How a plugin is
written: `examples/third-party-provider`; what its provider must do: `reconciler.providers.base`.

A module with a plugin imports no HTTP library and no library for tokens: `build` does.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from reconciler.clock import Clock
from reconciler.providers.base import Provider
from reconciler.providers.credentials import Credential
from reconciler.resources.base import Kind
from reconciler.resources.capabilities import Capabilities

if TYPE_CHECKING:  # `validate` loads plugins, and has no use for an HTTP library
    from reconciler.providers.http import HttpClient

TARGET_KEYS = ("api", "appId", "pathId", "accountId", "messageEncoding", "triggerPath")
"""The keys of a target that some providers take and others do not."""
API_CHOICE = ("v1", "v2")
"""What a target may say under `api`."""
AUTH_KEYS = ("token", "clientId", "clientSecret", "subject", "jti", "apiKey")
"""The keys of `auth`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PluginTarget:
    """One target of the project file, as a plugin's `build` gets it; every check is done."""

    name: str
    base_url: str
    """Without a slash at its end; "" for a plugin whose targets have none."""
    options: Mapping[str, str]
    credentials: Mapping[str, Credential]
    """By the key under `auth`, all but `jti`."""
    connect: "Callable[[], HttpClient]"
    """The HTTP client to use for `base_url`: counted, rate-limited, bounded, and closed for you."""
    clock: Clock
    folder: Path
    """The project's, which relative paths in `options` begin at."""
    api: str = "v1"
    """The version to speak: one of the plugin's `apis`."""
    keys: Mapping[str, str] = field(default_factory=dict)
    """What the target says under the plugin's `required_keys` and `optional_keys`."""
    jti: bool = False
    """Whether `auth` asks for a fresh token with every request."""


@dataclass(frozen=True, slots=True)
class SignIn:
    """One way to sign in: the keys of `auth` that it needs, and those that may go with them."""

    required: frozenset[str]
    optional: frozenset[str] = frozenset()

    def needs(self) -> tuple[str, ...]:
        """The required keys in the order in which people write them."""
        return tuple(key for key in AUTH_KEYS if key in self.required)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """What `init` writes to begin with: one target, and one manifest for it."""

    target_name: str
    target: str
    """YAML that stands below the target's name, not indented."""
    manifest_name: str
    manifest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ProviderPlugin:
    """One vendor: what the project file may say of it, its kinds, and how to build its provider.

    Third parties use `options` for what only their targets have: the published schema lets editors
    offer `required_keys`, `optional_keys` and `api` for built-in providers only.
    """

    name: str
    """Lower-case letters and digits; also the entry point's name."""
    title: str = ""
    """The vendor's name in sentences; empty for one that is called `name`."""
    kinds: tuple[Kind, ...]
    """Their `provider` is `name`, and their `type` begins with `name` and `_`."""
    capabilities: Capabilities
    """What `api` can do."""
    build: Callable[[PluginTarget], Provider]
    """A target's provider; sends nothing. May raise `ReconcilerError`."""
    api: str = "v1"
    """The version that a target speaks, the first half of the field tables' tags."""
    older_apis: Mapping[str, Capabilities] = field(default_factory=dict)
    """Further versions and what they can do: with `api` exactly the `API_CHOICE`, or none."""
    has_base_url: bool = True
    hosts: tuple[str, ...] = ()
    """The vendor's servers, which a project file may name; the usual one first.

    `*.` at the beginning stands for every name below.
    """
    auth: frozenset[str] | tuple[SignIn, ...] = frozenset()
    """The keys of `auth` that a target needs, or several ways to sign in of which it takes one."""
    required_keys: frozenset[str] = frozenset()
    """Those of `TARGET_KEYS` that a target needs."""
    optional_keys: frozenset[str] = frozenset()
    """Those of `TARGET_KEYS` that a target may have."""
    required_options: frozenset[str] = frozenset()
    optional_options: frozenset[str] = field(default=frozenset())
    account_keys: tuple[str, ...] = ()
    """What names the account at a server, such as `accountId` or `auth.apiKey`.

    Empty when everything under `auth` and `options` does.
    """
    key_help: Mapping[str, str] = field(default_factory=dict)
    """What keys mean here, for the published schema: by `appId`, or `auth.token`."""
    sample: Sample | None = None

    @property
    def apis(self) -> Mapping[str, Capabilities]:
        """What each version can do; the one that targets speak by default is the last."""
        return {**self.older_apis, self.api: self.capabilities}

    @property
    def keys(self) -> frozenset[str]:
        """Those of `TARGET_KEYS` that a target may have."""
        choice = {"api"} if self.older_apis else set()
        return self.required_keys | self.optional_keys | choice

    @property
    def sign_ins(self) -> tuple[SignIn, ...]:
        """The ways to sign in; none where there is nothing to sign in to."""
        if isinstance(self.auth, tuple):
            return self.auth
        return (SignIn(self.auth),) if self.auth else ()
