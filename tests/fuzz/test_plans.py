"""Plan files that were edited by accident, or by somebody who knows how to seal them again."""

import hashlib
import json

from hypothesis import given
from pydantic import JsonValue

from reconciler.diagnostics import warning
from reconciler.errors import ApplyRefused
from reconciler.plan.document.encode import UNSEALED
from reconciler.plan.document.file import SavedPlan, dump_plan, load_plan
from reconciler.render.text import plan_text
from tests.fuzz.edits import CANARY, brief, edited, edited_tree, outcome, require_discreet
from tests.support.campaigns import CARE, desired, live, record
from tests.support.payloads import require_harmless
from tests.support.plans import ledger, on_kore, plan

OLD = desired("old", name="Old")
PLAN = plan(
    desired("new", name="New", description=CANARY),
    desired("edited", name="Edited", priority="1"),
    desired("care", CARE),
    live=on_kore(live("cd-1", name="Edited"), live("cd-2", name="Old"), live("cd-3", name="Else")),
    ledger=ledger(record(desired("edited", name="Edited"), "cd-1"), record(OLD, "cd-2")),
    diagnostics=(warning("soon", "expires", "soon"),),
    allow=frozenset({"delete"}),
    prune=True,
)
TEXT = dump_plan(PLAN)
TREE: JsonValue = json.loads(TEXT)


def sealed(document: JsonValue) -> bytes:
    """A document with the hash that belongs to it, as whoever can edit it can write it."""
    ours = document.get("reconciler") if isinstance(document, dict) else None
    if not isinstance(ours, dict):
        return json.dumps(document).encode()
    ours["seal"] = UNSEALED
    text = json.dumps(document, sort_keys=True, separators=(",", ":")) + "\n"
    return text.replace(UNSEALED, hashlib.sha256(text.encode()).hexdigest()).encode()


def test_the_hash_is_made_as_ours() -> None:
    assert sealed(json.loads(TEXT)) == TEXT.encode()


@brief
@given(edited(TEXT.encode()))
def test_a_plan_that_was_damaged_is_refused(data: bytes) -> None:
    found = outcome(lambda: load_plan(data))
    if data != TEXT.encode():
        assert isinstance(found, ApplyRefused)
        require_discreet(found)


@brief
@given(edited_tree(TREE).map(sealed))
def test_a_plan_that_was_sealed_again_is_refused_or_can_be_shown(data: bytes) -> None:
    found = outcome(lambda: load_plan(data))
    assert isinstance(found, SavedPlan | ApplyRefused)
    if isinstance(found, ApplyRefused):
        require_discreet(found)
    else:
        text = outcome(
            lambda: plan_text(found.plan, color=False, verbose=True, sha256=found.sha256)
        )
        require_harmless(str(text))
        assert dump_plan(found.plan) == found.document
