"""Turns a plan document's models back into the plan; pure. The document is already validated."""

from datetime import datetime

from reconciler.address import Address
from reconciler.diagnostics import Diagnostic, Position, SourceRange
from reconciler.plan.document import ours as own
from reconciler.plan.document import terraform as doc
from reconciler.plan.document.people import decode_outreach, decode_reach
from reconciler.plan.gate_table import Gate
from reconciler.plan.model import (
    Change,
    FieldChange,
    Plan,
    PlanTarget,
    Protection,
    Selection,
    UnmanagedCampaign,
)
from reconciler.plan.twins import Twin
from reconciler.resources.writes import PlannedRequest


def decode_plan(document: doc.PlanDocument) -> Plan:
    """The plan in a document, without `desired`; raises ValueError for malformed text.

    A gate that is not in the table raises LookupError as soon as its kind is needed.
    """
    ours = document.reconciler
    return Plan(
        id=ours.id,
        tool_version=ours.tool_version,
        environment=ours.environment,
        is_default=ours.is_default,
        commit=ours.commit,
        created_at=datetime.fromisoformat(ours.created_at),
        expires_at=datetime.fromisoformat(ours.expires_at),
        changes=tuple(_change(one) for one in document.resource_changes),
        drift=tuple(_change(one) for one in document.resource_drift),
        gates=tuple(
            Gate(
                code=gate.code,
                summary=gate.summary,
                details=tuple(gate.details),
                addresses=_addresses(gate.addresses),
                records=gate.records,
                allowed_by=gate.allowed_by,
            )
            for gate in ours.gates
        ),
        outreach=decode_outreach(ours.outreach),
        diagnostics=tuple(_diagnostic(one) for one in ours.diagnostics),
        targets=tuple(_target(target) for target in ours.targets),
        location=ours.ledger.location,
        lineage=ours.ledger.lineage,
        serial=ours.ledger.serial,
        selection=Selection(
            targets=tuple(ours.selection.targets),
            select=tuple(ours.selection.select),
            exclude=tuple(ours.selection.exclude),
        ),
        prune=ours.prune,
        allow=tuple(ours.allow),
        errored=document.errored,
        pending=_addresses(ours.pending),
        unmanaged=tuple(UnmanagedCampaign(**dict(entry)) for entry in ours.unmanaged),
        twins=tuple(_twin(entry) for entry in ours.twins),
        orphaned=_addresses(ours.orphaned),
        managed_count=ours.coverage.managed,
        live_count=ours.coverage.live,
        requests_read=ours.requests.read,
    )


def _target(entry: own.TargetEntry) -> PlanTarget:
    read = entry.oldest_read
    moment = datetime.fromisoformat(read) if read is not None else None
    return PlanTarget(**dict(entry) | {"oldest_read": moment})


def _twin(entry: own.TwinEntry) -> Twin:
    made = datetime.fromisoformat(entry.created_at) if entry.created_at is not None else None
    address = Address.parse(entry.address)
    return Twin(**dict(entry) | {"address": address, "created_at": made})


def _addresses(texts: list[str]) -> tuple[Address, ...]:
    return tuple(Address.parse(text) for text in texts)


def _change(entry: doc.ResourceChange) -> Change:
    ours = entry.reconciler
    previous = entry.previous_address
    wait = ours.not_before
    return Change(
        address=Address(entry.type, entry.name),
        target=ours.target,
        action=ours.action,
        remote_id=ours.remote_id,
        name=ours.name,
        reason=ours.reason,
        source=_source(ours.source),
        before=entry.change.before,
        after=entry.change.after,
        fields=tuple(
            FieldChange(
                path=one.path,
                before=one.before,
                after=one.after,
                note=one.note,
                attribution=one.attribution,
                readable=one.readable,
                movement=one.movement,
            )
            for one in ours.fields
        ),
        requests=tuple(_request(one) for one in ours.requests),
        notes=tuple(ours.notes),
        warnings=tuple(ours.warnings),
        irreversible=ours.irreversible,
        appeared=ours.appeared or "",
        not_before=datetime.fromisoformat(wait) if wait is not None else None,
        seen_ids=tuple(ours.seen_ids),
        protection=Protection(ours.protects),
        unmanages=tuple(ours.unmanages or ()),
        movement=ours.movement,
        reach=decode_reach(ours.reach),
        adopts=entry.change.importing is not None,
        moved_from=Address.parse(previous) if previous is not None else None,
    )


def _source(source: own.Source | None) -> SourceRange | None:
    if source is None:
        return None
    return SourceRange(source.file, Position(source.line, source.column))


def _request(entry: own.Request) -> PlannedRequest:
    return PlannedRequest(
        operation=entry.operation,
        method=entry.method,
        path=entry.path,
        query=entry.query,
        body=entry.body,
        unknown=tuple(entry.unknown or ()),
    )


def _diagnostic(entry: own.DiagnosticEntry) -> Diagnostic:
    source = None
    if entry.range is not None:
        end = entry.range.end
        source = SourceRange(
            entry.range.filename,
            _position(entry.range.start),
            _position(end) if end is not None else None,
            entry.snippet.code if entry.snippet is not None else "",
        )
    return Diagnostic(
        entry.severity,
        entry.code,
        entry.summary,
        entry.detail,
        source=source,
        address=Address.parse(entry.address) if entry.address is not None else None,
        target=entry.target,
    )


def _position(place: own.Place) -> Position:
    return Position(place.line, place.column, place.byte)
