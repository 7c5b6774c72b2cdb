"""An open create with what is needed to settle it: its target, even if its environment is gone."""

from dataclasses import dataclass, replace

from reconciler.apply.context import TargetSettings
from reconciler.apply.unknown.operator_claims import Owners
from reconciler.errors import InvalidInput
from reconciler.plan.compare.unknown_creates import KnownIds
from reconciler.plan.sent_marks import intent_key
from reconciler.providers.base import Provider
from reconciler.resources.kinds import BY_TYPE
from reconciler.resources.ledger_records import Intent, LedgerView
from reconciler.resources.sent_mark import MarkKey
from reconciler.workflow.heading import account_of
from reconciler.workflow.session import Session
from reconciler.workflow.targets import build_providers, target_settings


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenCreateCase:
    """An open intent, the target that reads its account, and what the ledger knows about it."""

    session: Session
    """In the environment that has the target."""
    intent: Intent
    view: LedgerView
    target: str
    provider: Provider

    @property
    def owners(self) -> Owners:
        """The address of each recorded id on the intent's target."""
        records = self.view.records.values()
        return {one.remote_id: one.address for one in records if one.target == self.intent.target}

    @property
    def known(self) -> KnownIds:
        """The known ids of names on the intent's target."""
        mine = (one for one in self.view.bindings if one.target == self.intent.target)
        return {(one.path, one.name): one.remote for one in mine}

    @property
    def settings(self) -> TargetSettings:
        """How long to wait at the target."""
        return target_settings(self.session.environment.targets[self.target])

    @property
    def settle(self) -> float:
        """Seconds within which the vendor lists a new campaign."""
        return self.settings.settle

    @property
    def mark_key(self) -> MarkKey:
        """The key of its sent mark."""
        target = self.session.environment.targets[self.target]
        return intent_key(self.intent, account_of(target))


def open_case(session: Session, intent: Intent, view: LedgerView) -> OpenCreateCase:
    """The case of an intent; raises InvalidInput if no target of the project reads its account."""
    environment, target = _target(session, intent, view.environment)
    there = replace(session, options=replace(session.options, environment=environment))
    provider = build_providers(there, [target])[target]
    return OpenCreateCase(session=there, intent=intent, view=view, target=target, provider=provider)


def _target(session: Session, intent: Intent, environment: str) -> tuple[str, str]:
    """The environment and target to read through: its own, else another of the same account."""
    environments = session.project.environments
    own = environments.get(environment)
    if own is not None and intent.target in own.targets:
        return environment, intent.target
    for name, other in environments.items():
        for target in other.targets.values():
            same = target.provider == BY_TYPE[intent.type].provider
            if same and intent.account and account_of(target) == intent.account:
                return name, target.name
    raise InvalidInput(
        f"the create went to target {intent.target} of environment {environment}, which is no "
        "longer in the project file",
        "Put the target back until this is settled, in any environment.",
    )
