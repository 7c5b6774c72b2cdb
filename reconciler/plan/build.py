"""Turns desired, live and ledger values into a plan, by running the steps in order; pure."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import assert_never

from reconciler import __version__
from reconciler.address import Address
from reconciler.diagnostics import Diagnostic, Severity
from reconciler.plan.changes import errors
from reconciler.plan.changes.claims import claimed_elsewhere, unmatched, without_conflicts
from reconciler.plan.changes.create import new_campaign
from reconciler.plan.changes.entry import blank, by_hand
from reconciler.plan.changes.remove import (
    drifted_orphans,
    hidden,
    living,
    orphaned,
    pruned,
    released,
    retired,
    unlisted,
)
from reconciler.plan.changes.update import existing_campaign
from reconciler.plan.gates.gate import GateInputs
from reconciler.plan.gates.rules import gates as judged
from reconciler.plan.inputs import PlanInputs
from reconciler.plan.inventory import Entry, Inventory, take_inventory
from reconciler.plan.listing_index import ListingIndex
from reconciler.plan.match import Absent, Ambiguous, Gone, Matched, PinMissing, Taken, match
from reconciler.plan.model import (
    Action,
    Change,
    Movement,
    Plan,
    PlanTarget,
    UnmanagedCampaign,
)
from reconciler.plan.open_creates import OpenCreate, OpenCreates
from reconciler.plan.outreach import outreach
from reconciler.plan.reach import with_reach
from reconciler.plan.readable import in_readable_text
from reconciler.plan.selection import selected
from reconciler.plan.sent_marks import mark_key, marks_by_address, not_before
from reconciler.plan.twins import Twin, find_twins, twin_diagnostics
from reconciler.resources.base import Desired, Lifecycle, Live
from reconciler.resources.kinds import BY_TYPE


def build_plan(inputs: PlanInputs) -> Plan:
    """Everything that apply will do and a reviewer sees; equal inputs give equal plans."""
    inventory = take_inventory(inputs)
    planned = sorted(selected(inputs.desired, inputs.selection), key=lambda item: item.address)
    opens = OpenCreates(inventory)
    entries = [_entry(desired, inventory, opens) for desired in planned]
    moved = {e.change.moved_from for e in entries if e.change and e.change.moved_from}
    orphans = orphaned(inventory, moved)
    entries += (*pruned(inventory, orphans), *drifted_orphans(inventory, orphans))
    entries = list(without_conflicts(entries, inventory))
    changes = tuple(
        sorted(
            (with_reach(in_readable_text(e.change), inventory) for e in entries if e.change),
            key=lambda change: change.address,
        )
    )
    drift = tuple(
        sorted((in_readable_text(e.drift) for e in entries if e.drift), key=_alarming_first)
    )
    diagnostics = (
        *inputs.diagnostics,
        *_target_problems(inventory),
        *_unsettled(inventory, opens),
        *(problem for entry in entries for problem in entry.diagnostics),
        *_hidden(entries),
    )
    suspects = {desired.address: opens.suspects(desired) for desired in planned}
    verdict, needless = judged(GateInputs(inventory, changes, drift, suspects))
    unmanaged = tuple(_unmanaged(inventory, changes))
    twins = tuple(_twins(inventory, changes))
    diagnostics += tuple(twin_diagnostics(twins))
    live_count = sum(1 for target in sorted(inputs.live) for _ in _readable(inventory, target))
    errored = any(_stops(problem) for problem in diagnostics)
    return Plan(
        id=inputs.plan_id,
        tool_version=__version__,
        environment=inputs.environment,
        is_default=inputs.is_default,
        created_at=inputs.now.replace(microsecond=0),
        expires_at=inputs.expires_at.replace(microsecond=0),
        changes=changes,
        drift=drift,
        gates=verdict.gates,
        outreach=outreach(changes, inventory, errored=errored).with_notes(verdict.notes),
        diagnostics=(*diagnostics, *needless),
        targets=tuple(_targets(inputs)),
        location=inputs.location,
        lineage=inputs.ledger.lineage,
        serial=inputs.ledger.serial,
        commit=inputs.commit,
        selection=inputs.selection,
        prune=inputs.prune,
        allow=tuple(sorted(inputs.allow)),
        errored=errored,
        pending=tuple(
            sorted(e.change.address for e in entries if e.pending and e.change is not None)
        ),
        unmanaged=unmanaged,
        twins=twins,
        orphaned=orphans,
        managed_count=live_count - len(unmanaged) - living(inventory, orphans),
        live_count=live_count,
        requests_read=sum(snapshot.requests for snapshot in inputs.live.values()),
    )


def _alarming_first(drifted: Change) -> tuple[bool, Address]:
    return drifted.movement is not Movement.EXPANDING, drifted.address


def _stops(problem: Diagnostic) -> bool:
    """Whether it blocks the whole plan; an unknown outcome blocks only its own address."""
    return problem.severity is Severity.ERROR and problem.code != errors.OUTCOME_UNKNOWN


def _entry(desired: Desired, inventory: Inventory, opens: OpenCreates) -> Entry:
    """Plan one manifest."""
    own = inventory.inputs.ledger.records.get(desired.address)
    is_released = desired.metadata.lifecycle is Lifecycle.RELEASED
    if inventory.unread(desired.target) and not is_released:
        snapshot = inventory.inputs.live.get(desired.target)
        return Entry() if snapshot else Entry(diagnostics=(errors.not_read(desired),))
    earlier = opens.of(desired)
    if why := _waits(desired, inventory, earlier):
        return Entry(
            change=replace(by_hand(blank(desired), why), appeared=_appeared(earlier, desired))
        )
    if is_released:
        return released(desired, own)
    if own is not None and own.target != desired.target:
        return Entry(diagnostics=(errors.target_changed(desired, own),))
    index = inventory.index(desired.target, desired.address.type)
    if index is None:
        return Entry(diagnostics=(errors.not_read(desired),))
    return _held_back(desired, _matched(desired, index, inventory=inventory), inventory, opens)


def _held_back(desired: Desired, entry: Entry, inventory: Inventory, opens: OpenCreates) -> Entry:
    """The entry; its create waits while the campaign of an earlier create may still appear."""
    if entry.change is None or entry.change.action is not Action.CREATE:
        return entry
    inputs, facts = inventory.inputs, inventory.facts(desired.target)
    key = mark_key(desired.address.type, desired.name, facts.account)
    if key in inputs.open_elsewhere:
        problem = errors.open_elsewhere(desired, inputs.open_elsewhere[key])
        why = "the outcome of an earlier create of its name is not known"
        return Entry(change=by_hand(blank(desired), why), diagnostics=(problem,))
    moment = not_before(
        inputs.marks.get(key),
        inputs.live[desired.target],
        settle=facts.settle,
        now=inputs.now,
    )
    # Whoever agrees to gate near-twin has seen these, so they do not hold back the create.
    suspects = (row.remote_id for row in opens.suspects(desired))
    seen = tuple(sorted({*entry.change.seen_ids, *suspects}))
    return replace(entry, change=replace(entry.change, not_before=moment, seen_ids=seen))


def _appeared(earlier: Iterable[OpenCreate], desired: Desired) -> str:
    """The campaign that the address's own earlier create must have made."""
    return next((one.appeared for one in earlier if one.intent.address == desired.address), "")


def _waits(desired: Desired, inventory: Inventory, earlier: Iterable[OpenCreate]) -> str:
    """Why nothing can be concluded yet about a manifest's campaign; empty when it can."""
    blocking = [create.why_blocked for create in earlier if create.why_blocked]
    if blocking:
        return blocking[0]
    record = inventory.known(desired).record
    remote_id = desired.metadata.remote_id or (record.remote_id if record is not None else "")
    if inventory.hidden(desired.target, remote_id):
        return hidden(remote_id)
    return unlisted(record) if record is not None and inventory.listed_late(record) else ""


def _matched(desired: Desired, index: ListingIndex, *, inventory: Inventory) -> Entry:
    known = inventory.known(desired)
    owners = inventory.owners.get(desired.target, {})
    owned = inventory.owned(desired.target)
    found = match(desired, index, record=known.record, owners=owners, owned=owned)
    if problem := claimed_elsewhere(desired, found, inventory):
        return Entry(diagnostics=(problem,))
    if desired.metadata.lifecycle is Lifecycle.RETIRED and not isinstance(found, Ambiguous | Taken):
        return retired(desired, found, record=known.record, inventory=inventory)
    match found:
        case Matched():
            return existing_campaign(desired, found, known=known, inventory=inventory)
        case Absent() | Gone():
            return new_campaign(desired, found, known=known, inventory=inventory)
        case Ambiguous() | Taken() | PinMissing():
            return Entry(diagnostics=(unmatched(desired, found, inventory),))
        case _:
            assert_never(found)


def _target_problems(inventory: Inventory) -> Iterator[Diagnostic]:
    for name, snapshot in sorted(inventory.inputs.live.items()):
        if snapshot.problem is not None:
            yield snapshot.problem
        yield from snapshot.notes
        nameless = [row.remote_id for row in _readable(inventory, name) if not row.name]
        if nameless:
            yield errors.nameless(name, nameless)
        respelled = {key for row in _readable(inventory, name) for key in row.respelled}
        if respelled:
            yield errors.snake_case(name, sorted(respelled))


def _hidden(entries: Iterable[Entry]) -> Iterator[Diagnostic]:
    """One diagnostic per target with hidden fields, whatever the number of its campaigns."""
    paths: dict[str, set[str]] = {}
    for entry in entries:
        if entry.change is not None and entry.hidden:
            paths.setdefault(entry.change.target, set()).update(entry.hidden)
    for target in sorted(paths):
        yield errors.hidden_fields(target, sorted(paths[target]))


def _unsettled(inventory: Inventory, opens: OpenCreates) -> Iterator[Diagnostic]:
    sources = {desired.address: desired.source for desired in inventory.inputs.desired}
    targets = inventory.inputs.selection.targets
    for address, create in sorted(opens.all.items()):
        if not targets or create.intent.target in targets:
            yield create.diagnostic(sources.get(address))


def _readable(inventory: Inventory, target: str) -> Iterator[Live]:
    if not inventory.unread(target):
        yield from inventory.campaigns(target)


def _unmanaged(inventory: Inventory, changes: Iterable[Change]) -> Iterator[UnmanagedCampaign]:
    """Live campaigns without a manifest, selected or not, and without a record in any ledger."""
    desired, records = inventory.inputs.desired, inventory.inputs.ledger.records
    known = {change.address: change for change in changes if change.remote_id is not None}
    ids = {(record.target, record.remote_id) for record in records.values()}
    ids |= {(change.target, change.remote_id or "") for change in known.values()}
    ids |= {(manifest.target, manifest.metadata.remote_id or "") for manifest in desired}
    elsewhere = (other.record for other in inventory.inputs.elsewhere)
    ids |= {(record.target, record.remote_id) for record in elsewhere}
    # If a manifest's campaign is known, a second campaign of that name is not the manifest's.
    names = {
        (manifest.target, manifest.address.type, BY_TYPE[manifest.address.type].match_name(name))
        for manifest in desired
        if manifest.address not in records and manifest.address not in known
        for name in (manifest.name, *manifest.metadata.former_names)
    }
    for target in sorted(inventory.inputs.live):
        for row in sorted(
            _readable(inventory, target), key=lambda live: (live.type, live.remote_id)
        ):
            folded = BY_TYPE[row.type].match_name(row.name)
            if (target, row.remote_id) in ids or (target, row.type, folded) in names:
                continue
            yield UnmanagedCampaign(
                target=target, type=row.type, remote_id=row.remote_id, name=row.name
            )


def _twins(inventory: Inventory, changes: Iterable[Change]) -> Iterator[Twin]:
    """The twins of every recorded campaign, selected or not; a campaign of a change is not one."""
    inputs = inventory.inputs
    meant = {change.remote_id for change in changes if change.remote_id is not None}
    elsewhere = {other.record.remote_id for other in inputs.elsewhere}
    for target in sorted(inputs.live):
        records = [one for one in inputs.ledger.records.values() if one.target == target]
        yield from find_twins(
            records,
            _readable(inventory, target),
            managed={*inventory.owned(target), *elsewhere, *meant},
            marks=marks_by_address(records, inputs.marks, inventory.facts(target).account),
        )


def _targets(inputs: PlanInputs) -> Iterator[PlanTarget]:
    for name, snapshot in sorted(inputs.live.items()):
        facts = inputs.targets[name]
        read = snapshot.oldest_read
        yield PlanTarget(
            name=name,
            provider=facts.provider,
            base_url=facts.base_url,
            account=facts.account,
            api=facts.api,
            sends_on_write=facts.sends_on_write,
            proxy=facts.proxy,
            oldest_read=read.replace(microsecond=0) if read is not None else None,
        )
