"""What a plan will cost each account, from what the ledger and its cache know; sends nothing."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace

from reconciler.address import Address
from reconciler.config.project import Target
from reconciler.ledger.base import Ledger
from reconciler.plan.match import channels_of
from reconciler.plan.selection import selected
from reconciler.providers.plugin import ProviderPlugin
from reconciler.providers.rate_limit import seconds_until
from reconciler.resources.base import Desired
from reconciler.resources.capabilities import Ability
from reconciler.resources.kinds import BY_TYPE
from reconciler.resources.ledger_records import LedgerView
from reconciler.resources.page_notes import PageNotes
from reconciler.workflow.accounts import by_account, note_key, rate_limit_of
from reconciler.workflow.freshness import freshness_of
from reconciler.workflow.heading import account_of
from reconciler.workflow.manifests_to_plan import manifests_to_plan
from reconciler.workflow.read_work import AccountWork
from reconciler.workflow.session import Session, check_targets


@dataclass(frozen=True, slots=True)
class Cost:
    """The requests of a plan to one target or account."""

    pages: int = 0
    """Of listings; two walks where a campaign may have to be created."""
    details: int = 0
    """Campaigns to read in full."""
    others: int = 0
    """For contact lists."""

    def __add__(self, other: "Cost") -> "Cost":
        return Cost(
            self.pages + other.pages, self.details + other.details, self.others + other.others
        )

    @property
    def requests(self) -> int:
        """All of them."""
        return self.pages + self.details + self.others


@dataclass(frozen=True, slots=True)
class Estimate:
    """What a plan costs an account, and how long its rate limit makes that."""

    work: AccountWork
    cost: Cost


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What is known about a target without a request."""

    desired: tuple[Desired, ...]
    view: LedgerView
    notes: PageNotes
    kept: frozenset[str] = frozenset()
    """The campaigns whose cached readings are young enough to be used."""


def estimates(session: Session, ledger: Ledger) -> Iterator[Estimate]:
    """What a plan of the session's environment costs each account.

    It costs more if campaigns were changed at the vendor, or if requests fail.
    """
    options, environment = session.options, session.environment
    check_targets(options.selection, environment)
    manifests = manifests_to_plan(session, ledger).desired[environment.name]
    rule, now = freshness_of(options), session.clock.now()
    known = Known(
        desired=tuple(selected(manifests, options.selection)),
        view=ledger.view(),
        notes=ledger.page_notes(),
    )
    plugins = session.project.plugins.found
    names = options.selection.targets or tuple(environment.targets)
    for targets in by_account(environment.targets.values()):
        cost, read = Cost(), []
        for target in targets:
            if target.name in names and target.provider in plugins:
                kept = rule.young(ledger.cached(target.name), now)
                here = replace(known, kept=frozenset(kept))
                found = cost_of(target, plugins[target.provider], here)
                cost += found
                read += [target.name] if found.requests else []
        if read:
            limit = rate_limit_of(targets)
            seconds = seconds_until(cost.requests, (), limit=limit[0], window=limit[1], now=0.0)
            account = account_of(targets[0])
            yield Estimate(AccountWork(account, tuple(read), cost.requests, seconds, limit), cost)


def cost_of(target: Target, plugin: ProviderPlugin, known: Known) -> Cost:
    """What a plan costs one target; pure.

    Manifests without a record are taken for those of live campaigns that have none, as far as there
    are any; the others will be created.
    """
    able = plugin.apis.get(target.api, plugin.capabilities)
    wanted = [one for one in known.desired if one.target == target.name]
    records = [one for one in known.view.records.values() if one.target == target.name]
    ids = {one.address: one.remote_id for one in records}
    ids |= {one.address: one.metadata.remote_id for one in wanted if one.metadata.remote_id}
    new = Counter(_channel(one.address) for one in wanted if one.address not in ids)
    learned = known.notes.sizes.get(note_key(target))
    size = target.page_size or (learned.size if learned else plugin.usual_page)
    managed = Counter(_channel(one.address) for one in records)
    rows = managed | Counter(known.notes.rows.get(target.name, {}))

    def pages(channel: str) -> int:
        return max(-(-rows[channel] // size), 1)

    channels = channels_of(target.name, known.desired, known.view)
    unmanaged = rows - managed
    created = new - unmanaged
    again = [pages(channel) for channel in created if pages(channel) > 1]
    beside = [pages(one) for one in able.channels if one not in channels] if created else []
    compared = {ids[one.address] for one in wanted if one.address in ids}
    adopted = max((new - created).total() - len(known.kept - set(ids.values())), 0)
    return Cost(
        pages=sum(map(pages, channels)) + sum(again) + sum(beside),
        details=len(compared - known.kept) + adopted if able.thin_rows else 0,
        others=int(bool(created) and able.contact_lists is not Ability.NO),
    )


def _channel(address: Address) -> str:
    return BY_TYPE[address.type].channel
