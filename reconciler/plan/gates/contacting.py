"""What the gates of people judge: writes and starts that may contact people, as values."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from reconciler.address import Address
from reconciler.plan.inputs import PastContact, PlanInputs
from reconciler.plan.inventory import Account, Inventory, account_of
from reconciler.plan.model import Change, FieldChange, Safety
from reconciler.plan.people import CampaignReach, ReachedList
from reconciler.plan.reach import contact_lists, is_under_way, lists_of
from reconciler.plan.windows import Hours, hours_of
from reconciler.resources.base import Desired, Live
from reconciler.resources.ledger_records import SentCount
from reconciler.resources.spellings import label_key
from reconciler.resources.tree import Tree

Key = tuple[Account, str]
"""An account, and a remote id or the key of a contact list on it: targets may share an account."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Contacting:
    """A write or a start that may contact people."""

    address: Address
    target: str
    name: str
    """The campaign's name at the vendor."""
    reach: CampaignReach
    spec: Tree
    """The campaign as people will get it."""
    hours: Hours | None
    """Its calling hours, read once for all campaigns that it is compared with."""
    before: Tree | None = None
    """The campaign as it is; None for a create."""
    lists_before: tuple[ReachedList, ...] = ()
    """The contact lists that it has now."""
    fields: tuple[FieldChange, ...] = ()
    live: Live | None = None
    is_start: bool = False
    shares: frozenset[str] = frozenset()
    """Addresses and live names of campaigns that are meant for the same people."""

    @property
    def is_new(self) -> bool:
        """Whether it is a create."""
        return self.live is None


@dataclass(frozen=True, slots=True, kw_only=True)
class Crowd:
    """Everything that the gates of people depend on."""

    now: datetime
    contacting: tuple[Contacting, ...]
    """By address."""
    safety: Mapping[str, Safety]
    """By target."""
    accounts: Mapping[str, Account]
    """By target."""
    most: int | None = None
    """`maxContacts` of the environment, for all its targets together; None for no such limit."""
    users: Mapping[Key, tuple[Live, ...]] = field(default_factory=dict)
    """By contact list: the live campaigns that name it, whatever their channel."""
    busy: frozenset[Key] = frozenset()
    """Live campaigns that contact people now or go on by themselves."""
    owners: Mapping[Key, Address] = field(default_factory=dict)
    started: Mapping[Key, datetime] = field(default_factory=dict)
    """When we last started a campaign."""
    gone: Mapping[Key, tuple[PastContact, ...]] = field(default_factory=dict)
    """By contact list: our contacts through campaigns that are not live any more."""
    counts: Mapping[Key, SentCount] = field(default_factory=dict)
    """How much a campaign had sent, as the ledger has it."""

    def of_target(self, target: str) -> tuple[Contacting, ...]:
        """What contacts people on one target."""
        return tuple(one for one in self.contacting if one.target == target)

    def without(self, addresses: Collection[Address]) -> "Crowd":
        """The same without some campaigns."""
        rest = tuple(one for one in self.contacting if one.address not in addresses)
        return replace(self, contacting=rest)

    @property
    def targets(self) -> tuple[str, ...]:
        """The targets on which people may be contacted."""
        return tuple(sorted({one.target for one in self.contacting}))


def crowd_of(changes: Iterable[Change], inventory: Inventory) -> Crowd:
    """Everything that the gates of people depend on, of a plan."""
    inputs = inventory.inputs
    desired = {one.address: one for one in inputs.desired}
    reaching = tuple(
        replace(
            contacting(change, desired.get(change.address), inventory.row(change)),
            lists_before=lists_of(change.before, inputs.live[change.target].contact_lists or {}),
        )
        for change in changes
        if change.reach is not None
    )
    return crowd(reaching, inputs)


def crowd(reaching: tuple[Contacting, ...], inputs: PlanInputs) -> Crowd:
    """What some writes or starts meet on the accounts that were read."""
    accounts = {target: account_of(inputs, target) for target in inputs.targets}
    users: dict[Key, list[Live]] = defaultdict(list)
    gone: dict[Key, list[PastContact]] = defaultdict(list)
    busy = set[Key]()
    alive = set[Key]()
    for target in sorted({one.target for one in reaching}):
        account, able = accounts[target], inputs.targets[target].capabilities
        for row in _in_full(account, inputs):
            if (account, row.remote_id) in alive:
                continue
            alive.add((account, row.remote_id))
            for name in contact_lists(row.spec):
                users[account, name].append(row)
            if is_under_way(row, able):
                busy.add((account, row.remote_id))
    for past in inputs.contacts:
        account = account_of(inputs, past.target)
        if (account, past.remote_id) not in alive:
            for name in past.lists:
                gone[account, label_key(name)].append(past)
    started: dict[Key, datetime] = {}
    for (target, remote_id), at in inputs.started.items():
        key = account_of(inputs, target), remote_id
        started[key] = max(at, started.get(key, at))
    return Crowd(
        now=inputs.now,
        contacting=reaching,
        safety={name: facts.safety for name, facts in inputs.targets.items()},
        accounts=accounts,
        most=inputs.max_contacts,
        users={key: tuple(rows) for key, rows in users.items()},
        busy=frozenset(busy),
        owners={
            (account_of(inputs, record.target), record.remote_id): record.address
            for record in inputs.ledger.records.values()
        },
        started=started,
        gone={key: tuple(contacts) for key, contacts in gone.items()},
        counts={
            (account_of(inputs, target), remote_id): kept
            for target, counts in inputs.ledger.counts.items()
            for remote_id, kept in counts.items()
        },
    )


def _in_full(account: Account, inputs: PlanInputs) -> Iterator[Live]:
    """The rows of an account, with their counters, and with the specs that were read in full."""
    snapshots = [
        snapshot
        for target, snapshot in inputs.live.items()
        if account_of(inputs, target) == account
    ]
    details = {key: live for snapshot in snapshots for key, live in snapshot.details.items()}
    for snapshot in snapshots:
        for row in snapshot.everybody():
            yield replace(row, spec=details.get(row.remote_id, row).spec)


def contacting(
    change: Change,
    desired: Desired | None,
    live: Live | None,
    *,
    reach: CampaignReach | None = None,
) -> Contacting:
    """A change that may contact people; with `reach`, the start of its live campaign."""
    found = reach or change.reach
    if found is None:
        raise AssertionError("only what reaches people is judged")
    is_start = reach is not None
    spec = (change.before if is_start else change.after) or {}
    return Contacting(
        address=change.address,
        target=change.target,
        name=change.name,
        reach=found,
        spec=spec,
        hours=hours_of(spec),
        before=change.before,
        fields=change.fields,
        live=live,
        is_start=is_start,
        shares=frozenset(desired.metadata.shares_audience_with) if desired else frozenset(),
    )
