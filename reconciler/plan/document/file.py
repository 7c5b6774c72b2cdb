"""Saves a plan as a JSON document of one ASCII line, and loads it again.

A saved plan is what was agreed, so a document that is not byte for byte our own serialisation is
refused with the reason.
"""

import hashlib
import json

from pydantic import ValidationError

from reconciler.errors import ApplyRefused
from reconciler.plan.document import ours as own
from reconciler.plan.document import terraform as doc
from reconciler.plan.document.decode import decode_plan
from reconciler.plan.document.encode import UNHASHED, as_json, changes_sha256, encode_plan
from reconciler.plan.model import Plan
from reconciler.resources.tree import Tree

__all__ = ["changes_sha256", "dump_plan", "load_plan", "plan_schema", "plan_sha256"]

_HASH = '"sha256":"{}"'
_AGAIN = "Nothing was sent. Make a new plan with: reconciler plan --out FILE"


def dump_plan(plan: Plan) -> str:
    """The plan document with its final newline. Equal plans give equal bytes."""
    return _sealed(plan)[0]


def plan_sha256(plan: Plan) -> str:
    """The hash that a plan's document carries."""
    return _sealed(plan)[1]


def _sealed(plan: Plan) -> tuple[str, str]:
    text = as_json(encode_plan(plan)) + "\n"
    digest = hashlib.sha256(text.encode("ascii")).hexdigest()
    # No text inside the document can contain the placeholder, as its quotes would be escaped.
    return text.replace(_HASH.format(UNHASHED), _HASH.format(digest), 1), digest


def load_plan(text: str) -> Plan:
    """The plan in a document, without `desired`; raises ApplyRefused for an invalid document."""
    document = _document(text)
    try:
        plan = decode_plan(document)
        again = dump_plan(plan)
    except (ValueError, LookupError):
        raise _altered() from None
    if again != text:
        raise _altered()
    return plan


def _altered() -> ApplyRefused:
    return ApplyRefused("The plan file was altered after it was saved", _AGAIN)


def _document(text: str) -> doc.PlanDocument:
    try:
        raw = json.loads(text)
    except (ValueError, RecursionError):
        raise ApplyRefused(
            "The plan file is incomplete: it is not one JSON document", _AGAIN
        ) from None
    ours = raw.get("reconciler") if isinstance(raw, dict) else None
    if not isinstance(ours, dict):
        raise ApplyRefused("The file is not a plan of reconciler", _AGAIN)
    versions = (raw.get("format_version"), ours.get("document_version"))
    if versions != (doc.FORMAT_VERSION, own.DOCUMENT_VERSION):
        made_by = str(ours.get("tool_version"))[:20]
        raise ApplyRefused(
            f"The plan file was made by another version of reconciler ({made_by})", _AGAIN
        )
    try:
        return doc.PlanDocument.model_validate_json(text)
    except ValidationError:
        raise _altered() from None


def plan_schema() -> Tree:
    """The JSON Schema of plan documents, as published in `schemas/plan.schema.json`."""
    schema: Tree = doc.PlanDocument.model_json_schema(mode="serialization")
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}
