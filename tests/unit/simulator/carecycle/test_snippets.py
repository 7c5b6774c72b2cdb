import pytest

from reconciler.simulator import seed
from tests.unit.simulator.asking import CareClient

BLOCK = "cccccccc-dddd-4eee-8fff-000000000001"
SNIPPET = "cccccccc-dddd-4eee-8fff-000000000002"
OTHER = "cccccccc-dddd-4eee-8fff-000000000004"


def test_a_snippet_is_assigned_and_listed(care: CareClient) -> None:
    path = f"/{care.made()}/block-snippets"
    body = {"blockId": BLOCK, "snippetId": SNIPPET, "transferConfigId": None}
    assigned = care("POST", path, body).body
    assert set(assigned) == {"id", "createdAt", "campaignId", "blockId", "snippetId"}
    assert (assigned["blockId"], assigned["snippetId"]) == (BLOCK, SNIPPET)
    assert care("GET", path).body == {"assignments": [assigned]}


def test_all_assignments_are_replaced_at_once(care: CareClient) -> None:
    path = f"/{care.made()}/block-snippets"
    care("POST", path, {"snippetId": SNIPPET})
    replaced = care("PUT", path, {"assignments": [{"snippetId": OTHER}]})
    assert replaced.body == {"success": True, "message": "Assignments replaced", "count": 1}
    assert [kept["snippetId"] for kept in care("GET", path).body["assignments"]] == [OTHER]


@pytest.mark.parametrize(
    ("method", "body"),
    [
        ("POST", {}),
        ("POST", {"snippetId": "x"}),
        ("POST", {"snippetId": SNIPPET, "blockId": "x"}),
        ("PUT", {}),
        ("PUT", {"assignments": ["x"]}),
    ],
)
def test_a_wrong_assignment_changes_nothing(
    care: CareClient, method: str, body: dict[str, object]
) -> None:
    path = f"/{care.made()}/block-snippets"
    care("POST", path, {"snippetId": SNIPPET})
    before = care("GET", path).body
    assert care.code(method, path, body) == (422, "VALIDATION_ERROR")
    assert care("GET", path).body == before


def test_an_unknown_campaign_has_no_snippets(care: CareClient) -> None:
    assert care.code("GET", f"/{SNIPPET}/block-snippets") == (404, "NOT_FOUND")


def test_with_several_destinations_an_assignment_must_name_one(care: CareClient) -> None:
    made = care.made()
    config = seed.CARECYCLE_TRANSFER_CONFIG_ID
    care.simulator.edit(made, {"transferConfigIds": [config, OTHER]})
    path = f"/{made}/block-snippets"
    assert care("POST", path, {"snippetId": SNIPPET}).status == 422
    named = care("POST", path, {"snippetId": SNIPPET, "transferConfigId": config})
    assert named.body["transferConfigId"] == config
