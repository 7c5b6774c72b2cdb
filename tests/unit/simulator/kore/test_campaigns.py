from typing import Any

import pytest

from reconciler.resources.tree import Tree
from reconciler.testing.clock import ManualClock
from tests.support.simulator_client import KoreClient, simple, sms, template, voice


def switch(kore: KoreClient, **switches: Any) -> None:
    kore.simulator.change_switches({"kore": switches})


@pytest.mark.parametrize("body", [sms(), simple(), template()])
def test_sms_is_ready_at_once(kore: KoreClient, body: Tree) -> None:
    assert kore.create(body).data["status"] == "Ready"


def test_voice_is_preparing_for_the_switched_time(kore: KoreClient, clock: ManualClock) -> None:
    switch(kore, preparing_seconds=191)
    made = kore.create(voice()).data["id"]
    clock.sleep(190)
    assert kore("GET", f"/{made}").data["status"] == "Preparing"
    clock.sleep(1)
    assert kore("GET", f"/{made}").data["status"] == "Ready"


def test_preparing_may_be_random_or_endless(kore: KoreClient, clock: ManualClock) -> None:
    switch(kore, preparing="random", preparing_seconds=100)
    half = kore.create(voice()).data["id"]
    switch(kore, preparing="endless")
    endless = kore.create(voice()).data["id"]
    clock.sleep(50)
    assert kore("GET", f"/{half}").data["status"] == "Ready"
    clock.sleep(5000)
    assert kore("GET", f"/{endless}").data["status"] == "Preparing"


@pytest.mark.parametrize(
    ("failure", "at_once", "later"),
    [("stays_preparing", 200, 200), ("vanishes", 200, 404), ("never_appears", 404, 404)],
)
def test_an_asynchronous_create_can_fail(
    kore: KoreClient, clock: ManualClock, failure: str, at_once: int, later: int
) -> None:
    switch(kore, creation_failure=failure)
    made = kore.create(voice())
    assert made.status == 200
    assert kore("GET", f"/{made.data['id']}").status == at_once
    clock.sleep(60)
    assert kore("GET", f"/{made.data['id']}").status == later


def test_a_campaign_can_be_late_in_list_and_get(kore: KoreClient, clock: ManualClock) -> None:
    switch(kore, list_lag=10, get_lag=5)
    made = kore.create(sms()).data["_id"]
    assert kore("GET", f"/{made}").status == 404
    clock.sleep(5)
    assert kore("GET", f"/{made}").status == 200
    assert kore.listing()["totalResults"] == 0
    clock.sleep(5)
    assert kore.listing()["totalResults"] == 1


def test_create_and_update_send_only_when_switched(kore: KoreClient) -> None:
    quiet = kore.made(sms())
    switch(kore, sends_on_create=True)
    loud = kore.made(sms(name="loud"))
    rows = {row["id"]: row for row in kore.listing()["results"]}
    assert (rows[quiet]["status"], rows[quiet]["totalMessagesSent"]) == ("Ready", 0)
    assert (rows[loud]["status"], rows[loud]["totalMessagesSent"]) == ("Active", 860)
    switch(kore, sends_on_create=False, sends_on_update=True)
    kore("PUT", f"/{quiet}", sms(), campaignType="sms")
    rows = {row["id"]: row for row in kore.listing()["results"]}
    assert rows[quiet]["totalMessagesSent"] == 860


def test_a_put_of_sms_replaces_and_loses_the_do_not_call_list(kore: KoreClient) -> None:
    made = kore.made(sms(dncLists={"name": "testdnc"}))
    updated = kore("PUT", f"/{made}", sms(description="new"), campaignType="sms")
    assert updated.body["message"] == "Campaign Renewal Assistant details updated successfully"
    assert updated.data["description"] == "new"
    assert "dncLists" not in kore("GET", f"/{made}").data


def test_a_put_of_sms_can_merge(kore: KoreClient) -> None:
    switch(kore, sms_update="merge")
    made = kore.made(sms(dncLists={"name": "testdnc"}))
    assert kore("PUT", f"/{made}", sms(), campaignType="sms").data["dncLists"]


@pytest.mark.parametrize(
    ("mode", "status", "shown"), [("accepted", 200, True), ("ignored", 200, False)]
)
def test_do_not_call_lists_in_a_put_are_a_switch(
    kore: KoreClient, mode: str, status: int, *, shown: bool
) -> None:
    switch(kore, sms_update_dnc=mode)
    made = kore.made(sms())
    updated = kore("PUT", f"/{made}", sms(dncLists={"name": "testdnc"}), campaignType="sms")
    assert (updated.status, "dncLists" in updated.data) == (status, shown)


def test_do_not_call_lists_in_a_put_can_be_refused(kore: KoreClient) -> None:
    switch(kore, sms_update_dnc="refused")
    made = kore.made(sms())
    body = sms(dncLists={"name": "testdnc"})
    assert kore("PUT", f"/{made}", body, campaignType="sms").status == 400


def test_a_put_of_voice_keeps_what_is_not_sent(kore: KoreClient) -> None:
    made = kore.made(voice("Preview"))
    updated = kore("PUT", f"/{made}", voice(name="now agentless"), campaignType="voice")
    assert updated.body["id"] == made
    assert updated.data["maxSkips"] == 1
    switch(kore, voice_update="replace")
    updated = kore("PUT", f"/{made}", voice(), campaignType="voice")
    assert "maxSkips" not in updated.data


def test_a_put_on_the_get_path_without_a_body_changes_nothing(kore: KoreClient) -> None:
    made = kore.made(voice())
    before = kore("GET", f"/{made}").body
    assert kore("PUT", f"/{made}", campaignType="voice").status == 400
    assert kore("GET", f"/{made}").body == before


def test_a_put_moves_updated_at_and_can_rename(kore: KoreClient, clock: ManualClock) -> None:
    made = kore.made(sms())
    clock.sleep(60)
    updated = kore("PUT", f"/{made}", sms(name="New Name"), campaignType="sms").data
    assert (updated["name"], updated["lname"]) == ("New Name", "new name")
    assert updated["updatedAt"] == "2026-03-02T14:01:03.100Z"
    assert updated["createdAt"] == "2026-03-02T14:00:00.100Z"


@pytest.mark.parametrize("method", ["PUT", "DELETE"])
def test_an_active_campaign_is_locked(kore: KoreClient, method: str) -> None:
    made = kore.made(sms())
    kore.simulator.edit(made, {"status": "Active"})
    assert kore(method, f"/{made}", sms(), campaignType="sms").status == 409
    switch(kore, locked_statuses=[])
    assert kore(method, f"/{made}", sms(), campaignType="sms").status == 200


def test_delete_answers_the_record_once(kore: KoreClient) -> None:
    made = kore.made(sms())
    deleted = kore("DELETE", f"/{made}", campaignType="sms")
    assert deleted.body["message"] == "Campaign Renewal Assistant deleted successfully"
    assert deleted.data["_id"] == made
    assert kore("DELETE", f"/{made}", campaignType="sms").status == 404
    switch(kore, second_delete="success")
    assert kore("DELETE", f"/{made}", campaignType="sms").status == 200


def test_delete_with_the_wrong_type_finds_nothing(kore: KoreClient) -> None:
    made = kore.made(sms())
    assert kore("DELETE", f"/{made}", campaignType="voice").status == 404
    assert kore("GET", f"/{made}").status == 200


def test_an_unknown_id_can_answer_200(kore: KoreClient) -> None:
    assert kore("GET", "/cd-unknown").status == 404
    switch(kore, unknown_id="error_200")
    answered = kore("GET", "/cd-unknown")
    assert (answered.status, answered.body["status"]) == (200, "error")


@pytest.mark.parametrize(("share", "status"), [(True, 200), (False, 404)])
def test_versions_share_campaigns_unless_switched(
    kore: KoreClient, v1: KoreClient, *, share: bool, status: int
) -> None:
    switch(kore, versions_share=share)
    made = kore.made(sms())
    assert v1("GET", f"/{made}").status == status


def test_another_application_sees_nothing(kore: KoreClient) -> None:
    kore.made(sms())
    kore.simulator.change_switches({"accounts": "any"})
    other = KoreClient(kore.simulator)
    other.headers["accountid"] = "other"
    other.api = "v1"
    assert other.listing()["totalResults"] == 0


def test_a_get_of_sms_can_hide_the_message(kore: KoreClient) -> None:
    made = kore.made(simple())
    switch(kore, sms_get_shows_message=False)
    assert "message" not in kore("GET", f"/{made}").data


def test_a_put_of_plain_sms_can_be_refused(kore: KoreClient) -> None:
    made = kore.made(simple())
    switch(kore, plain_sms_update="refused")
    assert kore("PUT", f"/{made}", simple(), campaignType="sms").status == 400


@pytest.mark.parametrize(("mode", "status"), [("ignored", 200), ("refused", 400)])
def test_another_type_in_a_put_is_a_switch(kore: KoreClient, mode: str, status: int) -> None:
    made = kore.made(voice())
    switch(kore, mismatch_on_update=mode)
    assert kore("PUT", f"/{made}", voice(), campaignType="sms").status == status


def test_a_rename_to_a_taken_name_is_refused_where_names_are_unique(kore: KoreClient) -> None:
    switch(kore, unique_names="account")
    kore.made(sms(name="taken"))
    made = kore.made(sms())
    assert kore("PUT", f"/{made}", sms(name="taken"), campaignType="sms").status == 409
    assert kore("PUT", f"/{made}", sms(), campaignType="sms").status == 200


def test_the_type_of_a_delete_can_be_ignored(kore: KoreClient) -> None:
    made = kore.made(sms())
    switch(kore, wrong_type="ignored")
    assert kore("DELETE", f"/{made}", campaignType="voice").status == 200


def test_machine_detection_may_be_left_out_of_a_put(kore: KoreClient) -> None:
    made = kore.made(voice(enableMachineDetect="detect"))
    body = {key: value for key, value in voice().items() if key != "enableMachineDetect"}
    assert kore("PUT", f"/{made}", body, campaignType="voice").status == 200
    [kept] = kore.simulator.campaigns()
    assert kept["enableMachineDetect"] == "detect"


@pytest.mark.parametrize("mode", ["empty", "absent"])
def test_connection_of_agentless_rows_is_a_switch(kore: KoreClient, mode: str) -> None:
    kore.made(voice())
    switch(kore, agentless_connection=mode)
    [row] = kore.listing("voice")["results"]
    assert row.get("connection", "absent") == {"empty": "", "absent": "absent"}[mode]


def test_a_listing_can_go_back_some_days_only(kore: KoreClient, clock: ManualClock) -> None:
    kore.made(sms())
    clock.sleep(3 * 86_400)
    switch(kore, default_window_days=2)
    assert kore.listing()["totalResults"] == 0
