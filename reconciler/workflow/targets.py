"""Turn a project's targets into providers, each built by its plugin.

Credentials are resolved here, right before they are needed, and are passed to adapters only.
"""

from collections.abc import Callable, Iterable, Mapping

from reconciler.apply.context import TargetSettings
from reconciler.config.allowed_credentials import operator
from reconciler.config.credential_values import resolve_secret
from reconciler.config.project import Auth, Target
from reconciler.config.proxy import wire
from reconciler.config.secrets import SecretRef
from reconciler.errors import InvalidInput, ReconcilerError
from reconciler.plan.model import TargetFacts
from reconciler.providers.account import Account
from reconciler.providers.base import Provider
from reconciler.providers.credentials import Credential
from reconciler.providers.guarded import GuardedProvider
from reconciler.providers.http import HttpClient, HttpSettings
from reconciler.providers.marking import MarkingProvider
from reconciler.providers.plugin import PluginTarget, ProviderPlugin
from reconciler.providers.rate_limit import RunBudget
from reconciler.workflow.accounts import Accounts
from reconciler.workflow.heading import account_of
from reconciler.workflow.session import Session

Connect = Callable[[], HttpClient]


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
) -> dict[str, Provider]:
    """A provider per target; raises InvalidInput for a missing credential.

    By default, nothing is known about their `accounts` before.
    """
    options, known = session.options, session.environment.targets
    budget = RunBudget(
        options.max_requests,
        seconds=options.max_time.total_seconds() if options.max_time else None,
        clock=session.clock,
    )
    accounts = Accounts(session) if accounts is None else accounts
    return {
        name: GuardedProvider(_provider(known[name], session, accounts[name], budget))
        for name in names
    }


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
