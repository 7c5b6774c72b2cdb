from reconciler.resources.tree import Tree
from reconciler.simulator import seed
from tests.support.simulator_client import KoreClient, sms

ROW = {
    *("_id", "name", "description", "totalRecordCount", "status", "mapping", "isListInUse"),
    *("listType", "campaignInUse", "source", "apiConfigurations", "files", "updatedAt"),
}


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


def test_ids_have_the_short_first_group_of_the_samples(kore: KoreClient) -> None:
    kore.simulator.console.add_contact_list("Autumn", 7)
    ids = [str(row["_id"]) for row in rows(kore).values()]
    assert {len(each.removeprefix("cl-").partition("-")[0]) for each in ids} == {7}


def test_a_row_says_how_its_list_is_filled(kore: KoreClient) -> None:
    row = rows(kore)["Open Bills"]
    assert row["apiConfigurations"] == {"dataSyncMode": "skipDuplicates"}
    assert (row["source"], row["status"], row["listType"]) == ("passiveApi", "Ready", "call")


def test_rows_of_v1_lack_the_newer_keys(v1: KoreClient) -> None:
    row = rows(v1)["Open Bills"]
    assert set(row) == ROW
    assert "contactPriority" not in str(row["mapping"])


def test_do_not_call_lists_are_listed_only_when_switched(kore: KoreClient) -> None:
    assert "testdnc" not in rows(kore)
    kore.simulator.change_switches({"kore": {"dnc_listed": True}})
    assert "testdnc" in rows(kore)


def test_a_list_is_in_use_whatever_version_made_the_campaign(kore: KoreClient) -> None:
    kore.simulator.change_switches({"kore": {"versions_share": False}})
    kore.simulator.console.add_contact_list("Autumn", 7)
    kore.made(sms(contactLists=["Autumn"]))
    assert rows(kore)["Autumn"]["campaignInUse"]


def test_a_listing_needs_its_type(kore: KoreClient) -> None:
    assert kore("POST", "/contactList/getAllListDetails").status == 400
