import pytest

from reconciler.resources.tree import Tree
from reconciler.simulator import seed
from tests.unit.simulator.asking import Clock, KoreClient, sms

NEW: Tree = {"name": "Autumn", "description": "Plans of autumn.", "source": "passiveApi"}
ROW = {
    *("_id", "name", "description", "totalRecordCount", "status", "mapping", "isListInUse"),
    *("listType", "campaignInUse", "source", "apiConfigurations", "files", "updatedAt"),
}
FULL = ROW | {"isActive", "createdBy", "updatedBy", "createdAt"}


def made(kore: KoreClient, **changes: object) -> str:
    body = {**NEW, **changes}
    return str(kore("POST", "/contactList/createContactList", body).data["_id"])


def rows(kore: KoreClient) -> dict[str, Tree]:
    listed = kore("POST", "/contactList/getAllListDetails", type="call")
    assert (listed.body["status"], listed.body["message"]) == ("success", "")
    return {row["name"]: row for row in listed.data}


def test_the_listing_is_an_array_of_every_list(kore: KoreClient) -> None:
    used = kore.made(sms())
    found = rows(kore)
    assert {name: row["totalRecordCount"] for name, row in found.items()} == (
        seed.KORE_CONTACT_LISTS
    )
    assert all(set(row) == ROW | {"columns"} for row in found.values())
    assert found["Spring Renewals 2026"]["campaignInUse"] == [
        {"name": "Renewal Assistant", "id": used}
    ]


def test_rows_of_v1_lack_the_newer_keys(v1: KoreClient) -> None:
    row = rows(v1)["Open Bills"]
    assert set(row) == ROW
    assert "contactPriority" not in str(row["mapping"])


def test_do_not_call_lists_are_listed_only_when_switched(kore: KoreClient) -> None:
    assert "testdnc" not in rows(kore)
    kore.simulator.change_switches({"kore": {"dnc_listed": True}})
    assert "testdnc" in rows(kore)


def test_create_answers_the_record(kore: KoreClient) -> None:
    answered = kore("POST", "/contactList/createContactList", {**NEW, "allowDuplicates": True})
    assert answered.body["message"] == "Contact list Autumn created successfully"
    newer = {"isGlobalDNC", "isDefault", "columns", "allowDuplicates"}
    assert set(answered.data) == FULL | newer
    assert answered.data["apiConfigurations"] == {"dataSyncMode": "allowDuplicates"}
    assert len(answered.data["_id"].removeprefix("cl-").partition("-")[0]) == 7


def test_get_in_v1_shows_the_owner(v1: KoreClient) -> None:
    found = v1("GET", f"/contactList/{made(v1)}").data
    assert set(found) == FULL | {"orgId", "lname", "iId", "accountId"}
    assert (found["iId"], found["accountId"]) == (seed.KORE_APP_ID, seed.KORE_ACCOUNT_ID)


@pytest.mark.parametrize(("api", "scope"), [("v1", False), ("v2", True)])
def test_update_answers_what_was_sent(kore: KoreClient, api: str, *, scope: bool) -> None:
    kore.api = api
    list_id = made(kore)
    updated = kore("PUT", f"/contactList/{list_id}", {"name": "Winter"}).data
    assert updated["contactListId"] == list_id
    assert ("scope" in updated["body"]) is scope
    assert kore("GET", f"/contactList/{list_id}").data["name"] == "Winter"


def test_a_list_in_use_cannot_be_deleted(kore: KoreClient) -> None:
    list_id = made(kore)
    kore.made(sms(contactLists=["Autumn"]))
    assert kore("DELETE", f"/contactList/{list_id}").status == 409
    kore.simulator.change_switches({"kore": {"delete_used_list": "accepted"}})
    assert kore("DELETE", f"/contactList/{list_id}").data["_id"] == list_id
    assert kore("GET", f"/contactList/{list_id}").status == 404


def test_a_list_is_in_use_whatever_version_made_the_campaign(kore: KoreClient) -> None:
    kore.simulator.change_switches({"kore": {"versions_share": False}})
    list_id = made(kore)
    kore.made(sms(contactLists=["Autumn"]))
    assert rows(kore)["Autumn"]["campaignInUse"]
    assert kore("DELETE", f"/contactList/{list_id}").status == 409


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({**NEW, "name": "Open Bills"}, 409),
        ({**NEW, "name": "n" * 49}, 400),
        ({**NEW, "source": "file"}, 400),
        ({"name": "Autumn", "source": "passiveApi"}, 400),
    ],
)
def test_a_wrong_list_is_refused(kore: KoreClient, body: Tree, status: int) -> None:
    assert kore("POST", "/contactList/createContactList", body).status == status


def test_added_contacts_are_counted_a_little_later(kore: KoreClient, clock: Clock) -> None:
    list_id = made(kore)
    people = [{"phoneNumber": f"1202555{number:04}"} for number in range(100)]
    body = {"contact_list_name": "Autumn", "data": people}
    path = f"/api/1.1/public/{seed.KORE_APP_ID}/campaign/contactList/addContacts"
    added = kore.at("POST", path, body)
    assert added.body == {"message": "Adding contacts to public list is in progress"}
    assert rows(kore)["Autumn"]["totalRecordCount"] == 0
    clock.sleep(1)
    assert rows(kore)["Autumn"]["totalRecordCount"] == 100
    contacts = kore("GET", f"/contactList/{list_id}/getAllContacts").data
    assert (len(contacts["results"]), contacts["totalResults"]) == (50, 100)
    assert kore.at("POST", path, {**body, "data": [*people, people[0]]}).status == 400
    assert kore.at("POST", path, {**body, "contact_list_name": "unknown"}).status == 400


def test_a_listing_needs_its_type(kore: KoreClient) -> None:
    assert kore("POST", "/contactList/getAllListDetails").status == 400


def test_names_of_lists_need_not_be_unique_when_switched(kore: KoreClient) -> None:
    kore.simulator.change_switches({"kore": {"unique_contact_lists": False}})
    assert made(kore, name="Open Bills")


def test_description_and_duplicates_change_by_update(v1: KoreClient) -> None:
    list_id = made(v1)
    v1("PUT", f"/contactList/{list_id}", {"description": "new", "allowDuplicates": True})
    found = v1("GET", f"/contactList/{list_id}").data
    assert found["description"] == "new"
    assert found["apiConfigurations"] == {"dataSyncMode": "allowDuplicates"}


def test_adding_nobody_is_refused(kore: KoreClient) -> None:
    path = f"/api/1.1/public/{seed.KORE_APP_ID}/campaign/contactList/addContacts"
    body: Tree = {"contact_list_name": "Open Bills", "data": []}
    assert kore.at("POST", path, body).status == 400
