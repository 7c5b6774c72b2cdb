"""A project's targets into providers: the one place that knows every adapter.

Credentials are resolved here, right before they are needed, and go nowhere but into an adapter.
"""

from collections.abc import Callable, Iterable
from urllib.parse import urlsplit

from reconciler.config.project import Target
from reconciler.config.secrets import SecretRef, resolve
from reconciler.plan.model import TargetFacts
from reconciler.providers.base import Provider
from reconciler.providers.carecycle.adapter import CareCycleProvider
from reconciler.providers.carecycle.settings import CareCycleSettings
from reconciler.providers.credentials import Credential
from reconciler.providers.http import HttpClient, HttpSettings
from reconciler.providers.kore.adapter import KoreProvider
from reconciler.providers.kore.auth import signed
from reconciler.providers.kore.settings import KoreSettings
from reconciler.providers.marker import MarkingProvider
from reconciler.providers.rate_limit import RateLimiter, RequestBudget
from reconciler.workflow.session import Session


def build_providers(session: Session, names: Iterable[str]) -> dict[str, Provider]:
    """A provider per target; raises InvalidInput for a credential that is not there."""
    budget = RequestBudget(session.options.max_requests)
    targets = [session.environment.targets[name] for name in names]
    return {target.name: _provider(target, session, budget) for target in targets}


def target_facts(target: Target, provider: Provider) -> TargetFacts:
    """What plan may know of a target."""
    return TargetFacts(
        name=target.name,
        provider=target.provider,
        base_url=target.base_url,
        account=target.account_id or urlsplit(target.base_url).netloc,
        api=target.api,
        sends_on_write=target.sends_on_write,
        safety=target.safety,
        capabilities=provider.capabilities,
        marker=target.marker == "description",
        requests=provider.requests,
    )


def _provider(target: Target, session: Session, budget: RequestBudget) -> Provider:
    client = HttpClient(
        target.base_url,
        settings=HttpSettings(
            read_timeout=target.read_timeout.total_seconds(),
            write_timeout=target.create_timeout.total_seconds(),
            proxy=target.proxy,
            ca_file=target.ca_file,
            handler=session.handlers.get(target.name),
        ),
        limiter=RateLimiter(
            target.name,
            limit=target.rate_limit.requests,
            window=target.rate_limit.seconds,
            max_wait=target.max_wait.total_seconds(),
            clock=session.clock,
        ),
        budget=budget,
        clock=session.clock,
    )
    session.opened.callback(client.close)
    provider = _BY_NAME[target.provider](target, session, client)
    return MarkingProvider(provider) if target.marker == "description" else provider


def _kore(target: Target, session: Session, client: HttpClient) -> Provider:
    settings = KoreSettings(
        base_url=target.base_url,
        api=target.api,
        app_id=target.app_id,
        path_id=target.path_id,
        account_id=target.account_id,
        message_encoding=target.message_encoding,
        trigger_path=target.trigger_path,
    )
    return KoreProvider(target.name, settings, client, _kore_credential(target, session))


def _kore_credential(target: Target, session: Session) -> Credential:
    auth = target.auth
    if auth.token is not None:
        return _credential(auth.token, session)
    if auth.client_id is None or auth.client_secret is None:
        raise AssertionError("config lets no other kind of auth through")
    return signed(
        _credential(auth.client_id, session),
        _credential(auth.client_secret, session),
        subject=resolve(auth.subject, session.environ, session.project.root),
        jti=auth.jti,
        clock=session.clock,
    )


def _carecycle(target: Target, session: Session, client: HttpClient) -> Provider:
    if target.auth.api_key is None:
        raise AssertionError("config lets no other kind of auth through")
    settings = CareCycleSettings(base_url=target.base_url)
    return CareCycleProvider(
        target.name, settings, client, _credential(target.auth.api_key, session)
    )


def _credential(reference: SecretRef, session: Session) -> Credential:
    """A secret's value, held by a closure and by nothing that could be printed."""
    value = resolve(reference, session.environ, session.project.root)
    return Credential(lambda: value, reference.origin)


_BY_NAME: dict[str, Callable[[Target, Session, HttpClient], Provider]] = {
    "kore": _kore,
    "carecycle": _carecycle,
}
