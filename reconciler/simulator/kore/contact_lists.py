"""Kore.ai's contact lists (api/kore.md 9): the lists; what is on them is in `contacts`.

A list is an object of kind `kore_contact_list`; times in it are milliseconds.
"""

from pydantic import JsonValue

from reconciler.providers.wire import WireResponse
from reconciler.resources.tree import Tree
from reconciler.simulator.kore.campaigns import answer
from reconciler.simulator.kore.contacts import KIND, find, settle
from reconciler.simulator.kore.rules import invalid
from reconciler.simulator.messages import Refused, iso, text
from reconciler.simulator.world import Call, World

_COLUMNS = ("firstName", "lastName", "phoneNumber", "timeZone", "uniqueId")
_USER = "u-aaaaaaaa-bbbb-5ccc-8ddd-eeeeeeeeeeee"
_ORG = "o-aaaaaaaa-bbbb-5ccc-8ddd-eeeeeeeeeeee"


def new_list(world: World, name: str, description: str, records: int) -> Tree:
    """A contact list as it is kept."""
    now = world.now()
    return {
        "id": f"cl-{world.uuid()[1:]}",
        "name": name,
        "description": description,
        "totalRecordCount": records,
        "status": "Ready",
        "source": "passiveApi",
        "allowDuplicates": False,
        "createdAt": now,
        "updatedAt": now,
    }


class KoreContactLists:
    """The contact list calls of one world."""

    def __init__(self, world: World) -> None:
        self._world = world

    def create(self, call: Call) -> WireResponse:
        """Make an empty list."""
        body, world = call.body, self._world
        name, description = text(body, "name"), text(body, "description")
        if not name or not isinstance(body.get("description"), str):
            raise invalid("name and description are required")
        if text(body, "source") not in ("passiveApi", "passiveApiIntegration"):
            raise invalid("source must be passiveApi")
        self._check(call, name, description)
        kept = new_list(world, name, description, 0)
        kept["allowDuplicates"] = body.get("allowDuplicates") is True
        world.store.put(KIND, call.account, kept)
        record = self._record(call, kept, used=[])
        record["allowDuplicates"] = kept["allowDuplicates"]
        return answer(f"Contact list {name} created successfully", record)

    def get(self, call: Call) -> WireResponse:
        """One list in full."""
        kept = find(self._world, call)
        record = self._owned(call, self._record(call, kept, used=self._users(call, kept)))
        return answer(f"Contact list {kept['name']} retrieved successfully", record)

    def update(self, call: Call) -> WireResponse:
        """Change name and description."""
        kept, body = find(self._world, call), call.body
        name = text(body, "name") or text(kept, "name")
        if name != kept["name"]:
            self._check(call, name, text(body, "description"))
        kept |= {"name": name, "updatedAt": self._world.now()}
        if isinstance(body.get("description"), str):
            kept["description"] = body["description"]
        if call.api == "v1" and isinstance(body.get("allowDuplicates"), bool):
            kept["allowDuplicates"] = body["allowDuplicates"]
        self._world.store.put(KIND, call.account, kept)
        account, _, app = call.account.partition("/")
        shown: Tree = {"name": name}
        if call.api == "v2":
            shown["scope"] = ["campaign_management"]
        shown |= {"orgId": _ORG, "iId": app, "listType": "call", "accountId": account}
        shown["updatedBy"] = _USER
        data: Tree = {"contactListId": kept["id"], "body": shown}
        return answer(f"Contact list {name} updated successfully", data)

    def delete(self, call: Call) -> WireResponse:
        """Remove a list, unless campaigns use it."""
        kept = find(self._world, call)
        used = self._users(call, kept)
        if used and self._world.switches.kore.delete_used_list == "refused":
            raise Refused("conflict", "Contact list is in use")
        self._world.store.remove(KIND, call.account, call.target)
        record = self._owned(call, self._record(call, kept, used=used))
        return answer(f"Contact list {kept['name']} deleted successfully", record)

    def list_all(self, call: Call) -> WireResponse:
        """Every list of the account, without paging."""
        if call.request.query.get("type") != "call":
            raise invalid("type must be call")
        world, rows = self._world, list[JsonValue]()
        used: dict[str, list[JsonValue]] = {}
        for name, id_, campaign, _ in self._uses(call):
            used.setdefault(name, []).append({"name": campaign, "id": id_})
        found = world.store.objects(KIND, call.account)
        if world.switches.kore.dnc_listed:
            found += world.store.objects("kore_dnc_list", call.account)
        for kept in found:
            row = self._record(call, kept, used=used.get(text(kept, "name"), []))
            row = {"_id": row.pop("_id"), **row}
            for key in ("isActive", "createdBy", "updatedBy", "createdAt"):
                row.pop(key)
            for key in ("isGlobalDNC", "isDefault"):
                row.pop(key, None)
            rows.append(row)
        return answer("", rows)

    def _check(self, call: Call, name: str, description: str) -> None:
        if len(name) > 48 or len(description) > 256:
            raise invalid("name or description is too long")
        if not self._world.switches.kore.unique_contact_lists:
            return
        if self._world.store.named(KIND, call.account, name) is not None:
            raise Refused("duplicate", "Contact list name already exists")

    def _users(self, call: Call, kept: Tree) -> list[JsonValue]:
        return [
            {"name": campaign, "id": id_}
            for name, id_, campaign, _ in self._uses(call)
            if name == kept["name"]
        ]

    def _uses(self, call: Call) -> list[tuple[str, str, str, str]]:
        """See `Campaigns.users`; of both versions, shared or not (14.16)."""
        users, account = self._world.store.campaigns.users, call.account
        shelves = (account, f"{account}/v1", f"{account}/v2")
        return [use for shelf in shelves for use in users("kore", shelf)]

    def _record(self, call: Call, kept: Tree, *, used: list[JsonValue]) -> Tree:
        newer = call.api == "v2"
        settle(self._world, call.account, kept)
        columns = (*_COLUMNS, "contactPriority") if newer else _COLUMNS
        record: Tree = {
            "isActive": True,
            **{key: kept[key] for key in ("name", "description", "totalRecordCount", "status")},
            "createdBy": _USER,
            "updatedBy": _USER,
            "mapping": {column: column for column in columns},
            "isListInUse": False,
            "listType": "call",
        }
        if newer:
            record |= {"isGlobalDNC": False, "isDefault": False}
        mode = "allowDuplicates" if kept["allowDuplicates"] else "skipDuplicates"
        record |= {"campaignInUse": used, "source": kept["source"]}
        record["apiConfigurations"] = {"dataSyncMode": mode}
        if newer:
            record["columns"] = []
        record |= {"files": [], "createdAt": _iso(kept, "createdAt")}
        return record | {"updatedAt": _iso(kept, "updatedAt"), "_id": kept["id"]}

    def _owned(self, call: Call, record: Tree) -> Tree:
        if call.api == "v2":
            return record
        account, _, app = call.account.partition("/")
        lname = text(record, "name").lower()
        return record | {"orgId": _ORG, "lname": lname, "iId": app, "accountId": account}


def _iso(kept: Tree, key: str) -> str:
    value = kept[key]
    return iso(value if isinstance(value, int) else 0)
