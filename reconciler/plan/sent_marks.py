"""Which sent marks a plan needs, and how long each of them holds a create back; pure.

See docs/concepts/at-most-one-create.md#the-sent-mark.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import datetime, timedelta

from reconciler.address import Address
from reconciler.plan.match import to_be_created
from reconciler.plan.model import TargetFacts
from reconciler.plan.twins import Twin
from reconciler.resources.base import Desired, Live, RunState
from reconciler.resources.kinds import BY_TYPE
from reconciler.resources.ledger_records import Intent, LedgerView, Moment, Record
from reconciler.resources.name_key import name_key
from reconciler.resources.sent_mark import MarkKey, SentMark
from reconciler.resources.snapshot import TargetSnapshot

Facts = Mapping[str, TargetFacts]
"""By target."""


def mark_key(type_: str, name: str, account: str) -> MarkKey:
    """The key of a campaign's sent mark."""
    kind = BY_TYPE[type_]
    return MarkKey(kind.provider, account, kind.channel, name_key(name))


def intent_key(intent: Intent, account: str) -> MarkKey:
    """The key of an intent's mark; `account` is its target's, for an intent that names none."""
    return mark_key(intent.type, intent.name, intent.account or account)


def needed_marks(
    desired: Collection[Desired],
    snapshots: Mapping[str, TargetSnapshot],
    view: LedgerView,
    targets: Facts,
) -> frozenset[MarkKey]:
    """The marks of every campaign that may be created and of every open intent."""
    return frozenset(
        (
            *_of_creates(desired, snapshots, view, targets),
            *(
                intent_key(intent, targets[intent.target].account)
                for intent in view.intents.values()
                if intent.target in targets and intent.type in BY_TYPE
            ),
        )
    )


def with_first_release(
    stored: Mapping[MarkKey, SentMark], view: LedgerView, targets: Facts
) -> Mapping[MarkKey, SentMark]:
    """The stored marks, and those that a ledger of the first release implies.

    It had no marks, but its records of created campaigns and its intents say the same.
    """
    implied: dict[MarkKey, SentMark] = {}
    for mark in _implied(view, targets):
        known = implied.get(mark.key)
        if known is None or known.sent.ours < mark.sent.ours:
            implied[mark.key] = mark
    return {**implied, **stored}


def not_before(
    mark: SentMark | None, snapshot: TargetSnapshot, *, settle: float, now: datetime
) -> datetime | None:
    """Until when a create must wait for its listing to prove absence; None if it does already.

    In whole seconds, rounded up so that it is never too early.
    """
    left = mark.seconds_left(snapshot.moment(now), settle) if mark is not None else 0.0
    if left <= 0:
        return None
    return now.replace(microsecond=0) + timedelta(seconds=int(left) + 1)


def ended_before(row: Live, mark: SentMark) -> bool:
    """Whether a campaign was archived or finished before the last create of its name was sent.

    A vendor tells when a campaign last changed, which is its end or later.
    """
    ended = row.state in (RunState.ARCHIVED, RunState.FINISHED)
    if not ended or row.changed_at is None or mark.sent.vendors is None:
        return False
    return row.changed_at < mark.sent.vendors


def twin_keys(
    twins: Iterable[Twin], records: Mapping[Address, Record], accounts: Mapping[str, str]
) -> frozenset[MarkKey]:
    """The marks that say since when the names of these twins' campaigns are ours.

    `accounts` are the accounts of the targets, by name.
    """
    return frozenset(
        mark_key(twin.address.type, records[twin.address].name, accounts[twin.target])
        for twin in twins
    )


def marks_by_address(
    records: Iterable[Record], marks: Mapping[MarkKey, SentMark], account: str
) -> Mapping[Address, SentMark]:
    """The known marks of the names of one account's records."""
    return {
        record.address: marks[key]
        for record in records
        if record.address.type in BY_TYPE
        and (key := mark_key(record.address.type, record.name, account)) in marks
    }


def _of_creates(
    desired: Collection[Desired],
    snapshots: Mapping[str, TargetSnapshot],
    view: LedgerView,
    targets: Facts,
) -> Iterator[MarkKey]:
    for target, snapshot in snapshots.items():
        if target in targets:
            for manifest in to_be_created(desired, snapshot, view):
                yield mark_key(manifest.address.type, manifest.name, targets[target].account)


def _implied(view: LedgerView, targets: Facts) -> Iterable[SentMark]:
    for record in view.records.values():
        if record.created and record.target in targets and record.address.type in BY_TYPE:
            account = targets[record.target].account
            yield SentMark(
                key=mark_key(record.address.type, record.name, account),
                first_at=record.written_at,
                sent=Moment(record.written_at),
                environment=view.environment,
                address=record.address,
            )
    for intent in view.intents.values():
        if intent.target in targets and intent.type in BY_TYPE:
            yield SentMark(
                key=intent_key(intent, targets[intent.target].account),
                first_at=intent.created_at,
                sent=Moment(intent.created_at),
                environment=view.environment,
                address=intent.address,
                seen_ids=intent.seen_ids,
            )
