"""A write in canonical form into CareCycle's requests (docs/vendors/carecycle.md 6, 7); pure.

A create makes a draft from four fields; then a PATCH sets the rest. An update sends the fields that
differ. Groups of keys are sent whole, which is right whether the vendor merges or replaces them. In
a create, values of a group that are known only from the new draft are left open.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from pydantic import JsonValue

from reconciler.providers.carecycle.api import BY_OPERATION
from reconciler.resources.base import Live, RunState
from reconciler.resources.carecycle import CARECYCLE, FEATURE_KEYS, SMS_KEYS
from reconciler.resources.tree import Tree, at, has, leaves, overlay, unflatten
from reconciler.resources.writes import (
    KNOWN_AFTER_APPLY,
    Impossible,
    Operation,
    PlannedRequest,
    Write,
)

_CREATED = ("name", "description", "templateId", "maxConcurrentCalls")
_GROUPS = {"features": FEATURE_KEYS, "smsTypes": SMS_KEYS, "smsContent": SMS_KEYS}
_LATER: Tree = {group: dict.fromkeys(keys, KNOWN_AFTER_APPLY) for group, keys in _GROUPS.items()}
# A new draft without a template has these switched off (defaults of the list page). Its texts, and
# the values that a template sets, are not documented (docs/vendors/carecycle.md 9.6, 15.20).
_FRESH: Tree = {group: dict.fromkeys(_GROUPS[group], False) for group in ("features", "smsTypes")}


class _Refused(ValueError):
    """No documented call can write this."""


def requests_of(write: Write) -> tuple[PlannedRequest, ...] | Impossible:
    """The requests of the write, or why it is impossible."""
    try:
        if write.operation is Operation.CREATE:
            return _create(write)
        if write.live is None:
            return Impossible("the campaign was not read, so its id is not known")
        remote_id = write.live.remote_id
        return (_patch(write.operation, remote_id, _body(write, write.live)),)
    except _Refused as problem:
        return Impossible(str(problem))


def _create(write: Write) -> tuple[PlannedRequest, ...]:
    draft = {key: write.spec[key] for key in _CREATED if write.spec.get(key) is not None}
    if "name" not in draft:
        raise _Refused("name must be sent; declare it in the manifest")
    create = BY_OPERATION["create"]
    post = PlannedRequest(
        operation=Operation.CREATE, method=create.method, path=create.at(), body=draft
    )
    known = _LATER if has(draft, "templateId") else overlay(_LATER, _FRESH)
    rest = (path for path, value in leaves(write.spec) if value is not None)
    settings = _settings(write.spec, (path for path in rest if path not in _CREATED), known)
    if not settings:
        return (post,)
    patch = _patch(Operation.UPDATE, KNOWN_AFTER_APPLY, settings)
    return post, replace(patch, unknown=tuple(_open(write.spec, settings, known)))


def _open(spec: Tree, settings: Tree, known: Tree) -> Iterator[str]:
    """The leaves of the settings that are neither declared nor known yet."""
    for path, value in leaves(known):
        if value == KNOWN_AFTER_APPLY and has(settings, path) and at(spec, path) is None:
            yield path


def _body(write: Write, live: Live) -> Tree:
    """The body of a PATCH: settings or a status, never both (docs/vendors/carecycle.md 7)."""
    match write.operation:
        case Operation.START:
            if live.state not in (RunState.DRAFT, RunState.PAUSED):
                raise _Refused(
                    f"only a draft or paused campaign can be started: it is {live.status}"
                )
            return {"status": "active"}
        case Operation.STOP:
            return {"status": "paused"}
        case Operation.DELETE:
            return {"status": "archived"}
        case Operation.SCHEDULE:
            raise _Refused("CareCycle has no call for schedules; set it in the dashboard")
        case Operation.UPDATE | Operation.CREATE:
            return _settings(write.spec, write.changed, overlay(write.last_applied, live.spec))


def _settings(spec: Tree, paths: Iterable[str], known: Tree) -> Tree:
    """The body that sets `paths` as in `spec`, with groups completed from `known`."""
    wanted = frozenset(paths)
    body: Tree = {}
    for field in CARECYCLE.fields:
        if field.path not in wanted:
            continue
        if not field.update:
            raise _Refused(f"{field.path} can only be set when a campaign is created")
        value = at(spec, field.path)
        if value is None:
            raise _Refused(
                f"{field.path} cannot be cleared: the vendor does not document how; clear it in "
                "the dashboard"
            )
        group = field.path.partition(".")[0]
        body[group] = _whole(group, spec, known) if group in _GROUPS else value
    return body


def _whole(group: str, spec: Tree, known: Tree) -> JsonValue:
    keys = [f"{group}.{key}" for key in _GROUPS[group]]
    full = [(key, at(spec, key) if at(spec, key) is not None else at(known, key)) for key in keys]
    lacking = [key for key, value in full if value is None]
    if lacking:
        raise _Refused(
            f"{group} is written as a whole, but these are not known: {', '.join(lacking)}; "
            "declare them in the manifest"
        )
    return unflatten(full)[group]


def _patch(operation: Operation, remote_id: str, body: Tree) -> PlannedRequest:
    update = BY_OPERATION["update"]
    path = update.at(campaign=remote_id)
    return PlannedRequest(operation=operation, method=update.method, path=path, body=body)
