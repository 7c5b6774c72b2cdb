"""Turns a plan into its document's models; pure."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict

from reconciler.clock import timestamp
from reconciler.plan.document import ours as own
from reconciler.plan.document import terraform as doc
from reconciler.plan.document.changes_hash import changes_sha256
from reconciler.plan.document.found import encode_diagnostic
from reconciler.plan.document.marked import marked_texts
from reconciler.plan.document.parts import encode_fields, encode_requests
from reconciler.plan.document.people import encode_outreach, encode_reach
from reconciler.plan.model import Action, Change, Plan, PlanTarget
from reconciler.plan.twins import Twin
from reconciler.resources.kinds import BY_TYPE

UNSEALED = "0" * 64
"""The placeholder for a document's seal while it is computed."""
_ACTIONS: Mapping[Action, doc.Verb] = {
    Action.NO_OP: "no-op",
    Action.MANUAL: "no-op",
    Action.ADOPT: "no-op",
    Action.CREATE: "create",
    Action.UPDATE: "update",
    Action.DELETE: "delete",
    Action.FORGET: "forget",
}
_UNKNOWN_AFTER_CREATE = {"id": True, "status": True}


def encode_plan(plan: Plan) -> doc.PlanDocument:
    """The document of a plan, not sealed yet. `desired` specs are not in it."""
    return doc.PlanDocument(
        format_version=doc.FORMAT_VERSION,
        terraform_version=doc.TERRAFORM_VERSION,
        planned_values=doc.PlannedValues(
            root_module=doc.ValuesModule(resources=list(_values(plan)))
        ),
        configuration=_configuration(plan),
        resource_changes=[_change(change) for change in plan.changes],
        resource_drift=[_change(change) for change in plan.drift],
        timestamp=timestamp(plan.created_at),
        complete=plan.complete,
        applyable=plan.applyable,
        errored=plan.errored,
        reconciler=_ours(plan),
    )


def _provider(type_: str) -> str:
    return BY_TYPE[type_].provider if type_ in BY_TYPE else type_.partition("_")[0]


def _values(plan: Plan) -> Iterator[doc.ResourceValues]:
    for change in plan.changes:
        if change.after is not None:
            yield doc.ResourceValues.model_construct(
                address=str(change.address),
                type=change.address.type,
                name=change.address.name,
                provider_name=_provider(change.address.type),
                values=change.after,
            )


def _configuration(plan: Plan) -> doc.Configuration:
    providers = {_provider(change.address.type) for change in plan.changes}
    providers |= {target.provider for target in plan.targets}
    return doc.Configuration(
        provider_config={
            name: doc.ProviderConfig(name=name, full_name=f"reconciler/{name}")
            for name in sorted(providers)
        },
        root_module=doc.ConfigModule(
            resources=[
                doc.ConfigResource.model_construct(
                    address=str(change.address),
                    type=change.address.type,
                    name=change.address.name,
                    provider_config_key=_provider(change.address.type),
                    expressions={},
                )
                for change in plan.changes
                if change.source is not None
            ]
        ),
    )


def _change(change: Change) -> doc.ResourceChange:
    imported = change.adopts and change.remote_id is not None
    pruned = change.action is Action.DELETE and change.source is None
    return doc.ResourceChange.model_construct(
        address=str(change.address),
        previous_address=str(change.moved_from) if change.moved_from else None,
        type=change.address.type,
        name=change.address.name,
        provider_name=_provider(change.address.type),
        change=doc.ChangeBody.model_construct(
            actions=[_ACTIONS[change.action]],
            before=change.before,
            after=change.after,
            after_unknown=_UNKNOWN_AFTER_CREATE if change.action is Action.CREATE else {},
            importing=doc.Importing(id=str(change.remote_id)) if imported else None,
        ),
        action_reason="delete_because_no_resource_config" if pruned else None,
        reconciler=_our_change(change),
    )


def _our_change(change: Change) -> own.OurChange:
    source = None
    if (found := change.source) is not None:
        line, column = found.start.line, found.start.column
        source = own.Source(file=found.filename, line=line, column=column)
    return own.OurChange.model_construct(
        action=change.action,
        target=change.target,
        remote_id=change.remote_id,
        name=change.name,
        reason=change.reason,
        source=source,
        requests=encode_requests(change),
        fields=encode_fields(change),
        marked=marked_texts(change.fields),
        notes=list(change.notes),
        warnings=list(change.warnings),
        irreversible=change.irreversible,
        appeared=change.appeared or None,
        not_before=timestamp(change.not_before) if change.not_before is not None else None,
        seen_ids=list(change.seen_ids),
        protects=change.protection.value,
        unmanages=list(change.unmanages) or None,
        movement=change.movement,
        reach=encode_reach(change.reach),
    )


def _ours(plan: Plan) -> own.OurPlan:
    return own.OurPlan(
        document_version=own.DOCUMENT_VERSION,
        id=plan.id,
        tool_version=plan.tool_version,
        environment=plan.environment,
        is_default=plan.is_default,
        commit=plan.commit,
        created_at=timestamp(plan.created_at),
        expires_at=timestamp(plan.expires_at),
        seal=UNSEALED,
        signature=None,
        changes_sha256=changes_sha256(plan),
        partial=plan.selection.partial,
        selection=own.SelectionEntry(
            targets=list(plan.selection.targets),
            select=list(plan.selection.select),
            exclude=list(plan.selection.exclude),
        ),
        prune=plan.prune,
        allow=list(plan.allow),
        targets=[_target(target) for target in plan.targets],
        ledger=own.LedgerEntry(location=plan.location, lineage=plan.lineage, serial=plan.serial),
        outreach=encode_outreach(plan.outreach),
        gates=[
            own.GateEntry(
                code=gate.code,
                kind=gate.kind,
                summary=gate.summary,
                details=list(gate.details),
                addresses=_texts(gate.addresses),
                records=gate.records,
                allowed=gate.allowed,
                allowed_by=gate.allowed_by,
            )
            for gate in plan.gates
        ],
        diagnostics=[encode_diagnostic(one) for one in plan.diagnostics],
        requests=own.RequestCount(read=plan.requests_read, planned=plan.requests_planned),
        pending=_texts(plan.pending),
        unmanaged=[own.UnmanagedEntry(**asdict(campaign)) for campaign in plan.unmanaged],
        twins=[_twin(twin) for twin in plan.twins],
        orphaned=_texts(plan.orphaned),
        coverage=own.Coverage(managed=plan.managed_count, live=plan.live_count),
    )


def _target(target: PlanTarget) -> own.TargetEntry:
    read = target.oldest_read
    return own.TargetEntry(
        **asdict(target) | {"oldest_read": timestamp(read) if read is not None else None}
    )


def _twin(twin: Twin) -> own.TwinEntry:
    made = timestamp(twin.created_at) if twin.created_at is not None else None
    return own.TwinEntry(**asdict(twin) | {"address": str(twin.address), "created_at": made})


def _texts(values: Iterable[object]) -> list[str]:
    return [str(value) for value in values]
