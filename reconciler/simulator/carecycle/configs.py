"""CareCycle's transfer and appointment configs, as far as campaigns refer to them (section 10)."""

from pydantic import JsonValue

from reconciler.providers.wire import WireResponse
from reconciler.resources.tree import Tree
from reconciler.simulator.carecycle.rules import invalid, is_uuid
from reconciler.simulator.messages import Refused, respond, text
from reconciler.simulator.world import Call, World

_TRANSFER: Tree = {
    **dict.fromkeys(("createdAt", "updatedAt", "clientId", "name", "routingConfigId")),
    "type": "direct",
    "warmTransfer": False,
    **dict.fromkeys(("directPhoneNumber", "sipUri", "sipHeaders", "warmSummaryPrompt")),
    **dict.fromkeys(("warmMode", "softphoneFallbackType", "softphoneFallbackPhoneNumber")),
    "appointmentBookingEnabled": False,
    **dict.fromkeys(("routingConfig", "dynamicOptions", "transferWaitingMessages")),
}
_APPOINTMENT: Tree = {
    **dict.fromkeys(("createdAt", "updatedAt", "clientId", "name")),
    "concurrentLimit": 1,
    "appointmentLength": 30,
    "appointmentSpacing": 0,
    "maxOptions": 3,
    **dict.fromkeys(("minDate", "maxDate", "minHours")),
    "preferredMode": "timezone",
    **dict.fromkeys(("pulseWorkflowId", "createdBy", "updatedBy")),
}
_TYPES = ("direct", "dynamic", "sip", "softphone")


def new_config(world: World, client: str, kind: str, values: Tree) -> Tree:
    """Keep a config of kind `transfer_config` or `appointment_config`; its id may be given."""
    shape = _TRANSFER if kind == "transfer_config" else _APPOINTMENT
    known: Tree = {key: value for key, value in values.items() if key in shape}
    given = text(values, "id") or world.uuid()
    config: Tree = {"id": given, **shape, **known, "clientId": client}
    world.store.put(f"carecycle_{kind}", client, config)
    return config


class CareCycleConfigs:
    """The config calls of one world."""

    def __init__(self, world: World) -> None:
        self._world = world

    def create_transfer(self, call: Call) -> WireResponse:
        """Make a transfer config."""
        self._check(call.body, creating=True)
        config = new_config(self._world, call.account, "transfer_config", call.body)
        status = self._world.switches.carecycle.created_status
        return respond(status, {"transferConfig": config})

    def get_transfer(self, call: Call) -> WireResponse:
        """One transfer config."""
        return respond(200, {"transferConfig": self._find(call, "transfer_config")})

    def patch_transfer(self, call: Call) -> WireResponse:
        """Change some keys of a transfer config."""
        config = self._find(call, "transfer_config")
        self._check(call.body, creating=False)
        changed = new_config(
            self._world, call.account, "transfer_config", {**config, **call.body, "id": call.target}
        )
        return respond(200, {"transferConfig": changed})

    def list_appointments(self, call: Call) -> WireResponse:
        """Every appointment config, without paging."""
        found = self._world.store.objects("carecycle_appointment_config", call.account)
        return respond(200, {"appointmentConfigs": list[JsonValue](found)})

    def create_appointment(self, call: Call) -> WireResponse:
        """Make an appointment config."""
        self._check(call.body, creating=True)
        config = new_config(self._world, call.account, "appointment_config", call.body)
        status = self._world.switches.carecycle.created_status
        return respond(status, {"appointmentConfig": config})

    def delete_appointment(self, call: Call) -> WireResponse:
        """Remove an appointment config; campaigns that name it then show none."""
        config = self._find(call, "appointment_config")
        self._world.store.remove("carecycle_appointment_config", call.account, call.target)
        return respond(200, config)

    def _find(self, call: Call, kind: str) -> Tree:
        if not is_uuid(call.target):
            raise invalid("id", "Invalid UUID", expected="uuid", received="string")
        config = self._world.store.object(f"carecycle_{kind}", call.account, call.target)
        if config is None:
            raise Refused("NOT_FOUND", f"{kind.replace('_', ' ').capitalize()} not found")
        return config

    def _check(self, body: Tree, *, creating: bool) -> None:
        if (creating or "name" in body) and not text(body, "name"):
            raise invalid("name", "Required", expected="string", received="undefined")
        if body.get("type", "direct") not in _TYPES:
            raise invalid("type", "Invalid enum value", expected="enum", received="string")
