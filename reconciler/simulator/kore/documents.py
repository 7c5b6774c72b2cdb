"""A checked create or PUT body into the document that Kore.ai stores, with names resolved."""

from collections.abc import Iterator

from pydantic import JsonValue

from reconciler.resources.tree import Tree, at
from reconciler.simulator.context import SimulatorContext, VendorCall, uuid_of
from reconciler.simulator.kore.hours import kept_hours
from reconciler.simulator.kore.rules import MODES, check_limits
from reconciler.simulator.kore.switches import KoreSwitches
from reconciler.simulator.messages import Refused, branch, text, texts

_DIALING = ("dialingOrder", "maxAttemptsPerRecord", "defaultRetryPeriod", "maxRingTime")
SERVER_KEPT = (
    *("isImported", "isFiltersEnabled", "useSystemMappings", "totalMessagesSent"),
    *("campaignExecutionType", "campaignInstanceId"),
)


def fresh(switches: KoreSwitches) -> Tree:
    """What the server adds to every new campaign."""
    return {
        "isImported": switches.is_imported,
        "isFiltersEnabled": False,
        "useSystemMappings": switches.use_system_mappings,
        "totalMessagesSent": 0,
        "campaignExecutionType": switches.execution_type,
    }


def document(world: SimulatorContext, call: VendorCall, kind: str) -> Tree:
    """The document of a body of this kind; raises Refused for names that the account lacks."""
    body, switches = call.body, world.switches.kore
    lists = _list_names(body, switches)
    for name in lists:
        find(world, call, "kore_contact_list", name)
    schedule = branch(body, "schedule").get("isSchedulingEnabled", False)
    kept: Tree = {
        "name": body["name"],
        "description": text(body, "description"),
        "priority": body.get("priority", "5"),
        "contactLists": list[JsonValue](lists),
        "dialingStrategy": _dialing(branch(body, "dialingStrategy"), kind),
        "schedule": {"isSchedulingEnabled": schedule, "isRecurrenceEnabled": False},
    }
    kept["dialingStrategy"] = {
        **branch(kept, "dialingStrategy"),
        "callingHours": kept_hours(
            branch(branch(body, "dialingStrategy"), "callingHours"), switches
        ),
    }
    dnc = at(body, "dncLists.name")
    if call.api == "v2" and isinstance(dnc, str) and dnc:
        found = find(world, call, "kore_dnc_list", dnc)
        kept["dncLists"] = {"id": found["id"], "name": dnc}
    kept |= _content(world, call, kind)
    return kept


def names_unknown(world: SimulatorContext, call: VendorCall, kind: str) -> bool:
    """Whether a body of this kind names something that the account lacks."""
    if world.switches.accounts == "any":
        return False
    return any(
        world.store.named(named, call.account, name) is None
        for named, name in _references(world, call, kind)
    )


def _references(world: SimulatorContext, call: VendorCall, kind: str) -> Iterator[tuple[str, str]]:
    body = call.body
    for name in _list_names(body, world.switches.kore):
        yield "kore_contact_list", name
    if call.api == "v2" and text(branch(body, "dncLists"), "name"):
        yield "kore_dnc_list", text(branch(body, "dncLists"), "name")
    if kind in ("advanced", "Agentless"):
        yield "kore_flow", text(body, "experienceFlowName")
    elif kind in ("Progressive", "Preview"):
        yield "kore_queue", text(body, "queue_name")
    elif kind == "template":
        yield "kore_template", _template_name(world, call, branch(body, "message"))


def _list_names(body: Tree, switches: KoreSwitches) -> list[str]:
    names = texts(body["contactLists"])
    return [name.strip() for name in names] if switches.contact_list_names == "trimmed" else names


def find(world: SimulatorContext, call: VendorCall, kind: str, name: str) -> Tree:
    """The named object. If there is none, it is invented where references are not checked.

    Raises Refused where they are checked.
    """
    found = world.store.named(kind, call.account, name)
    if found is not None:
        return found
    lenient = call.trusted or world.switches.accounts == "any"
    if world.switches.kore.references == "refused" and not lenient:
        raise Refused("unknown-name", f"{kind.removeprefix('kore_').replace('_', ' ')} not found")
    made_up = uuid_of(f"{kind}:{call.account}:{name}")
    prefixes = {"kore_flow": "cf-", "kore_template": "cmt-", "kore_queue": "qu-"}
    prefix = prefixes.get(kind)
    return {"id": f"{prefix}{made_up}" if prefix else f"cl-{made_up[1:]}", "name": name}


def _dialing(strategy: Tree, kind: str) -> Tree:
    kept: Tree = {"callerId": {"phoneNumber": branch(strategy, "callerId").get("phoneNumber")}}
    kept["callingHours"] = {}
    if kind in MODES:
        kept |= {key: strategy[key] for key in _DIALING if key in strategy}
    return kept


def _content(world: SimulatorContext, call: VendorCall, kind: str) -> Tree:
    body, kept = call.body, Tree()
    if kind in MODES:
        kept["dialingMode"] = kind
        if call.api == "v1" or kind == "Agentless":
            kept["enableMachineDetect"] = body.get("enableMachineDetect", False)
    else:
        kept["format"] = "advanced" if kind == "advanced" else "simple"
    if kind in ("advanced", "Agentless"):
        flow = find(world, call, "kore_flow", text(body, "experienceFlowName"))
        kept["experienceFlow"] = flow["id"]
    elif kind in ("Progressive", "Preview"):
        find(world, call, "kore_queue", text(body, "queue_name"))
        kept["queue_name"] = body["queue_name"]
        if kind == "Preview":
            kept["maxSkips"] = body["maxSkips"]
    elif kind == "simple":
        kept["message"] = {"message": at(body, "message.message")}
    else:
        kept["message"] = _template(world, call, branch(body, "message"))
    return kept


def _template(world: SimulatorContext, call: VendorCall, message: Tree) -> JsonValue:
    """The message with the server's own text and not the one sent (docs/vendors/kore.md 6.7)."""
    name = _template_name(world, call, message)
    found = find(world, call, "kore_template", name)
    return {
        "template_name": name,
        "message": found.get("body", message.get("message")),
        "templateId": found["id"],
    }


def _template_name(world: SimulatorContext, call: VendorCall, message: Tree) -> str:
    named = text(message, "template_name")
    if named:
        return named
    by_id = world.store.object("kore_template", call.account, text(message, "templateId"))
    return text(by_id or {}, "name")


# A switch says when Kore.ai notices what is wrong with a body: at once, later, or never.


def fails_later(world: SimulatorContext, call: VendorCall, kind: str) -> bool:
    """Whether a body is accepted and fails later; raises Refused if it is refused at once."""
    switches = world.switches.kore
    if switches.limits != "accepted":
        try:
            check_limits(call.body, kind, switches)
        except Refused:
            if switches.limits == "refused":
                raise
            return True
    return switches.references == "fails_later" and names_unknown(world, call, kind)
