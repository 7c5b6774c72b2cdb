"""Answers and names that should never occur: they are reported, and nothing is lost."""

import json

import pytest
from pydantic import JsonValue, TypeAdapter

from reconciler.resources.tree import Tree
from reconciler.simulator.core import Simulator
from reconciler.simulator.faults import Fault, FaultKind
from tests.support.cli import Line, Project, sms
from tests.support.live_campaigns import answer
from tests.support.run_state_helpers import ADDRESS, applied, sent
from tests.support.written_campaigns import QUICK

JSON = TypeAdapter(Tree)
HTML = "<!DOCTYPE html><html><body>Sign in</body></html>"
ERROR = json.dumps({"status": "error", "message": "Something is wrong"})
HUGE = json.dumps({"status": "success", "data": "x" * (16 * 1024 * 1024)})
ROW: Tree = {"id": "cd-1", "name": "Other", "status": "Ready", "format": "advanced"}


def page(*rows: JsonValue, **claims: JsonValue) -> str:
    data: Tree = {"results": [*rows], "skip": 0, "limit": 50, "hasMore": False, "totalPages": 1}
    return json.dumps({"status": "success", "data": {**data, "totalResults": len(rows), **claims}})


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (ERROR, "Something is wrong"),
        (HTML, "HTML instead of JSON"),
        (HUGE, "more than 16 MiB"),
        ("", "not a JSON object"),
        ("[]", "not a JSON object"),
        ("[" * 100_000, "not a JSON object"),
        (page({**ROW, "weight": float("nan")}), "not a JSON object"),
        (page({**ROW, "weight": 10**400}), "not a JSON object"),
        (page({**ROW, "weight": 0}).replace('"weight": 0', '"weight": 1e999'), "not a JSON object"),
        (page(ROW, totalResults=10**19), "not a JSON object"),
        (page(ROW).replace('"skip": 0', '"skip": 0, "skip": 0'), "not a JSON object"),
        ('{"status": "success"}', "no results or no totalResults"),
        (page(None), "not a JSON object"),
        (page({"name": "Other"}), "no id"),
        (page({**ROW, "id": 7}), "no id"),
        (page({**ROW, "_id": "cd-2"}), "two different ids"),
        (page(ROW, totalResults=2), "page 1 reports 2"),
        (page(ROW, totalResults="one"), "no totalResults"),
        (page(ROW, results="none"), "no results"),
        (page(ROW, skip=3), "begins at 3"),
    ],
)
def test_an_invalid_listing_is_reported_and_nothing_is_created(
    run_line: Line, project: Project, simulator: Simulator, body: str, words: str
) -> None:
    answer(simulator, "kore.list", body)
    project.sms()
    result = run_line("plan")
    assert result.code == 1
    assert words in result.err
    assert run_line("apply", "--auto-approve").code != 0
    assert simulator.requests(mutating=True) == []


@pytest.mark.parametrize("type_", ["text/html", "text/plain", "application/jsonp", "application/x"])
def test_a_listing_of_another_content_type_is_none(
    run_line: Line, project: Project, simulator: Simulator, type_: str
) -> None:
    headers = {"content-type": type_}
    simulator.faults.add(
        Fault(kind=FaultKind.HEADERS, match="kore.list", headers=headers, times=None)
    )
    project.sms()
    result = run_line("plan")
    assert result.code == 1
    assert f"the response is not a JSON object: its content type is {type_}" in result.err
    assert run_line("apply", "--auto-approve").code != 0
    assert simulator.requests(mutating=True) == []


ODD: Tree = {
    "description": None,
    "status": ["Ready"],
    "priority": 5,
    "contactLists": "Spring Renewals 2026",
    "dialingStrategy": {"callerId": None, "callingHours": {"days": [{"day": 1}, None, "MO"]}},
    "experienceFlow": 7,
    "schedule": "soon",
    "dncLists": [],
    "createdAt": "yesterday",
    "updatedAt": 12,
    "brandNewKey": {"nested": [1, 2, None]},
}


@pytest.mark.parametrize("missing", [False, True])
def test_a_record_of_odd_types_is_tolerated_and_never_crashes(
    run_line: Line, project: Project, simulator: Simulator, missing: bool
) -> None:
    remote_id = applied(run_line, project, simulator)
    bare: Tree = {"_id": remote_id, "name": "Campaign renewal"}
    record = bare if missing else {**bare, **ODD}
    answer(simulator, "kore.get", json.dumps({"status": "success", "data": record}))
    result = run_line("plan", "--refresh", "full", "--json")
    assert result.code == 0, result.err
    (change,) = result.json["resource_changes"]
    assert change["change"]["actions"] == ["no-op"]
    assert simulator.requests(mutating=True) == []


def test_a_record_of_another_campaign_is_an_error(
    run_line: Line, project: Project, simulator: Simulator
) -> None:
    applied(run_line, project, simulator)
    record: Tree = {"_id": "cd-other", "name": "Campaign renewal", "status": "Ready"}
    answer(simulator, "kore.get", json.dumps({"status": "success", "data": record}))
    result = run_line("plan", "--refresh", "full")
    assert result.code == 1
    assert "another campaign" in result.err


@pytest.mark.parametrize(
    ("body", "code"),
    [(ERROR, 1), (HTML, 7), (HUGE, 7), ("", 7), ("[]", 7), ('{"status": "success"}', 7)],
)
def test_a_create_with_an_invalid_answer_is_never_repeated(
    run_line: Line, project: Project, simulator: Simulator, body: str, code: int
) -> None:
    project.configure(more=QUICK)
    answer(simulator, "kore.create", body, times=1)
    project.sms()
    assert run_line("apply", "--auto-approve").code == code
    assert len(sent(simulator, "kore.create")) == 1


@pytest.mark.parametrize("body", [ERROR, HTML, HUGE, "null"])
def test_a_start_with_an_invalid_answer_is_never_repeated(
    run_line: Line, project: Project, simulator: Simulator, body: str
) -> None:
    project.configure(more=QUICK)
    applied(run_line, project, simulator)
    answer(simulator, "kore.start", body, times=1)
    result = run_line("start", ADDRESS, "--auto-approve")
    assert result.code == 7
    assert "x" * 300 not in result.err
    assert len(sent(simulator, "kore.start")) == 1


CARE = (
    "apiVersion: reconciler/v1\nkind: CareCycleCampaign\nmetadata: {name: check-up}\n"
    "spec: {name: Check-up}\n"
)
CARE_ID = "11111111-2222-4333-8444-555555555555"


def items(*rows: JsonValue, **claims: JsonValue) -> str:
    found: Tree = {"itemsTotal": len(rows), "currentPage": 1, "nextPage": None, "prevPage": None}
    return json.dumps({**found, "items": [*rows], **claims})


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (json.dumps({"message": "Broken", "code": "VALIDATION_ERROR"}), "Broken"),
        (HTML, "HTML instead of JSON"),
        (HUGE, "more than 16 MiB"),
        (items(None), "not a JSON object"),
        (items({"id": "7", "name": "Other"}), "no UUID"),
        (items({"id": CARE_ID, "name": "Other"}, itemsTotal=2), "page 1 reports 2"),
        (items(nextPage="3"), "names 3 as the next page"),
    ],
)
def test_an_invalid_carecycle_listing_is_reported_and_nothing_is_created(
    run_line: Line, project: Project, simulator: Simulator, body: str, words: str
) -> None:
    answer(simulator, "carecycle.list", body)
    project.write("care.yaml", CARE)
    result = run_line("plan")
    assert result.code == 1
    assert words in result.err
    assert simulator.requests(mutating=True) == []


@pytest.mark.parametrize("value", [7, "yes", [], {"transfers": "on"}, None])
def test_a_carecycle_record_of_odd_types_never_crashes(
    run_line: Line, project: Project, simulator: Simulator, value: JsonValue
) -> None:
    project.write("care.yaml", CARE.replace("Check-up}", "Check-up, redial: true}"))
    keys = ("features", "redialPatterns", "smsTypes", "transferConfig", "status", "createdAt")
    row: Tree = {"id": CARE_ID, "name": "Check-up", **dict.fromkeys(keys, value)}
    answer(simulator, "carecycle.list", items(row))
    result = run_line("plan", "--json")
    assert result.code == 0, result.err
    assert result.json["resource_changes"][0]["change"].get("importing") == {"id": CARE_ID}


NAMES = (
    "Emoji 🎉 and more 🎈",
    "\uff57\uff49de \u00e9 e\u0301",
    "Ελληνικά, русский, 日本語",
)
UNSEEN_NAMES = (
    "Emoji 🎉 family 👩‍👩‍👧",
    "\u202eright to left",
    "Two\nlines\tand tabs",
    "\x1b[31mred",
)


def named(project: Project, name: str) -> None:
    """The usual manifest, whose campaign has this name at the vendor."""
    spec = {**JSON.validate_python(sms("renewal")["spec"]), "name": name}
    project.write("renewal.json", json.dumps({**sms("renewal"), "spec": spec}))


@pytest.mark.parametrize("name", NAMES)
def test_any_name_arrives_code_point_for_code_point(
    run_line: Line, project: Project, simulator: Simulator, name: str
) -> None:
    named(project, name)
    result = run_line("apply", "--auto-approve")
    assert result.code == 0, result.err
    (request,) = sent(simulator, "kore.create")
    assert json.loads(request.body)["name"] == name
    assert simulator.campaigns()[0]["name"] == name
    assert run_line("plan", "--detailed-exitcode").code == 0
    shown = result.out + result.err + run_line("status").out
    assert all(text == "\n" or text.isprintable() for text in shown)


@pytest.mark.parametrize("name", UNSEEN_NAMES)
def test_a_name_that_nobody_sees_as_it_is_is_refused(
    run_line: Line, project: Project, simulator: Simulator, name: str
) -> None:
    named(project, name)
    result = run_line("apply", "--auto-approve")
    assert result.code == 3
    assert "character at position" in result.err
    assert sent(simulator, "kore.create") == []


@pytest.mark.parametrize("name", NAMES)
def test_any_name_can_be_scheduled_and_stopped(
    run_line: Line, project: Project, simulator: Simulator, name: str
) -> None:
    named(project, name)
    run_line("apply", "--auto-approve")
    how = (
        *("--daily", "1", "--from", "2036-04-01T09:00Z", "--until", "2036-04-30T18:00Z"),
        *("--allow", "reach-over-limit"),
    )
    result = run_line("schedule", ADDRESS, *how, "--auto-approve")
    assert result.code == 0, result.err
    assert sent(simulator, "kore.schedule")[0].query["campaignName"] == name
    assert run_line("stop", ADDRESS).code == 0
    assert simulator.campaigns()[0]["status"] == "Ready"
