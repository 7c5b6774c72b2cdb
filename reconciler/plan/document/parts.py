"""The parts that a plan's document and the hash of its changes are both made of; pure."""

import json
from functools import cache

from pydantic import BaseModel

from reconciler.plan.document import ours as own
from reconciler.plan.model import Change
from reconciler.resources.tree import Tree


def as_json(document: object) -> str:
    """A document in the form that is saved and hashed: that of `tree.canonical_json`."""
    return json.dumps(
        document, default=_members, sort_keys=True, separators=(",", ":"), ensure_ascii=True
    )


def _members(model: BaseModel) -> Tree:
    # `model_dump` would copy every spec tree, which takes twice as long as everything else.
    left_out = _left_out(type(model))
    return {key: value for key, value in model if value is not None or key not in left_out}


@cache
def _left_out(model: type[BaseModel]) -> frozenset[str]:
    return frozenset(name for name, row in model.model_fields.items() if row.exclude_if is not None)


def encode_requests(change: Change) -> list[own.Request]:
    """The requests of a change, in the order in which they are sent."""
    return [
        own.Request(
            operation=request.operation,
            method=request.method,
            path=request.path,
            query=dict(request.query),
            body=request.body,
            unknown=list(request.unknown) or None,
        )
        for request in change.requests
    ]


def encode_fields(change: Change) -> list[own.FieldEntry]:
    """What a change moves."""
    return [
        own.FieldEntry(
            path=field.path,
            before=field.before,
            after=field.after,
            note=field.note,
            attribution=field.attribution,
            readable=field.readable,
            movement=field.movement,
        )
        for field in change.fields
    ]
