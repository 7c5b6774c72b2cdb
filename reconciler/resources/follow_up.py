"""The requests of a create that a plan could not finish, once the new campaign can be read; pure.

What was planned must come true to the letter: nothing but the leaves that the plan left open, and
the id, may differ from it.
"""

from collections.abc import Iterator, Sequence

from pydantic import JsonValue

from reconciler.resources.base import Live
from reconciler.resources.kinds import BY_TYPE
from reconciler.resources.tree import Tree, canonical_json, leaves
from reconciler.resources.writes import Impossible, Operation, PlannedRequest, Write


def beyond_create(type_: str, spec: Tree) -> frozenset[str]:
    """The paths that a create cannot carry, and an update must set."""
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
    """The update that says of a new campaign what its create could not; `spec` is the create's."""
    return Write(
        operation=Operation.UPDATE,
        type=live.type,
        spec=spec,
        live=live,
        changed=beyond_create(live.type, spec),
    )


def completed(
    planned: Sequence[PlannedRequest], told: tuple[PlannedRequest, ...] | Impossible
) -> tuple[PlannedRequest, ...] | Impossible:
    """What a provider tells of a `follow_up`, if it is what was planned; else why it is not."""
    if isinstance(told, Impossible):
        return told
    if [_target(one) for one in planned] != [_target(one) for one in told]:
        return Impossible("it would take other requests than the plan said")
    paths = [
        path
        for before, after in zip(planned, told, strict=True)
        for path in _differing(before, after)
    ]
    if paths:
        other = ", ".join(paths)
        return Impossible(f"the new campaign is not as the plan took it to be: {other}")
    return told


def _target(request: PlannedRequest) -> tuple[Operation, str, str, dict[str, str]]:
    return request.operation, request.method, request.path, dict(request.query)


def _differing(planned: PlannedRequest, told: PlannedRequest) -> Iterator[str]:
    before, after = dict(leaves(planned.body or {})), dict(leaves(told.body or {}))
    for path in sorted(before.keys() | after.keys()):
        there = path in before and path in after and path not in told.unknown
        if not (there and (path in planned.unknown or _same(before[path], after[path]))):
            yield path


def _same(one: JsonValue, other: JsonValue) -> bool:
    """As JSON, because `True == 1` and `1 == 1.0`."""
    return canonical_json(one) == canonical_json(other)
