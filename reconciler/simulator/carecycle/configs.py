"""CareCycle's transfer and appointment configs that campaigns refer to, as the seed makes them.

The calls on them (docs/vendors/carecycle.md 10) are not served, because reconciler makes none.
"""

from reconciler.resources.tree import Tree
from reconciler.simulator.context import SimulatorContext

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


def put_config(world: SimulatorContext, client: str, kind: str, values: Tree) -> None:
    """Store a config of kind `transfer_config` or `appointment_config`; `values` has its id."""
    shape = _TRANSFER if kind == "transfer_config" else _APPOINTMENT
    config: Tree = {"id": values["id"], **shape, **values, "clientId": client}
    world.store.put(f"carecycle_{kind}", client, config)
