"""Kore.ai's contacts of a list (api/kore.md 9, 14.25): counted and shown, never kept.

What is shown is made up from the list's id, with numbers that belong to nobody.
"""

from pydantic import JsonValue

from reconciler.providers.wire import WireResponse
from reconciler.resources.tree import Tree
from reconciler.simulator.kore.campaigns import answer
from reconciler.simulator.kore.rules import invalid
from reconciler.simulator.messages import Refused, iso, respond, text
from reconciler.simulator.world import Call, World, uuid_of

KIND = "kore_contact_list"
_PAGE = 50
_MOST = 100


def settle(world: World, account: str, kept: Tree) -> None:
    """Count the contacts that were added long enough ago."""
    waiting, arrived, now = [], 0, world.now()
    pending = kept.get("pending")
    for entry in pending if isinstance(pending, list) else []:
        due, count = entry if isinstance(entry, list) else (0, 0)
        if isinstance(due, int) and isinstance(count, int) and due <= now:
            arrived += count
        else:
            waiting.append(entry)
    if arrived:
        kept["totalRecordCount"] = _count(kept) + arrived
        kept |= {"pending": waiting, "updatedAt": now}
        world.store.put(KIND, account, kept)


def find(world: World, call: Call) -> Tree:
    """The list in the path, its contacts counted."""
    kept = world.store.object(KIND, call.account, call.target)
    if kept is None:
        raise Refused("not-found", "Contact list not found")
    settle(world, call.account, kept)
    return kept


class KoreContacts:
    """The contact calls of one world."""

    def __init__(self, world: World) -> None:
        self._world = world

    def page(self, call: Call) -> WireResponse:
        """Some contacts of a list; which query keys choose the page is a switch."""
        kept = find(self._world, call)
        mode, total = self._world.switches.kore.contacts_paging, _count(kept)
        limit, skip = _PAGE, 0
        if mode != "none":
            limit = min(_number(call, "limit", default=_PAGE) or _PAGE, _MOST)
            chosen = _number(call, mode, default=0 if mode == "skip" else 1)
            skip = chosen if mode == "skip" else (max(chosen, 1) - 1) * limit
        rows = [_contact(kept, number) for number in range(skip, min(skip + limit, total))]
        data: Tree = {
            "results": list[JsonValue](rows),
            "skip": skip,
            "limit": limit,
            "hasMore": skip + limit < total,
            "totalPages": -(-total // limit),
            "totalResults": total,
        }
        return answer("Contacts retrieved successfully", data)

    def add(self, call: Call) -> WireResponse:
        """Count contacts towards a list, found by name; they appear a little later."""
        world, data = self._world, call.body.get("data")
        kept = world.store.named(KIND, call.account, text(call.body, "contact_list_name"))
        if kept is None:
            raise Refused("unknown-name", "contact list not found")
        if not isinstance(data, list) or not data:
            raise invalid("data must be a list of contacts")
        if len(data) > world.switches.kore.contacts_per_call:
            raise invalid("too many contacts in one call")
        settle(world, call.account, kept)
        due = world.now() + round(world.switches.kore.contacts_seconds * 1000)
        pending = kept.get("pending")
        arriving = pending if isinstance(pending, list) else []
        kept["pending"] = [*arriving, [due, len(data)]]
        world.store.put(KIND, call.account, kept)
        return respond(200, {"message": "Adding contacts to public list is in progress"})


def _count(kept: Tree) -> int:
    count = kept["totalRecordCount"]
    return count if isinstance(count, int) else 0


def _number(call: Call, key: str, *, default: int) -> int:
    said = call.request.query.get(key, "")
    if not said:
        return default
    if not (said.isascii() and said.isdigit() and len(said) < 10):
        raise invalid(f"{key} must be a number")
    return int(said)


def _contact(kept: Tree, number: int) -> Tree:
    """One made-up contact; 555-0100 to 555-0199 are never given to anybody."""
    moment = kept["updatedAt"]
    seen = iso(moment if isinstance(moment, int) else 0)
    contact = uuid_of(f"{kept['id']}:{number}")
    return {
        "_id": f"cc-{contact}",
        "createdAt": seen,
        "updatedAt": seen,
        "phoneNumber": f"120255501{number % 100:02d}",
    }
