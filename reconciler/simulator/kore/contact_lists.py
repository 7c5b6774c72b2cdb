"""Kore.ai's contact lists as its one listing shows them (docs/vendors/kore.md 9).

A list is an object of kind `kore_contact_list`: a number of records, and no people.
Times in it are milliseconds.
"""

from pydantic import JsonValue

from reconciler.providers.wire import WireResponse
from reconciler.resources.tree import Tree
from reconciler.simulator.context import SimulatorContext, VendorCall
from reconciler.simulator.kore.campaigns import answer
from reconciler.simulator.kore.rules import invalid
from reconciler.simulator.messages import iso, text

KIND = "kore_contact_list"
_COLUMNS = ("firstName", "lastName", "phoneNumber", "timeZone", "uniqueId")


def new_list(world: SimulatorContext, name: str, description: str, records: int) -> Tree:
    """A contact list as it is stored."""
    return {
        "id": f"cl-{world.uuid()[1:]}",
        "name": name,
        "description": description,
        "totalRecordCount": records,
        "status": "Ready",
        "source": "passiveApi",
        "updatedAt": world.now(),
    }


class KoreContactLists:
    """The contact list call of one world."""

    def __init__(self, world: SimulatorContext) -> None:
        self._world = world

    def list_all(self, call: VendorCall) -> WireResponse:
        """Every list of the account, without paging."""
        if call.request.query.get("type") != "call":
            raise invalid("type must be call")
        world = self._world
        used: dict[str, list[JsonValue]] = {}
        for name, id_, campaign, _ in self._uses(call):
            used.setdefault(name, []).append({"name": campaign, "id": id_})
        found = world.store.objects(KIND, call.account)
        if world.switches.kore.dnc_listed:
            found += world.store.objects("kore_dnc_list", call.account)
        rows: list[JsonValue] = [
            _row(kept, call.api, used.get(text(kept, "name"), [])) for kept in found
        ]
        return answer("", rows)

    def _uses(self, call: VendorCall) -> list[tuple[str, str, str, str]]:
        """See `Campaigns.users`; of both versions, shared or not (docs/vendors/kore.md 14.16)."""
        users, account = self._world.store.campaigns.users, call.account
        shelves = (account, f"{account}/v1", f"{account}/v2")
        return [use for shelf in shelves for use in users("kore", shelf)]


def _row(kept: Tree, api: str, used: list[JsonValue]) -> Tree:
    newer, updated = api == "v2", kept["updatedAt"]
    columns = (*_COLUMNS, "contactPriority") if newer else _COLUMNS
    return {
        "_id": kept["id"],
        **{key: kept[key] for key in ("name", "description", "totalRecordCount", "status")},
        "mapping": kept.get("mapping", {column: column for column in columns}),
        "isListInUse": False,
        "listType": "call",
        "campaignInUse": used,
        "source": kept["source"],
        "apiConfigurations": {"dataSyncMode": "skipDuplicates"},
        **({"columns": []} if newer else {}),
        "files": [],
        "updatedAt": iso(updated if isinstance(updated, int) else 0),
    }
