from dataclasses import replace

import pytest
from pydantic import JsonValue

from reconciler.plan.changes.update import as_kept, nameless
from reconciler.plan.compare.leaves import Bindings, Sides
from reconciler.resources.base import Desired, Live, Metadata
from reconciler.resources.exemptions import Exemption
from reconciler.resources.ledger_records import Binding, Record
from reconciler.resources.message_text import encodings
from reconciler.resources.tree import at
from tests.support.campaigns import VOICE, desired, live, record

FLOW = "experienceFlowName"
HOURS = "dialingStrategy.callingHours"
DETECT = "enableMachineDetect"


def ignoring(path: str, /, type_: str = "kore_sms_campaign", **changes: JsonValue) -> Desired:
    metadata = Metadata(ignore=(Exemption(path, "somebody tunes it"),))
    return replace(desired("renewal", type_, **changes), metadata=metadata)


def sides(one: Desired, row: Live, known: Record | None = None, *bindings: Binding) -> Sides:
    return Sides(desired=one, live=row, record=known, bindings=Bindings(bindings))


def test_without_exemptions_the_manifest_stays_what_it_is() -> None:
    one = desired()
    assert as_kept(sides(one, live(priority="1"))) is one.spec


def test_an_ignored_field_is_as_read_and_the_others_as_declared() -> None:
    kept = as_kept(sides(ignoring("priority", description="New."), live(priority="1")))
    assert (kept["priority"], kept["description"]) == ("1", "New.")


def test_what_lies_below_an_ignored_path_is_as_read() -> None:
    row = live(dialingStrategy__callingHours__timezone="Asia/Tokyo")
    assert at(as_kept(sides(ignoring(HOURS), row)), f"{HOURS}.timezone") == "Asia/Tokyo"


def test_an_encoded_text_is_sent_as_it_was_read() -> None:
    encoded = encodings("Their text")[2]
    row = live(message__message=encoded)
    kept = as_kept(sides(ignoring("message.message", message__message="Our text"), row))
    assert at(kept, "message.message") == encoded


def test_what_no_reading_shows_is_as_last_applied_and_else_as_declared() -> None:
    one = ignoring(DETECT, VOICE)
    row = live("cd-1", VOICE)
    del row.spec[DETECT]
    before = record(desired("renewal", VOICE, enableMachineDetect="no"))
    assert as_kept(sides(one, row, before))[DETECT] == "no"
    assert as_kept(sides(one, row))[DETECT] == "detect"


@pytest.mark.parametrize(
    ("bound", "name", "unknown"),
    [("cf-2", "Their Flow", ()), ("cf-9", "SMS Support Flow", (FLOW,))],
)
def test_an_ignored_flow_is_kept_by_the_name_that_is_bound_to_it(
    bound: str, name: str, unknown: tuple[str, ...]
) -> None:
    row = live(references={FLOW: "cf-2"})
    found = sides(ignoring(FLOW), row, None, Binding("retention", FLOW, "Their Flow", bound))
    assert as_kept(found)[FLOW] == name
    assert nameless(found) == unknown


def test_a_flow_that_is_not_ignored_needs_no_name() -> None:
    assert nameless(sides(desired(), live(references={FLOW: "cf-2"}))) == ()
