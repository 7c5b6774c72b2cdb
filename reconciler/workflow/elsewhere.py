"""Read what other environments of the project manage on the accounts of this one."""

from collections.abc import Collection, Iterator
from dataclasses import replace

from reconciler.config.project import Environment, Target
from reconciler.plan.inputs import ManagedElsewhere
from reconciler.workflow.heading import account_of
from reconciler.workflow.session import Session


def managed_elsewhere(session: Session, names: Collection[str]) -> Iterator[ManagedElsewhere]:
    """The campaigns of other environments on these targets' accounts, with these targets' names.

    Only the ledgers of environments that share an account (`shared: true`) are read.
    """
    mine = [session.environment.targets[name] for name in sorted(names)]
    for environment in session.project.environments.values():
        if environment.name == session.environment.name:
            continue
        same = _same_accounts(environment, mine)
        records = session.open_ledger(environment.name).view().records if same else {}
        for record in records.values():
            for name in same.get(record.target, ()):
                yield ManagedElsewhere(environment.name, replace(record, target=name))


def _same_accounts(environment: Environment, mine: list[Target]) -> dict[str, list[str]]:
    """By a shared target of another environment: our targets of the same account."""
    found: dict[str, list[str]] = {}
    for other in environment.targets.values():
        for own in mine:
            if own.shared and other.shared and _account(own) == _account(other):
                found.setdefault(other.name, []).append(own.name)
    return found


def _account(target: Target) -> tuple[str, str]:
    return target.provider, account_of(target)
