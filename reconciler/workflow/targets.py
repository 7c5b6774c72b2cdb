"""Turn a project's targets into providers, each built by its plugin.

Credentials are resolved here, right before they are needed, and are passed to adapters only.
"""

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta

from reconciler.apply.context import TargetSettings
from reconciler.clock import Clock
from reconciler.config.allowed_credentials import operator
from reconciler.config.credential_values import resolve_secret
from reconciler.config.hosts import host_of
from reconciler.config.project import Auth, Target
from reconciler.config.proxy import wire
from reconciler.config.secrets import SecretRef
from reconciler.config.value_types import RateLimit
from reconciler.errors import InvalidInput, ReconcilerError
from reconciler.plan.model import TargetFacts
from reconciler.providers.account import Account
from reconciler.providers.base import Provider
from reconciler.providers.credentials import Credential
from reconciler.providers.guarded import GuardedProvider
from reconciler.providers.http import HttpClient, HttpSettings
from reconciler.providers.marking import MarkingProvider
from reconciler.providers.page_size import PageSize
from reconciler.providers.plugin import PluginTarget, ProviderPlugin
from reconciler.providers.rate_limit import RateLimiter, RunBudget
from reconciler.workflow.heading import account_of
from reconciler.workflow.session import Session

Connect = Callable[[], HttpClient]
_VENDORS_LIMIT = RateLimit(60, 60)
"""What both vendors allow per account.

See docs/vendors/kore.md 10, docs/vendors/carecycle.md 12.
"""


def target_settings(target: Target) -> TargetSettings:
    """How long to wait at a target, in seconds."""
    absent = target.absent_after
    return TargetSettings(
        create_timeout=target.create_timeout.total_seconds(),
        read_back=target.read_back.total_seconds(),
        settle=target.settle.total_seconds(),
        absent_after=absent.total_seconds() if absent else None,
    )


def build_providers(
    session: Session,
    names: Iterable[str],
    *,
    accounts: Mapping[str, Account] | None = None,
    urgent: bool = False,
) -> dict[str, Provider]:
    """A provider per target; raises InvalidInput for a missing credential.

    `accounts` are those of `open_accounts`; by default they are opened here.
    """
    options, known = session.options, session.environment.targets
    budget = RunBudget(
        options.max_requests,
        seconds=options.max_time.total_seconds() if options.max_time else None,
        clock=session.clock,
    )
    accounts = open_accounts(session, urgent=urgent) if accounts is None else accounts
    return {
        name: GuardedProvider(_provider(known[name], session, accounts[name], budget))
        for name in names
    }


def open_accounts(session: Session, *, urgent: bool = False) -> Mapping[str, Account]:
    """The account of each target of the environment; targets of one account share it.

    With `urgent` it takes as many requests as the vendors allow, and its waits have no limit.
    """
    grouped: dict[Hashable, list[Target]] = {}
    for target in session.environment.targets.values():
        wanted = _hurried(target) if urgent else target
        grouped.setdefault(account_key(target), []).append(wanted)
    accounts: dict[str, Account] = {}
    for targets in grouped.values():
        limiter = _limiter(targets, session.clock)
        fixed = min((one.page_size for one in targets if one.page_size), default=None)
        account = Account(
            limiter,
            parallelism=session.options.parallelism,
            page_size=PageSize(fixed=fixed),
        )
        accounts |= dict.fromkeys((one.name for one in targets), account)
    return accounts


def account_key(target: Target) -> Hashable:
    """What identifies a target's account: its provider, its server, and its id or credential."""
    auth = target.auth
    given = (auth.token, auth.client_id, auth.client_secret, auth.api_key)
    credentials = tuple((one.kind, one.name) for one in given if one is not None)
    return (
        target.provider,
        host_of(target.base_url),
        target.account_id or credentials,
        tuple(sorted(target.options.items())),
    )


def _limiter(targets: Sequence[Target], clock: Clock) -> RateLimiter:
    """The strictest limit that a target of the account names."""
    slowest = min(targets, key=lambda one: one.rate_limit.requests / one.rate_limit.seconds)
    return RateLimiter(
        account_of(slowest),
        limit=slowest.rate_limit.requests,
        window=slowest.rate_limit.seconds,
        max_wait=min(one.max_wait for one in targets).total_seconds(),
        clock=clock,
    )


def _hurried(target: Target) -> Target:
    per_second = target.rate_limit.requests / target.rate_limit.seconds
    rate = target.rate_limit if per_second > 1 else _VENDORS_LIMIT
    return replace(target, rate_limit=rate, max_wait=timedelta.max)


def target_facts(target: Target, provider: Provider, proxy: str) -> TargetFacts:
    """The facts about a target that a plan uses."""
    return TargetFacts(
        name=target.name,
        provider=target.provider,
        title=target.title,
        base_url=target.base_url,
        account=account_of(target),
        api=target.api,
        sends_on_write=target.sends_on_write,
        safety=target.safety,
        capabilities=provider.capabilities,
        settle=target.settle.total_seconds(),
        proxy=proxy,
        marker=target.marker == "description",
        requests=provider.requests,
    )


def _provider(target: Target, session: Session, account: Account, budget: RunBudget) -> Provider:
    def connect() -> HttpClient:
        client = _client(target, session, account, budget)
        session.opened.callback(client.close)
        return client

    return MarkingProvider(_build(target, session, connect))


def _client(target: Target, session: Session, account: Account, budget: RunBudget) -> HttpClient:
    found = wire(session.environ, session.options.directory).to(target.base_url)
    return HttpClient(
        target.base_url,
        settings=HttpSettings(
            read_timeout=target.read_timeout.total_seconds(),
            write_timeout=target.create_timeout.total_seconds(),
            proxy=found.proxy,
            ca_file=found.ca_file,
            handler=session.handlers.get(target.name),
        ),
        account=account,
        budget=budget,
        clock=session.clock,
        known=session.known_secrets,
    )


def _build(target: Target, session: Session, connect: Connect) -> Provider:
    plugins = session.project.plugins
    if target.provider not in plugins.found:
        problem = plugins.problems[target.provider]
        raise InvalidInput(problem.summary, diagnostics=[problem])
    plugin = plugins.found[target.provider]
    plugin_target = PluginTarget(
        name=target.name,
        base_url=target.base_url,
        options=target.options,
        credentials=_credentials(target.auth, plugin, session),
        connect=connect,
        clock=session.clock,
        folder=session.project.root,
        api=target.api,
        keys=_keys(target, plugin),
        jti=target.auth.jti,
        lifetime=target.auth.lifetime,
    )
    try:
        return plugin.build(plugin_target)
    except ReconcilerError:
        raise
    except Exception as fault:  # third-party code may raise anything
        raise InvalidInput(
            f"target {target.name}: provider {target.provider} failed to build: "
            f"{type(fault).__name__}",
            "Report this to the provider's author; other targets are not affected.",
        ) from fault


def _keys(target: Target, plugin: ProviderPlugin) -> dict[str, str]:
    given = {
        "appId": target.app_id,
        "pathId": target.path_id,
        "accountId": target.account_id,
        "messageEncoding": target.message_encoding,
        "triggerPath": target.trigger_path,
        "pageSize": str(target.page_size or ""),
    }
    return {key: value for key, value in given.items() if value and key in plugin.keys}


def _credentials(auth: Auth, plugin: ProviderPlugin, session: Session) -> dict[str, Credential]:
    given = {
        "token": auth.token,
        "clientId": auth.client_id,
        "clientSecret": auth.client_secret,
        "subject": auth.subject,
        "apiKey": auth.api_key,
    }
    taken = {key for way in plugin.sign_ins for key in way.required | way.optional}
    allowed = operator(session.environ, session.project.plugins.known())

    def credential(reference: SecretRef) -> Credential:
        # Held by a closure, so that nothing can print the value.
        value = resolve_secret(
            reference, provider=plugin.name, root=session.project.root, allowed=allowed
        )
        return Credential(lambda: value, reference.origin)

    return {
        key: credential(reference)
        for key, reference in given.items()
        if reference is not None and key in taken
    }
