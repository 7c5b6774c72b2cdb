"""CareCycle's transfer and appointment configs, as far as campaigns refer to them (section 10)."""

from collections.abc import Callable, Mapping

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
_Test = Callable[[JsonValue], bool]


def _texts(longest: int = 10**6) -> _Test:
    return lambda value: value is None or (isinstance(value, str) and len(value) <= longest)


def _words(*known: str, null: bool = False) -> _Test:
    return lambda value: value in known or (null and value is None)


def _flag(value: JsonValue) -> bool:
    return isinstance(value, bool)


def _whole(value: JsonValue) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


_TRANSFER_RULES: dict[str, _Test] = {
    "name": lambda value: isinstance(value, str) and value != "",
    "routingConfigId": lambda value: value is None or is_uuid(value),
    "type": _words("direct", "dynamic", "sip", "softphone"),
    "warmTransfer": _flag,
    "directPhoneNumber": _texts(20),
    "dynamicOptions": lambda value: value is None or isinstance(value, dict),
    **dict.fromkeys(("sipUri", "sipHeaders", "warmSummaryPrompt"), _texts()),
    "warmMode": _words("wait-for-operator", "immediate-summary", null=True),
    "softphoneFallbackType": _words("appointment_booking", "phone_number", null=True),
    "softphoneFallbackPhoneNumber": _texts(20),
    "appointmentBookingEnabled": _flag,
    "transferWaitingMessages": lambda value: value is None or isinstance(value, list),
}
_APPOINTMENT_RULES: dict[str, _Test] = {
    "name": lambda value: isinstance(value, str) and value != "",
    **dict.fromkeys(
        ("concurrentLimit", "appointmentLength", "appointmentSpacing", "maxOptions"), _whole
    ),
    **dict.fromkeys(("minDate", "maxDate"), _texts(10)),
    "minHours": lambda value: value is None or _whole(value),
    "preferredMode": _words("timezone", "zipcode"),
    "pulseWorkflowId": lambda value: value is None or is_uuid(value),
}


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
        values = self._checked(call.body, _TRANSFER_RULES, required=("name",))
        config = new_config(self._world, call.account, "transfer_config", values)
        status = self._world.switches.carecycle.created_status
        return respond(status, {"transferConfig": config})

    def get_transfer(self, call: Call) -> WireResponse:
        """One transfer config."""
        return respond(200, {"transferConfig": self._find(call, "transfer_config")})

    def patch_transfer(self, call: Call) -> WireResponse:
        """Change some keys of a transfer config."""
        config = self._find(call, "transfer_config")
        values = self._checked(call.body, _TRANSFER_RULES)
        changed = new_config(self._world, call.account, "transfer_config", {**config, **values})
        return respond(200, {"transferConfig": changed})

    def list_appointments(self, call: Call) -> WireResponse:
        """Every appointment config, without paging."""
        found = self._world.store.objects("carecycle_appointment_config", call.account)
        return respond(200, {"appointmentConfigs": list[JsonValue](found)})

    def create_appointment(self, call: Call) -> WireResponse:
        """Make an appointment config."""
        values = self._checked(call.body, _APPOINTMENT_RULES, required=("name",))
        config = new_config(self._world, call.account, "appointment_config", values)
        status = self._world.switches.carecycle.created_status
        return respond(status, {"appointmentConfig": config})

    def delete_appointment(self, call: Call) -> WireResponse:
        """Remove an appointment config; campaigns that name it then show none."""
        config = self._find(call, "appointment_config")
        self._world.store.remove("carecycle_appointment_config", call.account, text(config, "id"))
        return respond(200, config)

    def _find(self, call: Call, kind: str) -> Tree:
        known = is_uuid(call.target)
        if not known and self._world.switches.carecycle.bad_id == "VALIDATION_ERROR":
            raise invalid("id", "Invalid UUID", expected="uuid", received="string")
        target = call.target.lower()
        config = self._world.store.object(f"carecycle_{kind}", call.account, target)
        if config is None:
            raise Refused("NOT_FOUND", f"{kind.replace('_', ' ').capitalize()} not found")
        return config

    def _checked(
        self, body: Tree, rules: Mapping[str, _Test], *, required: tuple[str, ...] = ()
    ) -> Tree:
        """The keys of a body that count; refuses wrong values and missing required ones."""
        for key in required:
            if body.get(key) is None:
                raise invalid(key, "Required", expected="string", received="undefined")
        unknown = sorted(body.keys() - rules.keys())
        if unknown and self._world.switches.carecycle.unknown_body_keys == "refuse":
            raise invalid(unknown[0], f"Unrecognized key: {unknown[0]}")
        kept = {key: value for key, value in body.items() if key in rules}
        for key, value in kept.items():
            if not rules[key](value):
                raise invalid(key, f"Invalid {key}")
        return kept
