"""A vendor as data: its keys in the project file, its kinds, and how to build its provider.

Built-in vendors and third parties use the same value, a `ProviderPlugin`. Built-in plugins are in
`providers/<name>/plugin.py`; a third party registers an entry point of group
`reconciler.providers`. Its name is the `provider:` of targets in the project file. For how to write
a plugin, see `examples/third-party-provider`; for the duties of its provider,
`reconciler.providers.base`.

A plugin's module must not import an HTTP library or a library for tokens: `build` does.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from reconciler.clock import Clock
from reconciler.providers.base import Provider
from reconciler.providers.credentials import Credential
from reconciler.resources.base import Kind
from reconciler.resources.capabilities import Capabilities

if TYPE_CHECKING:  # `validate` loads plugins, but needs no HTTP library
    from reconciler.providers.http import HttpClient

TARGET_KEYS = (
    *("api", "appId", "pathId", "accountId", "messageEncoding", "triggerPath"),
    "pageSize",
)
"""The keys of a target that only some providers accept."""
LARGEST_PAGE = 1000
"""The highest `pageSize` of any target."""
API_CHOICE = ("v1", "v2")
"""The values of a target's `api`."""
AUTH_KEYS = ("token", "clientId", "clientSecret", "subject", "jti", "lifetime", "apiKey")
"""The keys of `auth`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PluginTarget:
    """A checked target of the project file, for a plugin's `build`."""

    name: str
    base_url: str
    """Without a final slash; "" for a plugin whose targets have no base URL."""
    options: Mapping[str, str]
    credentials: Mapping[str, Credential]
    """By the key under `auth`, without `jti` and `lifetime`."""
    connect: "Callable[[], HttpClient]"
    """The HTTP client to use for `base_url`: counted, rate-limited, bounded, and closed for you."""
    clock: Clock
    folder: Path
    """The project's folder; relative paths in `options` start there."""
    api: str = "v1"
    """The API version to use: one of the plugin's `apis`."""
    keys: Mapping[str, str] = field(default_factory=dict)
    """The target's values of the plugin's `required_keys` and `optional_keys`."""
    jti: bool = False
    """Whether `auth` requires a new token for every request."""
    lifetime: timedelta | None = None
    """How long a token that is signed for `auth` is valid; None if it does not say."""


@dataclass(frozen=True, slots=True)
class SignIn:
    """A way to sign in: its required and its optional keys of `auth`."""

    required: frozenset[str]
    optional: frozenset[str] = frozenset()

    def needs(self) -> tuple[str, ...]:
        """The required keys, in the usual order."""
        return tuple(key for key in AUTH_KEYS if key in self.required)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """The first target and its first manifest, as `init` writes them."""

    target_name: str
    target: str
    """The YAML below the target's name, not indented."""
    manifest_name: str
    manifest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ProviderPlugin:
    """A vendor: its keys in the project file, its kinds, and how to build its provider.

    Third parties use `options` for their own keys: with the published schema, editors offer
    `required_keys`, `optional_keys` and `api` only for built-in providers.
    """

    name: str
    """Lower-case letters and digits; also the entry point's name."""
    title: str = ""
    """The vendor's name in sentences; if empty, `name` is used."""
    kinds: tuple[Kind, ...]
    """Their `provider` is `name`, and their `type` begins with `name` and `_`."""
    capabilities: Capabilities
    """The capabilities of `api`."""
    build: Callable[[PluginTarget], Provider]
    """Makes a target's provider; sends nothing. May raise `ReconcilerError`."""
    api: str = "v1"
    """The default API version of a target, the first half of the field tables' tags."""
    older_apis: Mapping[str, Capabilities] = field(default_factory=dict)
    """Other versions and their capabilities: together with `api` exactly `API_CHOICE`, or none."""
    has_base_url: bool = True
    hosts: tuple[str, ...] = ()
    """The vendor's servers, which a project file may name; the usual server first.

    `*.` at the beginning stands for any subdomain.
    """
    auth: frozenset[str] | tuple[SignIn, ...] = frozenset()
    """The keys of `auth` that a target needs, or several ways to sign in; it uses one of them."""
    required_keys: frozenset[str] = frozenset()
    """The keys of `TARGET_KEYS` that a target needs."""
    optional_keys: frozenset[str] = frozenset()
    """The keys of `TARGET_KEYS` that are optional for a target."""
    usual_page: int = 50
    """The campaigns on a page of a listing, while nothing else is known."""
    largest_page: int = LARGEST_PAGE
    """The highest `pageSize` of a target."""
    required_options: frozenset[str] = frozenset()
    optional_options: frozenset[str] = field(default=frozenset())
    account_keys: tuple[str, ...] = ()
    """The keys that identify the account at a server, such as `accountId` or `auth.apiKey`.

    If empty, everything under `auth` and `options` identifies it.
    """
    credential_names: tuple[str, ...] = ()
    """The environment variables and helpers that may hold its credentials, such as `ACME_*`.

    The operator's `RECONCILER_ALLOWED_CREDENTIALS` replaces them.
    """
    key_help: Mapping[str, str] = field(default_factory=dict)
    """The meaning of keys, for the published schema: by `appId`, or `auth.token`."""
    sample: Sample | None = None

    @property
    def apis(self) -> Mapping[str, Capabilities]:
        """The capabilities of each version; the default version is the last."""
        return {**self.older_apis, self.api: self.capabilities}

    @property
    def keys(self) -> frozenset[str]:
        """The keys of `TARGET_KEYS` that a target may have."""
        choice = {"api"} if self.older_apis else set()
        return self.required_keys | self.optional_keys | choice

    @property
    def sign_ins(self) -> tuple[SignIn, ...]:
        """The ways to sign in; empty if the vendor needs no credential."""
        if isinstance(self.auth, tuple):
            return self.auth
        return (SignIn(self.auth),) if self.auth else ()
