from pydantic import JsonValue

from reconciler.manifests.export.draft import Draft, draft_manifest
from reconciler.resources.base import Live, RunState
from reconciler.resources.tree import Tree, overlay

FLOW_ID = "cf-22222222-3333-5444-8555-666666666666"
SMS: Tree = {
    "name": "Spring",
    "description": "",
    "contactLists": ["May"],
    "priority": "3",
    "format": "advanced",
    "dialingStrategy": {
        "callerId": {"phoneNumber": "+12025550123"},
        "callingHours": {
            "frequency": "WEEKLY",
            "timezone": "Asia/Kolkata",
            "days": [
                {"day": day, "start": "9:00 AM", "end": "6:00 PM"} for day in ("MO", "TU", "WE")
            ],
        },
    },
    "dncLists": {"name": None},
}


def drafted(
    changes: Tree | None = None, *, flow: str = FLOW_ID, names: dict[str, str] | None = None
) -> Draft:
    live = Live(
        type="kore_sms_campaign",
        remote_id="cd-1",
        name="Spring",
        state=RunState.DRAFT,
        status="Ready",
        spec=overlay(SMS, changes or {}),
        references={"experienceFlowName": flow} if flow else {},
    )
    learnt = {("experienceFlowName", remote): name for remote, name in (names or {}).items()}
    return draft_manifest(live, "v2", learnt)


def message(**said: JsonValue) -> Tree:
    return {"format": "simple", "message": said}


def test_a_draft_is_written_as_people_write() -> None:
    spec = drafted().spec
    assert spec["priority"] == 3
    assert "format" not in spec
    assert "dncLists" not in spec
    hours = spec["dialingStrategy"]
    assert isinstance(hours, dict)
    assert hours["callingHours"] == {
        "frequency": "WEEKLY",
        "timezone": "Asia/Kolkata",
        "days": [{"day": "MO-WE", "start": "9:00 AM", "end": "6:00 PM"}],
    }


def test_an_encoded_message_is_written_plainly() -> None:
    found = drafted(message(message="SGksIHlvdXIgcGxhbi4%3D"), flow="")
    assert found.spec["message"] == {"message": "Hi, your plan."}


def test_a_reference_is_declared_by_its_id_and_marked() -> None:
    found = drafted()
    assert found.spec["experienceFlowName"] == FLOW_ID
    assert found.by_id == ("experienceFlowName",)
    assert list(found.comments) == ["experienceFlowName"]
    assert found.ignore == ()


def test_a_reference_whose_name_was_learnt_is_declared_by_it() -> None:
    found = drafted(names={FLOW_ID: "Support Flow"})
    assert found.spec["experienceFlowName"] == "Support Flow"
    assert (found.by_id, found.comments) == ((), {})


def test_an_id_of_another_shape_might_pass_for_a_name_and_is_left_out() -> None:
    found = drafted(flow="flow 7")
    assert "experienceFlowName" not in found.spec
    assert found.ignore == ("experienceFlowName",)
    # Without the flow nothing else says what kind of campaign it is.
    assert found.spec["format"] == "advanced"


def test_what_is_required_and_unreadable_is_ignored_with_a_reason() -> None:
    found = drafted(message(template_name="Notice"), flow="")
    assert found.spec["message"] == {"template_name": "Notice"}
    (entry,) = found.exemptions
    assert isinstance(entry, dict)
    assert entry["path"] == "message.message"
    assert "The vendor does not return it" in str(entry["reason"])


def test_a_value_that_no_manifest_may_have_is_left_out_if_it_may_be() -> None:
    found = drafted({"description": "x" * 300, "priority": "9"})
    assert found.left_out == ("description", "priority")
    assert "description" not in found.spec
    assert "priority" not in found.spec


def test_a_value_that_every_manifest_needs_stays_for_the_decoder_to_refuse() -> None:
    found = drafted({"name": "x" * 60})
    assert found.left_out == ()
    assert found.spec["name"] == "x" * 60
