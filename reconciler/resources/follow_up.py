"""The requests that complete a create, once the new campaign can be read; pure.

They must be exactly as planned: only the id, and the leaves that the plan left open, may differ.
"""

from collections.abc import Iterator, Sequence

from pydantic import JsonValue

from reconciler.resources.base import Live
from reconciler.resources.kinds import BY_TYPE
from reconciler.resources.tree import Tree, canonical_json, leaves
from reconciler.resources.writes import Impossible, Operation, PlannedRequest, Write


def beyond_create(type_: str, spec: Tree) -> frozenset[str]:
    """The paths that a create cannot set, so that an update must."""
    rows = {row.path: row for row in BY_TYPE[type_].fields}
    return frozenset(
        path
        for path, value in leaves(spec)
        if value is not None
        and path in rows
        and not rows[path].required
        and not rows[path].optional
    )


def follow_up(spec: Tree, live: Live) -> Write:
    """The update that sets what the create could not; `spec` is that of the create."""
    return Write(
        operation=Operation.UPDATE,
        type=live.type,
        spec=spec,
        live=live,
        changed=beyond_create(live.type, spec),
    )


def completed(
    planned: Sequence[PlannedRequest], actual: tuple[PlannedRequest, ...] | Impossible
) -> tuple[PlannedRequest, ...] | Impossible:
    """A provider's requests for a `follow_up`, if they are as planned; else why not."""
    if isinstance(actual, Impossible):
        return actual
    if [_target(request) for request in planned] != [_target(request) for request in actual]:
        return Impossible("it would need other requests than those in the plan")
    paths = [
        path
        for before, after in zip(planned, actual, strict=True)
        for path in _differing(before, after)
    ]
    if paths:
        other = ", ".join(paths)
        return Impossible(f"the new campaign is not as the plan expected: {other}")
    return actual


def _target(request: PlannedRequest) -> tuple[Operation, str, str, dict[str, str]]:
    return request.operation, request.method, request.path, dict(request.query)


def _differing(planned: PlannedRequest, actual: PlannedRequest) -> Iterator[str]:
    before, after = dict(leaves(planned.body or {})), dict(leaves(actual.body or {}))
    for path in sorted(before.keys() | after.keys()):
        there = path in before and path in after and path not in actual.unknown
        if not (there and (path in planned.unknown or _same(before[path], after[path]))):
            yield path


def _same(one: JsonValue, other: JsonValue) -> bool:
    """Compares as JSON, because `True == 1` and `1 == 1.0`."""
    return canonical_json(one) == canonical_json(other)
