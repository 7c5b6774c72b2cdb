"""CareCycle's block snippets of a campaign (api/carecycle.md 3, 10): list, assign one, replace all.

The shape of the list is not printed; it has that of the replacement's body.
"""

from pydantic import JsonValue

from reconciler.providers.wire import WireResponse
from reconciler.resources.tree import Tree
from reconciler.simulator.carecycle.rules import invalid, is_uuid
from reconciler.simulator.messages import Refused, respond, text, texts
from reconciler.simulator.world import Call, World, find_visible

_KIND = "carecycle_snippets"
_IDS = (
    *("blockId", "transferConfigId", "afterHoursBlockId", "afterHoursTransferConfigId"),
    *("appointmentConfigId", "capabilityId"),
)


class CareCycleSnippets:
    """The block snippet calls of one world."""

    def __init__(self, world: World) -> None:
        self._world = world

    def list_all(self, call: Call) -> WireResponse:
        """Every assignment of the campaign."""
        self._check_campaign(call)
        return respond(200, {"assignments": list[JsonValue](self._kept(call))})

    def assign(self, call: Call) -> WireResponse:
        """Add one assignment; the answer is bare."""
        self._check_campaign(call)
        added = self._assignment(call, call.body)
        self._keep(call, [*self._kept(call), added])
        return respond(self._world.switches.carecycle.created_status, added)

    def replace_all(self, call: Call) -> WireResponse:
        """Put these assignments in place of all."""
        self._check_campaign(call)
        given = call.body.get("assignments")
        if not isinstance(given, list):
            raise invalid("assignments", "Required", expected="array", received="undefined")
        kept = [self._assignment(call, entry if isinstance(entry, dict) else {}) for entry in given]
        self._keep(call, kept)
        counted: Tree = {"success": True, "message": "Assignments replaced", "count": len(kept)}
        return respond(200, counted)

    def _check_campaign(self, call: Call) -> None:
        found = find_visible(self._world, call.target.lower(), call.account)
        if found is None:
            raise Refused("NOT_FOUND", "Campaign not found")
        several = len(texts(found.document.get("transferConfigIds"))) > 1
        if several and call.operation == "snippet_create" and not text(call.body, _IDS[1]):
            raise invalid(_IDS[1], "Required", expected="uuid", received="undefined")

    def _assignment(self, call: Call, body: Tree) -> Tree:
        if not is_uuid(body.get("snippetId")):
            raise invalid("snippetId", "Invalid UUID", expected="uuid", received="string")
        for key in _IDS:
            if body.get(key) is not None and not is_uuid(body[key]):
                raise invalid(key, "Invalid UUID", expected="uuid", received="string")
        return {
            "id": self._world.uuid(),
            "createdAt": None,
            "campaignId": call.target.lower(),
            "blockId": body.get("blockId"),
            "snippetId": body["snippetId"],
            **{key: body[key] for key in _IDS[1:] if body.get(key) is not None},
        }

    def _kept(self, call: Call) -> list[Tree]:
        found = self._world.store.object(_KIND, call.account, call.target.lower()) or {}
        kept = found.get("assignments")
        return (
            [entry for entry in kept if isinstance(entry, dict)] if isinstance(kept, list) else []
        )

    def _keep(self, call: Call, assignments: list[Tree]) -> None:
        kept: Tree = {"id": call.target.lower(), "assignments": list[JsonValue](assignments)}
        self._world.store.put(_KIND, call.account, kept)
