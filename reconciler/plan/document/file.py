"""Saves a plan as a JSON document of one ASCII line, and loads it again.

A saved plan is what was agreed, so a document that is not byte for byte our own serialisation is
refused with the reason.
"""

import hashlib
from dataclasses import dataclass

from pydantic import ValidationError

from reconciler.command_lines import command_lines
from reconciler.errors import ApplyRefused
from reconciler.plan.document import ours as own
from reconciler.plan.document import signature as signing
from reconciler.plan.document import terraform as doc
from reconciler.plan.document.changes_hash import changes_sha256
from reconciler.plan.document.decode import decode_plan
from reconciler.plan.document.encode import UNSEALED, encode_plan
from reconciler.plan.document.parts import as_json
from reconciler.plan.model import Plan
from reconciler.resources.tree import Tree
from reconciler.safe_text import safe_json
from reconciler.strict_json import parse_json

__all__ = [
    "SavedPlan",
    "changes_sha256",
    "dump_plan",
    "file_sha256",
    "load_plan",
    "plan_schema",
    "plan_sha256",
]

_SEAL = '"seal":"{}"'
_PLAN = command_lines("plan --out FILE")
_AGAIN = f"Nothing was sent. Make a new plan:{_PLAN}"
_PIN = f"Nothing was sent. Pin one version in both jobs, and make a new plan:{_PLAN}"


@dataclass(frozen=True, slots=True)
class SavedPlan:
    """A plan that was saved, without `desired`, and the document that it was read from."""

    plan: Plan
    document: str
    sha256: str
    """The hash of the document's bytes, as `sha256sum` prints it for the file."""
    signature: str | None

    def verified(self, keys: tuple[bytes, ...]) -> bool:
        """Whether one of these keys signed exactly this plan."""
        unsigned = _sealed(self.plan)
        return self.signature is not None and signing.verifies(unsigned, self.signature, keys)


def dump_plan(plan: Plan, key: bytes = b"") -> str:
    """The plan document with its final newline, signed if there is a key.

    Equal plans give equal bytes.
    """
    text = _sealed(plan)
    return signing.signed(text, key) if key else text


def plan_sha256(plan: Plan) -> str:
    """The hash of a plan's unsigned document."""
    return file_sha256(_sealed(plan))


def file_sha256(document: str) -> str:
    """The hash of a document's bytes, as `sha256sum` prints it for the file."""
    return hashlib.sha256(document.encode("ascii")).hexdigest()


def _sealed(plan: Plan) -> str:
    text = safe_json(as_json(encode_plan(plan))) + "\n"
    # No text inside the document can contain the placeholder, as its quotes would be escaped.
    return text.replace(_SEAL.format(UNSEALED), _SEAL.format(file_sha256(text)), 1)


def load_plan(data: bytes) -> SavedPlan:
    """The plan in a document; raises ApplyRefused for an invalid document.

    Its signature is not checked, because that needs a key: see `SavedPlan.verified`.
    """
    document = _document(data)
    signature = document.reconciler.signature
    try:
        plan = decode_plan(document)
        again = _sealed(plan)
    except (ValueError, LookupError):
        raise _altered() from None
    if signature is not None:
        again = signing.with_signature(again, signature)
    # Compared as bytes: even another end of line is an alteration.
    if again.encode() != data:
        raise _altered()
    return SavedPlan(plan, again, file_sha256(again), signature)


def _altered() -> ApplyRefused:
    return ApplyRefused("the plan file was altered after it was saved", _AGAIN)


def _document(data: bytes) -> doc.PlanDocument:
    try:
        raw = parse_json(data)
    except ValueError:
        raise ApplyRefused(
            "the plan file is incomplete: it is not one JSON document", _AGAIN
        ) from None
    ours = raw.get("reconciler") if isinstance(raw, dict) else None
    if not isinstance(raw, dict) or not isinstance(ours, dict):
        raise ApplyRefused("the file is not a plan of reconciler", _AGAIN)
    versions = (raw.get("format_version"), ours.get("document_version"))
    if versions != (doc.FORMAT_VERSION, own.DOCUMENT_VERSION):
        made_by = str(ours.get("tool_version"))[:20]
        raise ApplyRefused(
            f"the plan file was made by another version of reconciler ({made_by})", _PIN
        )
    try:
        return doc.PlanDocument.model_validate_json(data)
    except ValidationError:
        raise _altered() from None


def plan_schema() -> Tree:
    """The JSON Schema of plan documents, as published in `schemas/plan.schema.json`."""
    schema: Tree = doc.PlanDocument.model_json_schema(mode="serialization")
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}
