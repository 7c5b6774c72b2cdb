"""Where a session's commands apply: the environment, its accounts and its ledger."""

from collections.abc import Iterable
from urllib.parse import urlsplit

from reconciler.config.project import Target
from reconciler.config.proxy import wire
from reconciler.errors import InvalidInput
from reconciler.resources.heading import Account, Heading
from reconciler.resources.tree import digest
from reconciler.workflow.session import Session


def heading_of_session(session: Session, targets: Iterable[str] | None = None) -> Heading:
    """Where a command applies; `targets` are those that it is about, None for all.

    Sends nothing and looks up no credential, so the emergency stop can rely on it.
    """
    environment = session.environment
    names = environment.targets if targets is None else targets
    return Heading(
        environment=environment.name,
        is_default=is_default(session),
        ledger=ledger_place(session),
        accounts=tuple(
            _account(environment.targets[name], session)
            for name in sorted(set(names))
            if name in environment.targets
        ),
    )


def is_default(session: Session) -> bool:
    """Whether the environment is the one that the project uses if none is chosen."""
    return session.environment.name == session.project.default_environment


def ledger_place(session: Session) -> str:
    """The place of the ledger, as the project file has it; below the project a relative path."""
    state = session.project.state
    return state.removeprefix(f"{session.project.root}/")


def account_of(target: Target) -> str:
    """The account's name: its id, else its server, with a digest of the plug-in's options."""
    account = target.account_id or urlsplit(target.base_url).netloc
    if not target.options:
        return account
    return f"{account} options {digest(dict(target.options))[:12]}".lstrip()


def proxy_host(target: Target, session: Session) -> str:
    """The host of the proxy for a target, without its user name and password; "" for none."""
    try:
        proxy = wire(session.environ, session.options.directory).to(target.base_url).proxy
    except InvalidInput:
        # Whoever is about to use it refuses.
        return ""
    return urlsplit(proxy).netloc.rpartition("@")[2] if proxy else ""


def _account(target: Target, session: Session) -> Account:
    return Account(
        target=target.name,
        provider=target.provider,
        host=urlsplit(target.base_url).netloc,
        account=account_of(target),
        proxy=proxy_host(target, session),
    )
