from typing import Any

import pytest

from reconciler.resources.tree import Tree
from reconciler.simulator.core import Simulator
from tests.support.simulator_client import CareClient, KoreClient, simple, sms, template, voice


@pytest.mark.parametrize(
    "body",
    [sms(), simple(), template(), voice(), voice("Preview"), {"name": "only a name"}],
)
def test_a_seeded_campaign_reads_like_a_created_one(kore: KoreClient, body: Tree) -> None:
    seeded = kore("GET", f"/{kore.simulator.seed_kore(body)}").data
    if "format" in body or "dialingMode" in body:
        created = kore("GET", f"/{kore.made(body)}").data
        assert set(seeded) == set(created)
    assert seeded["status"] == "Ready"


def test_seeding_takes_a_status_an_id_and_a_time(kore: KoreClient) -> None:
    own: Tree = {"id": "cd-mine", "status": "Active", "createdAt": "2025-01-01T00:00:00Z"}
    assert kore.simulator.seed_kore({**sms(), **own}) == "cd-mine"
    read = kore("GET", "/cd-mine").data
    assert (read["status"], read["createdAt"]) == ("Active", "2025-01-01T00:00:00.000Z")


def test_seeding_accepts_names_that_nobody_knows(kore: KoreClient) -> None:
    made = kore.simulator.seed_kore({"name": "a", "experienceFlowName": "New Flow"})
    assert kore("GET", f"/{made}").data["experienceFlow"].startswith("cf-")


@pytest.mark.parametrize(
    ("changes", "path", "shown"),
    [
        ({"priority": "1"}, ("priority",), "1"),
        ({"status": "Paused"}, ("status",), "Paused"),
        (
            {"dialingStrategy": {"callingHours": {"timezone": "Asia/Kolkata"}}},
            ("dialingStrategy", "callingHours", "timezone"),
            "Asia/Kolkata",
        ),
        ({"dncLists": {"name": "testdnc"}}, ("dncLists", "name"), "testdnc"),
        (
            {"experienceFlowName": "SMS Support Flow"},
            ("experienceFlow",),
            "cf-67447605-115e-5dd2-a676-e158cf3b0000",
        ),
        ({"isFiltersEnabled": True}, ("isFiltersEnabled",), True),
        ({"updatedAt": "2027-01-01T00:00:00Z"}, ("updatedAt",), "2027-01-01T00:00:00.000Z"),
    ],
)
def test_an_edit_changes_a_field_and_touches_updated_at(
    kore: KoreClient, changes: Tree, path: tuple[str, ...], shown: object
) -> None:
    made = kore.made(sms())
    before = kore("GET", f"/{made}").data
    kore.simulator.edit(made, changes)
    after: Any = kore("GET", f"/{made}").data
    assert after["updatedAt"] > before["updatedAt"]
    for key in path:
        after = after[key]
    assert after == shown


def test_an_edit_can_remove_a_field_and_move_a_queue(kore: KoreClient) -> None:
    made = kore.made(voice("Preview"))
    kore.simulator.edit(made, {"maxSkips": None, "connection": "Other Queue"})
    assert "maxSkips" not in kore("GET", f"/{made}").data
    [row] = kore.listing("voice")["results"]
    assert row["connection"] == "Other Queue"


def test_carecycle_campaigns_are_seeded_and_edited(care: CareClient) -> None:
    seeded = care.simulator.seed_carecycle({"name": "a", "status": "active", "redial": True})
    care.simulator.edit(seeded, {"features": {"transfers": True}, "description": "new"})
    campaign = care("GET", f"/{seeded}").body["campaign"]
    assert (campaign["status"], campaign["redial"]) == ("active", True)
    assert campaign["features"] == {
        "transfers": True,
        "appointments": False,
        "inquiries": False,
        "checkPlan": False,
    }


def test_a_campaign_can_be_removed_whatever_its_status(kore: KoreClient) -> None:
    made = kore.simulator.seed_kore({"name": "a", "status": "Active"})
    kore.simulator.console.remove(made)
    assert kore("GET", f"/{made}").status == 404


def test_a_renamed_flow_keeps_its_id(kore: KoreClient) -> None:
    made = kore.made(voice())
    before = kore("GET", f"/{made}").data["experienceFlow"]
    kore.simulator.console.rename_flow("Visit Survey Flow", "Visit Flow 2")
    assert kore("GET", f"/{made}").data["experienceFlow"] == before
    [row] = kore.listing("voice")["results"]
    assert row["connection"] == "Visit Flow 2"


def test_unknown_things_are_named(simulator: Simulator) -> None:
    with pytest.raises(LookupError, match="cd-unknown"):
        simulator.edit("cd-unknown", {})
    with pytest.raises(LookupError, match="no experience flow"):
        simulator.console.rename_flow("unknown", "x")
