from dataclasses import replace

import pytest

from reconciler.providers.carecycle import mapping
from reconciler.providers.carecycle.requests import requests_of
from reconciler.resources.base import Live
from reconciler.resources.carecycle import FEATURE_KEYS, SMS_KEYS
from reconciler.resources.follow_up import completed, follow_up
from reconciler.resources.tree import Tree, at, leaves
from reconciler.resources.writes import (
    KNOWN_AFTER_APPLY,
    Impossible,
    Operation,
    PlannedRequest,
    Write,
)
from tests.support.scripted_vendor import care_id, care_row

TEXTS: Tree = dict.fromkeys(SMS_KEYS, "Hello")
OFF: Tree = dict.fromkeys(SMS_KEYS, False)


def created(spec: Tree) -> tuple[PlannedRequest, ...] | Impossible:
    write = Write(operation=Operation.CREATE, type="carecycle_campaign", spec=spec)
    return requests_of(write)


def patched(
    spec: Tree, live: Live, *paths: str, last_applied: Tree | None = None
) -> Tree | Impossible:
    changed = frozenset(paths or (path for path, _ in leaves(spec)))
    requests = requests_of(
        Write(
            operation=Operation.UPDATE,
            type="carecycle_campaign",
            spec=spec,
            live=live,
            last_applied=last_applied or {},
            changed=changed,
        )
    )
    if isinstance(requests, Impossible):
        return requests
    (request,) = requests
    assert (request.operation, request.method) == (Operation.UPDATE, "PATCH")
    assert request.path == f"/v2/campaigns/{care_id(1)}"
    assert request.body is not None
    return request.body


def live_of(**more: Tree | str | bool) -> Live:
    return mapping.live_of(care_row(1, **more))


def test_a_create_is_a_draft_and_then_its_settings() -> None:
    spec: Tree = {
        "name": "Spring",
        "description": "Calls.",
        "maxConcurrentCalls": 3,
        "enablePulse": True,
        "transferConfigIds": [],
        "features": {"transfers": True},
    }
    requests = created(spec)
    assert requests == (
        PlannedRequest(
            operation=Operation.CREATE,
            method="POST",
            path="/v2/campaigns",
            body={"name": "Spring", "description": "Calls.", "maxConcurrentCalls": 3},
        ),
        PlannedRequest(
            operation=Operation.UPDATE,
            method="PATCH",
            path=f"/v2/campaigns/{KNOWN_AFTER_APPLY}",
            body={
                "enablePulse": True,
                "features": {**dict.fromkeys(FEATURE_KEYS, False), "transfers": True},
                "transferConfigIds": [],
            },
        ),
    )


def test_a_create_without_settings_is_one_request() -> None:
    requests = created({"name": "Spring", "description": "", "templateId": None})
    assert not isinstance(requests, Impossible)
    assert [request.body for request in requests] == [{"name": "Spring", "description": ""}]


def settings_of(spec: Tree) -> PlannedRequest:
    requests = created({"name": "Spring", **spec})
    assert not isinstance(requests, Impossible)
    return requests[1]


def open_in(group: str, *declared: str) -> tuple[str, ...]:
    keys = FEATURE_KEYS if group == "features" else SMS_KEYS
    return tuple(f"{group}.{key}" for key in keys if key not in declared)


def test_texts_of_a_new_campaign_that_are_not_declared_are_left_open() -> None:
    patch = settings_of({"smsContent": {"redial": "Hello"}, "smsTypes": {"redial": True}})
    assert patch.unknown == open_in("smsContent", "redial")
    later = dict.fromkeys(SMS_KEYS, KNOWN_AFTER_APPLY)
    assert patch.body == {
        "smsContent": {**later, "redial": "Hello"},
        "smsTypes": {**OFF, "redial": True},
    }


def test_nothing_is_left_open_when_all_texts_are_declared() -> None:
    assert settings_of({"smsContent": TEXTS}).unknown == ()


def test_a_declared_text_is_never_taken_for_an_open_one() -> None:
    patch = settings_of({"smsContent": {"redial": KNOWN_AFTER_APPLY}})
    assert patch.unknown == open_in("smsContent", "redial")
    whole = settings_of({"smsContent": dict.fromkeys(SMS_KEYS, KNOWN_AFTER_APPLY)})
    assert whole.unknown == ()


def test_what_a_template_switches_on_is_left_open() -> None:
    template = care_id(9)
    some = settings_of(
        {"templateId": template, "smsTypes": {"redial": True}, "features": {"checkPlan": False}}
    )
    assert set(some.unknown) == {*open_in("smsTypes", "redial"), *open_in("features", "checkPlan")}
    whole = settings_of({"templateId": template, "smsTypes": {**OFF, "redial": True}})
    assert whole.unknown == ()


def test_what_was_left_open_is_completed_from_the_fresh_draft() -> None:
    spec: Tree = {
        "name": "Spring",
        "templateId": care_id(9),
        "enablePulse": True,
        "smsContent": {"redial": KNOWN_AFTER_APPLY},
        "features": {"transfers": True},
    }
    shown: Tree = {**TEXTS, "firstContact": KNOWN_AFTER_APPLY}
    features: Tree = {**dict.fromkeys(FEATURE_KEYS, False), "checkPlan": True}
    told = requests_of(follow_up(spec, live_of(smsContent=shown, features=features)))
    patch = settings_of(spec)
    path = patch.path.replace(KNOWN_AFTER_APPLY, care_id(1))
    assert completed([replace(patch, path=path)], told) == told
    assert not isinstance(told, Impossible)
    assert told[0].body == {
        "enablePulse": True,
        "features": {**features, "transfers": True},
        "smsContent": {**shown, "redial": KNOWN_AFTER_APPLY},
    }


def test_a_draft_that_shows_no_texts_completes_nothing() -> None:
    spec: Tree = {"name": "Spring", "smsContent": {"redial": "Hello"}}
    for live in (live_of(), live_of(smsContent={"redial": "Theirs"})):
        told = requests_of(follow_up(spec, live))
        assert isinstance(told, Impossible)
        assert "smsContent.newInquiry" in told.reason


def test_a_create_without_a_name_is_impossible() -> None:
    assert isinstance(created({"description": "x"}), Impossible)


def test_an_update_sends_only_what_differs() -> None:
    spec: Tree = {"name": "Spring", "description": "new", "redial": True}
    assert patched(spec, live_of(), "description") == {"description": "new"}


def test_a_group_is_sent_whole() -> None:
    live = live_of(smsTypes={**OFF, "firstContact": True})
    body = patched({"smsTypes": {"redial": True}}, live)
    assert body == {"smsTypes": {**OFF, "firstContact": True, "redial": True}}


def test_a_group_that_cannot_be_read_comes_from_what_was_last_applied() -> None:
    spec: Tree = {"smsContent": {"redial": "New"}}
    body = patched(spec, live_of(), last_applied={"smsContent": TEXTS})
    assert body == {"smsContent": {**TEXTS, "redial": "New"}}


def test_a_group_of_unknown_values_is_impossible() -> None:
    found = patched({"features": {"transfers": True}}, live_of())
    assert isinstance(found, Impossible)
    assert "features.appointments" in found.reason


@pytest.mark.parametrize(
    ("path", "why"),
    [
        ("templateId", "only be set when a campaign is created"),
        ("maxConcurrentCalls", "only be set when a campaign is created"),
        ("pulseWorkflowId", "cannot be cleared"),
    ],
)
def test_what_no_call_can_write_is_impossible(path: str, why: str) -> None:
    found = patched({path: None}, live_of(), path)
    assert isinstance(found, Impossible)
    assert why in found.reason


def test_configurations_are_written_by_id() -> None:
    spec: Tree = {"transferConfigId": care_id(7), "appointmentConfigId": care_id(8)}
    assert patched(spec, live_of()) == spec


def test_removal_is_archiving() -> None:
    write = Write(operation=Operation.DELETE, type="carecycle_campaign", spec={}, live=live_of())
    assert requests_of(write) == (
        PlannedRequest(
            operation=Operation.DELETE,
            method="PATCH",
            path=f"/v2/campaigns/{care_id(1)}",
            body={"status": "archived"},
        ),
    )


@pytest.mark.parametrize("operation", [Operation.UPDATE, Operation.DELETE])
def test_a_campaign_that_was_not_read_cannot_be_written(operation: Operation) -> None:
    write = Write(operation=operation, type="carecycle_campaign", spec={})
    assert isinstance(requests_of(write), Impossible)


@pytest.mark.parametrize("spec", [{"name": "Spring"}, {"name": "Spring", "redial": True}])
def test_a_create_never_activates(spec: Tree) -> None:
    requests = created(spec)
    assert not isinstance(requests, Impossible)
    assert all(at(request.body or {}, "status") is None for request in requests)


def run_state(operation: Operation, status: str) -> tuple[PlannedRequest, ...] | Impossible:
    live = live_of(status=status)
    return requests_of(Write(operation=operation, type="carecycle_campaign", live=live))


@pytest.mark.parametrize(
    ("operation", "status", "word"),
    [
        (Operation.START, "draft", "active"),
        (Operation.START, "paused", "active"),
        (Operation.STOP, "active", "paused"),
        (Operation.STOP, "testing", "paused"),
    ],
)
def test_run_state_is_a_patch_of_the_status_alone(
    operation: Operation, status: str, word: str
) -> None:
    path = f"/v2/campaigns/{care_id(1)}"
    body: Tree = {"status": word}
    request = PlannedRequest(operation=operation, method="PATCH", path=path, body=body)
    assert run_state(operation, status) == (request,)


@pytest.mark.parametrize("status", ["active", "completed", "archived", "inactive", "testing", ""])
def test_only_a_draft_or_a_paused_campaign_is_started(status: str) -> None:
    assert isinstance(run_state(Operation.START, status), Impossible)


def test_there_are_no_schedules() -> None:
    assert isinstance(run_state(Operation.SCHEDULE, "draft"), Impossible)
