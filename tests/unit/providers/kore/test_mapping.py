from datetime import UTC, datetime

import pytest
from pydantic import JsonValue

from reconciler.providers.kore import mapping
from reconciler.resources.base import Live, RunState
from reconciler.resources.kinds import BY_TYPE
from reconciler.resources.tree import Tree, at, overlay
from tests.support.scripted_vendor import kore_row, sample

SMS = BY_TYPE["kore_sms_campaign"]
VOICE = BY_TYPE["kore_voice_campaign"]
WEEKDAYS = ("MO", "TU", "WE", "TH", "FR")


def record(name: str) -> Tree:
    data = sample(name)["data"]
    assert isinstance(data, dict)
    return data


def full(raw: Tree, api: str = "v2", row: Live | None = None) -> Live:
    return mapping.full(raw, SMS, api, row)


def row_of(raw: Tree, api: str = "v2") -> Live:
    return mapping.row_of(raw, SMS, api)


def voice_record(**more: JsonValue) -> Tree:
    raw: Tree = {
        "_id": "cd-7",
        "name": "Billing Callback",
        "status": "Ready",
        "dialingMode": "Preview",
        "dncLists": {"id": "cl-4", "name": "Do Not Contact"},
        "dialingStrategy": {"maxRingTime": 30, "useSystemMappings": False},
        "maxSkips": 1,
    }
    return {**raw, **more}


def test_the_v2_get_sample_is_read_whole() -> None:
    live = full(record("kore_v2_get_sms"))
    assert live.remote_id == "cd-e7110489-a30a-5d1e-80ee-f246cc800000"
    assert live.name == "Interactive Support SMS Campaign1212"
    assert (live.state, live.status, live.blocked) == (RunState.DRAFT, "Ready", ())
    assert live.references == {"experienceFlowName": "cf-67447605-115e-5dd2-a676-e158cf300000"}
    assert at(live.spec, "dncLists.name") == "testdnc"
    assert at(live.spec, "dialingStrategy.callingHours.days") == [
        {"day": day, "start": "9:00 AM", "end": "6:00 PM"} for day in WEEKDAYS
    ]
    assert live.created_at == datetime(2025, 12, 5, 8, 16, 19, 398000, UTC)
    assert live.observed["updatedAt"] == "2025-12-05T08:16:19.177Z"
    assert live.thin is False


def test_the_v1_voice_get_sample_is_read_although_it_shows_an_sms_campaign() -> None:
    live = full(record("kore_v1_get_voice"), "v1")
    assert live.name == "Interactive Support SMS Campaign"
    assert "experienceFlowName" in live.references
    as_voice = mapping.full(record("kore_v1_get_voice"), VOICE, "v1", None)
    assert as_voice.blocked == ("its dialingMode None is not a value that an update can write",)


def test_the_v1_list_sample_is_read_as_thin_rows() -> None:
    rows = record("kore_v1_list_sms")["results"]
    assert isinstance(rows, list)
    advanced, simple = [row_of(raw, "v1") for raw in rows if isinstance(raw, dict)]
    assert (advanced.thin, simple.thin) == (True, True)
    assert at(simple.spec, "message.message") == "Hi, This is just reminder for upcoming event"
    assert advanced.spec["contactLists"] == ["Renewal Due - May/June 2025"]
    assert "dialingStrategy" not in advanced.spec
    assert advanced.observed == {
        "createdAt": "2025-06-27T09:25:53.320Z",
        "updatedAt": "2025-06-27T09:31:56.940Z",
        "schedule": {"isSchedulingEnabled": False, "isRecurrenceEnabled": False},
        "campaignExecutionType": "NORMAL",
    }


def test_the_create_answer_sample_shows_the_campaign_and_its_flow() -> None:
    live = mapping.answered(record("kore_v1_create_sms_answer"), SMS, "v1")
    assert live is not None
    assert live.references == {"experienceFlowName": "cf-67447605-115e-5dd2-a676-e158cf3b0000"}
    assert live.thin is True


@pytest.mark.parametrize("raw", [None, [], {}, {"campId": "cd-1"}, {"_id": "cd-1"}])
def test_an_answer_without_a_campaign_shows_none(raw: JsonValue) -> None:
    assert mapping.answered(raw, SMS, "v2") is None


@pytest.mark.parametrize(
    ("status", "state", "blocks"),
    [
        ("Preparing", RunState.DRAFT, True),
        ("Ready", RunState.DRAFT, False),
        ("Scheduled", RunState.SCHEDULED, True),
        ("Rescheduled", RunState.SCHEDULED, True),
        ("Active", RunState.ACTIVE, True),
        ("Paused", RunState.PAUSED, True),
        ("Stopped", RunState.FINISHED, False),
        ("Completed", RunState.FINISHED, False),
        ("Run as Emergency", RunState.OTHER, True),
        ("", RunState.OTHER, True),
    ],
)
def test_every_status_has_a_state_and_says_whether_it_blocks(
    status: str, state: RunState, blocks: bool
) -> None:
    live = row_of(kore_row(1, status=status))
    assert (live.state, live.status, bool(live.blocked)) == (state, status, blocks)


@pytest.mark.parametrize(
    ("flag", "word"),
    [
        ({"schedule": {"isSchedulingEnabled": True}}, "schedule"),
        ({"schedule": {"isRecurrenceEnabled": True}}, "recurring"),
        ({"isFiltersEnabled": True}, "filters"),
        ({"dialingStrategy": {"useSystemMappings": True}}, "system mappings"),
        ({"format": "rich"}, "format rich"),
    ],
)
def test_what_an_update_would_lose_blocks_it(flag: Tree, word: str) -> None:
    (reason,) = full(overlay(kore_row(1), flag)).blocked
    assert word in reason


def test_a_do_not_call_list_blocks_writes_through_v1_only() -> None:
    raw = kore_row(1, dncLists={"name": "Do Not Contact"})
    assert "api v1 would drop" in full(raw, "v1").blocked[0]
    assert "dncLists" not in full(raw, "v1").spec
    assert full(raw, "v2").blocked == ()


def test_a_full_record_without_a_do_not_call_list_has_none_but_a_row_says_nothing() -> None:
    assert full(kore_row(1)).spec["dncLists"] == {"name": None}
    assert "dncLists" not in row_of(kore_row(1)).spec


@pytest.mark.parametrize("key", ["id", "_id"])
def test_an_id_is_found_under_either_key(key: str) -> None:
    raw: Tree = {key: "cd-1", "name": "A"}
    assert mapping.record_id(raw) == "cd-1"


@pytest.mark.parametrize(
    ("raw", "why"),
    [
        ({"name": "A"}, "no id"),
        ({"id": "", "_id": None, "name": "A"}, "no id"),
        ({"id": 7, "name": "A"}, "no id"),
        ({"id": "cd-1", "_id": "cd-2", "name": "A"}, "two different ids"),
        ({"id": "..", "name": "A"}, "an id of unusable form"),
    ],
)
def test_a_record_without_identity_is_refused(raw: Tree, why: str) -> None:
    with pytest.raises(mapping.Malformed, match=why):
        row_of(raw)


@pytest.mark.parametrize(
    ("name", "shown"), [(None, ""), ("", ""), (["A"], ""), (True, ""), (2026, "2026"), ("A", "A")]
)
def test_a_row_without_a_name_is_a_campaign(name: JsonValue, shown: str) -> None:
    assert row_of(mapping.spelled({"id": "cd-1", "name": name})).name == shown
    assert row_of({"id": "cd-1"}).name == ""


@pytest.mark.parametrize("key", sorted(record("kore_v2_get_sms").keys() - {"_id", "name"}))
@pytest.mark.parametrize("value", [None, 7, "odd", [], {}, [None], {"a": [1]}, True])
def test_any_other_field_may_be_anything(key: str, value: JsonValue) -> None:
    raw = {**record("kore_v2_get_sms"), key: value}
    live = full(raw)
    assert live.name == raw["name"]
    assert mapping.row_of({**raw, "dialingMode": value}, VOICE, "v1").remote_id == live.remote_id


def test_a_row_tells_how_much_was_sent_and_how_it_runs() -> None:
    row = row_of(
        kore_row(
            1,
            totalMessagesSent="5",
            campaignExecutionType="EMERGENCY",
            campaignInstanceUpdatedAt="2026-11-20T09:00:00.000Z",
        )
    )
    told = (5, "EMERGENCY", datetime(2026, 11, 20, 9, tzinfo=UTC))
    assert (row.sent, row.execution, row.run_changed_at) == told
    read = mapping.full(kore_row(1), SMS, "v2", row)
    assert (read.sent, read.execution, read.run_changed_at) == told


def test_a_row_without_counters_tells_nothing_about_its_runs() -> None:
    row = row_of(kore_row(1, totalMessagesSent="many", campaignInstanceUpdatedAt="soon"))
    assert (row.sent, row.run_changed_at) == (None, None)


def test_unknown_keys_are_observed_and_counters_are_not() -> None:
    raw = kore_row(1, shiny={"new": 1}, totalMessagesSent=5, campaignInstanceUpdatedAt="x")
    assert row_of(raw).observed == {"shiny": {"new": 1}}


def test_a_marker_moves_with_the_campaign_and_not_with_its_counters() -> None:
    base = row_of(kore_row(1, contactLists=["A", "B"])).marker
    assert row_of(kore_row(1, contactLists=["B", "A"], totalMessagesSent=9)).marker == base
    assert row_of(kore_row(1, contactLists=["A", "B"], updatedAt="later")).marker != base
    assert row_of(kore_row(1, contactLists=["A"])).marker != base


def test_what_only_the_list_shows_is_kept_in_the_full_reading() -> None:
    row = mapping.row_of(voice_record(connection="Billing Queue"), VOICE, "v2")
    live = mapping.full(voice_record(), VOICE, "v2", row)
    assert live.spec["queue_name"] == "Billing Queue"
    assert (live.marker, live.thin) == (row.marker, False)
    assert "queue_name" not in mapping.full(voice_record(), VOICE, "v2", None).spec


def test_a_message_that_the_get_lacks_comes_from_the_list() -> None:
    row = row_of(kore_row(1, format="simple", message={"message": "Hi"}), "v1")
    assert at(full(kore_row(1, format="simple"), "v1", row).spec, "message.message") == "Hi"


def test_a_full_reading_wins_over_its_row() -> None:
    row = row_of(kore_row(1, description="old", dncLists={"name": "Old"}))
    live = full(kore_row(1, description="new", dncLists=None), "v2", row)
    assert live.spec["description"] == "new"
    assert live.spec["dncLists"] == {"name": None}


def test_a_do_not_call_list_that_only_the_row_shows_is_not_lost() -> None:
    row = row_of(kore_row(1, dncLists={"name": "Do Not Contact"}))
    assert full(kore_row(1), "v2", row).spec["dncLists"] == {"name": "Do Not Contact"}
    assert full(kore_row(1, dncLists={"name": "Other"}), "v2", row).spec["dncLists"] == {
        "name": "Other"
    }


@pytest.mark.parametrize("api", ["v1", "v2"])
@pytest.mark.parametrize(
    "shown",
    [
        {"id": "cl-4"},
        {"id": "cl-4", "name": None},
        [{"name": "Do Not Contact"}, {"name": "Another"}],
        [{"id": "cl-4"}],
        7,
        {"name": 7},
    ],
)
def test_a_do_not_call_list_without_a_name_blocks_writes_and_is_not_read_as_none(
    api: str, shown: JsonValue
) -> None:
    live = full(kore_row(1, dncLists=shown), api)
    assert live.blocked == ("it has a do-not-call list without a name, which an update would drop",)
    assert "dncLists" not in live.spec


@pytest.mark.parametrize("shown", ["Mine", ["Mine"], [{"id": "cl-4", "name": "Mine"}]])
def test_a_do_not_call_list_in_another_form_is_read(shown: JsonValue) -> None:
    live = full(kore_row(1, dncLists=shown))
    assert live.blocked == ()
    assert live.spec["dncLists"] == {"name": "Mine"}


@pytest.mark.parametrize("shown", [None, {}, [], "", {"id": "", "name": ""}, {"name": None}])
def test_an_empty_do_not_call_list_is_none(shown: JsonValue) -> None:
    live = full(kore_row(1, dncLists=shown))
    assert (live.blocked, live.spec["dncLists"]) == ((), {"name": None})


def test_a_row_of_another_dialing_mode_adds_nothing() -> None:
    row = mapping.row_of(voice_record(connection="Billing Queue"), VOICE, "v2")
    live = mapping.full(voice_record(dialingMode="Agentless"), VOICE, "v2", row)
    assert "queue_name" not in live.spec
    assert "maxSkips" not in live.spec


@pytest.mark.parametrize("moment", ["yesterday", 5, None, ""])
def test_an_unreadable_time_is_none(moment: JsonValue) -> None:
    assert row_of(kore_row(1, createdAt=moment)).created_at is None


def test_a_time_without_zone_is_utc() -> None:
    assert row_of(kore_row(1, createdAt="2026-03-02T14:00:00")).created_at == datetime(
        2026, 3, 2, 14, tzinfo=UTC
    )


def test_a_template_is_one_even_where_only_its_row_says_so() -> None:
    message: JsonValue = {"template_name": "Notice", "message": "the server's", "templateId": "t"}
    listed: Tree = {"id": "cd-1", "name": "Spring", "status": "Ready", "format": "simple"}
    row = row_of({**listed, "message": message})
    live = full(listed, row=row)
    assert at(live.spec, "message") == {"template_name": "Notice"}


def simple_row(message: JsonValue) -> Tree:
    return kore_row(1, format="simple", message=message)


@pytest.mark.parametrize("message", [{"message": "Hi"}, {"message": "Hi", "templateId": ""}])
def test_a_plain_text_is_read_as_one_that_has_no_template(message: Tree) -> None:
    said = {"message": "Hi", "template_name": None}
    assert full(simple_row(message)).spec["message"] == said
    assert row_of(simple_row(message)).spec["message"] == said


@pytest.mark.parametrize("message", [None, "Hi", ["Hi"]])
def test_a_message_that_is_not_shown_says_nothing_of_a_template(message: JsonValue) -> None:
    assert "message" not in full(simple_row(message)).spec


def test_a_template_that_only_an_id_shows_has_no_name_and_blocks_updates() -> None:
    live = full(simple_row({"message": "the server's", "templateId": "cmt-1"}))
    assert live.spec["message"] == {"template_name": ""}
    assert "the vendor returns no name for its template" in live.blocked[0]


def test_an_advanced_campaign_has_no_message() -> None:
    assert "message" not in full(kore_row(1, message={"message": "Hi"})).spec
