"""Gates on who is contacted: additional or shared contact lists, lost do-not-call lists."""

from collections.abc import Collection, Iterator

from reconciler.address import Address
from reconciler.plan.gate_table import Gate
from reconciler.plan.gates.gate import GateInputs, addresses_of, count, make_gate
from reconciler.plan.model import Action, Change
from reconciler.plan.reach import LISTS, contact_lists
from reconciler.resources.base import RunState
from reconciler.resources.kinds import BY_TYPE
from reconciler.resources.tree import at

_DNC = "dncLists.name"
_SHOWN = 4


def contacts_of(planned: GateInputs, addresses: Collection[Address]) -> int | None:
    """How many contacts the lists of some campaigns have, counted once per campaign.

    None if no list is named or the size of one is not known.
    """
    reached = [one.reach for one in planned.changes if one.address in addresses and one.reach]
    sizes = [reach.records for reach in reached if reach.lists]
    known = [size for size in sizes if size is not None]
    return sum(known) if known and len(known) == len(sizes) else None


def audience_changed(planned: GateInputs) -> Iterator[Gate]:
    """Existing campaigns that get additional contact lists; fewer people need no gate."""
    grown = {one.address: _added(one) for one in planned.of(Action.UPDATE)}
    changed = [address for address, added in grown.items() if added]
    if changed:
        names = ", ".join(sorted({f'"{name}"' for added in grown.values() for name in added}))
        yield make_gate(
            "audience-changed",
            f"{count(len(changed), 'existing campaign')} will contact additional lists: {names}",
            changed,
        )


def _added(change: Change) -> set[str]:
    if all(field.path != LISTS for field in change.fields):
        return set()
    return set(contact_lists(change.after)) - set(contact_lists(change.before))


def duplicate_audience(planned: GateInputs) -> Iterator[Gate]:
    """Contact lists of new campaigns that another new or live campaign of the target also has."""
    users: dict[tuple[str, str], list[Address]] = {}
    for change in planned.of(Action.CREATE):
        for name in contact_lists(change.after):
            users.setdefault((change.target, name), []).append(change.address)
    others = _live_users(planned, {target for target, _ in users})
    texts, addresses = [], set[Address]()
    for (target, name), creates in sorted(users.items()):
        live = others.get((target, name), [])
        if len(creates) + len(live) > 1:
            who = _shortened([*map(str, creates), *live])
            texts.append(f'"{name}" on target {target} is contacted by {who}')
            addresses.update(creates)
    if texts:
        yield make_gate("duplicate-audience", "; ".join(texts), addresses)


def _shortened(names: list[str]) -> str:
    shown = ", ".join(names[:_SHOWN])
    return f"{shown} and {len(names) - _SHOWN} more" if len(names) > _SHOWN else shown


def _live_users(planned: GateInputs, targets: set[str]) -> dict[tuple[str, str], list[str]]:
    users: dict[tuple[str, str], list[str]] = {}
    for target in targets:
        for row in planned.inventory.campaigns(target):
            if row.state is not RunState.FINISHED:
                for name in contact_lists(planned.inventory.full(target, row).spec):
                    users.setdefault((target, name), []).append(
                        f'live campaign "{row.name}" ({row.remote_id})'
                    )
    return users


def dnc_removed(planned: GateInputs) -> Iterator[Gate]:
    """Campaigns that lose their do-not-call list, or may lose one that no reading shows."""
    yield from _removed(planned)
    yield from _at_risk(planned)


def _removed(planned: GateInputs) -> Iterator[Gate]:
    removed = [
        change
        for change in planned.of(Action.UPDATE)
        if at(change.before or {}, _DNC) and not at(change.after or {}, _DNC)
    ]
    if removed:
        yield make_gate(
            "dnc-removed",
            f"{count(len(removed), 'campaign')} will no longer respect a do-not-call list",
            addresses_of(removed),
        )


def _at_risk(planned: GateInputs) -> Iterator[Gate]:
    """Updates that may drop an unseen list, for campaigns that somebody else set up.

    For a campaign that we created without such a list a warning is enough (docs/vendors/kore.md
    6.2); a campaign that is adopted and changed at once meets a gate anyway.
    """
    records = planned.inventory.inputs.ledger.records
    for target in planned.targets:
        facts = planned.inventory.facts(target)
        known = (
            (change, records.get(change.moved_from or change.address))
            for change in planned.of(Action.UPDATE, target=target)
            if BY_TYPE[change.address.type].channel in facts.capabilities.drops_exclusion
        )
        risky = [change for change, record in known if record is not None and not record.created]
        if risky:
            yield make_gate(
                "dnc-removed",
                f"{count(len(risky), 'update')} on target {target} of campaigns that were not "
                f"created here, through api {facts.api}, which neither shows a do-not-call list "
                "nor sends it: a campaign that has one loses it",
                addresses_of(risky),
            )
