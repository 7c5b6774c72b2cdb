"""Requests below `/_simulator/` into changes of the world: campaigns, faults, switches, the log.

For tests and demos, described in docs/guides/simulator.md. It needs no credential, so the server
listens on loopback only.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import replace

from pydantic import JsonValue, ValidationError

from reconciler.providers.wire import WireRequest, WireResponse
from reconciler.resources.tree import Tree
from reconciler.simulator import seed
from reconciler.simulator.console import Console
from reconciler.simulator.context import SimulatorContext
from reconciler.simulator.faults import Fault, Faults
from reconciler.simulator.messages import Refused, read_object, respond, text
from reconciler.suggestions import did_you_mean

PREFIX = "/_simulator/"
_VENDORS = ("kore", "carecycle")
_Action = Callable[[WireRequest, str], JsonValue]


class Control:
    """Routes of the control endpoint."""

    def __init__(
        self,
        world: SimulatorContext,
        console: Console,
        faults: Faults,
        operations: Collection[str],
    ) -> None:
        self._world = world
        self._operations = operations
        self._console = console
        self._faults = faults
        self._routes: Mapping[str, _Action] = {
            "GET health": self._health,
            "GET requests": self._requests,
            "DELETE requests": self._clear_requests,
            "GET campaigns": self._campaigns,
            "POST campaigns": self._seed,
            "PATCH campaigns/ID": self._edit,
            "DELETE campaigns/ID": self._remove,
            "GET switches": self._switches,
            "PUT switches": self._change_switches,
            "GET faults": self._list_faults,
            "POST faults": self._add_faults,
            "DELETE faults": self._clear_faults,
            "POST contact-lists": self._contact_list,
            "POST renames": self._rename,
        }

    def handle(self, request: WireRequest) -> WireResponse:
        """Answer a control request: 400 for a wrong body, 404 for an unknown path or id.

        The answer ends its line, so that a shell's prompt begins a new one after `curl`.
        """
        answer = self._answer(request)
        return replace(answer, body=answer.body + b"\n")

    def _answer(self, request: WireRequest) -> WireResponse:
        what, slash, id_ = request.path.removeprefix(PREFIX).partition("/")
        action = self._routes.get(f"{request.method} {what}{'/ID' if slash else ''}")
        if action is None:
            return respond(404, {"message": f"no control call {request.method} {request.path}"})
        try:
            return respond(200, action(request, id_))
        except LookupError as problem:
            return respond(404, {"message": str(problem)})
        except ValidationError as problem:
            return respond(400, {"message": problem.errors()[0]["msg"]})
        except (ValueError, Refused) as problem:
            return respond(400, {"message": str(problem)})

    def _health(self, _: WireRequest, __: str) -> JsonValue:
        return {"status": "ok"}

    def _requests(self, request: WireRequest, _: str) -> JsonValue:
        asked = request.query.get("mutating")
        mutating = None if asked is None else asked in ("1", "true")
        operation = request.query.get("operation", "")
        if operation:
            _require_known("operation", operation, self._operations)
        with self._world.store.transaction():
            found = self._world.store.requests.all(mutating=mutating, operation=operation)
        return {"requests": [logged.as_tree() for logged in found]}

    def _clear_requests(self, _: WireRequest, __: str) -> JsonValue:
        with self._world.store.transaction():
            self._world.store.requests.clear()
        return {}

    def _campaigns(self, _: WireRequest, __: str) -> JsonValue:
        return {"campaigns": list[JsonValue](self._console.campaigns())}

    def _seed(self, request: WireRequest, _: str) -> JsonValue:
        body = read_object(request)
        if not text(body, "name"):
            raise ValueError("name is required")
        vendor, account = text(body, "vendor") or "kore", text(body, "account")
        _require_known("vendor", vendor, _VENDORS)
        body.pop("vendor", None)
        body.pop("account", None)
        if vendor == "carecycle":
            account = account or seed.CARECYCLE_CLIENT_ID
            return {"id": self._console.seed_carecycle(body, account=account)}
        return {"id": self._console.seed_kore(body, account=account or seed.KORE_ACCOUNT)}

    def _edit(self, request: WireRequest, campaign_id: str) -> JsonValue:
        return {"campaign": self._console.edit(campaign_id, read_object(request))}

    def _remove(self, _: WireRequest, campaign_id: str) -> JsonValue:
        self._console.remove(campaign_id)
        return {}

    def _switches(self, _: WireRequest, __: str) -> JsonValue:
        shown: Tree = self._world.switches.model_dump(mode="json")
        return shown

    def _change_switches(self, request: WireRequest, _: str) -> JsonValue:
        self._world.switches = self._world.switches.changed(read_object(request))
        return self._switches(request, "")

    def _list_faults(self, _: WireRequest, __: str) -> JsonValue:
        return {"faults": [fault.model_dump(mode="json") for fault in self._faults.all()]}

    def _add_faults(self, request: WireRequest, _: str) -> JsonValue:
        """`{"fault": "kore.create:reset_after"}`, or a fault's fields."""
        body = read_object(request)
        short = text(body, "fault")
        self._faults.add(Fault.parse(short) if short else Fault.model_validate(body))
        return self._list_faults(request, "")

    def _clear_faults(self, _: WireRequest, __: str) -> JsonValue:
        self._faults.clear()
        return {}

    def _contact_list(self, request: WireRequest, _: str) -> JsonValue:
        body = read_object(request)
        records = body.get("records", 0)
        if not text(body, "name") or not isinstance(records, int):
            raise ValueError("name and a number of records are required")
        account = text(body, "account") or seed.KORE_ACCOUNT
        added = self._console.add_contact_list(text(body, "name"), records, account=account)
        return {"id": added}

    def _rename(self, request: WireRequest, _: str) -> JsonValue:
        """`{"flow": "old name", "to": "new name"}`, or `queue` in place of `flow`."""
        body = read_object(request)
        account = text(body, "account") or seed.KORE_ACCOUNT
        renames = {"flow": self._console.rename_flow, "queue": self._console.rename_queue}
        kind = next((word for word in renames if text(body, word)), "")
        if not kind or not text(body, "to"):
            raise ValueError("flow or queue, and to, are required")
        renames[kind](text(body, kind), text(body, "to"), account=account)
        return {}


def _require_known(what: str, name: str, known: Collection[str]) -> None:
    if name not in known:
        raise ValueError(f"no {what} is named {name!r}. {did_you_mean(name, known)}")
