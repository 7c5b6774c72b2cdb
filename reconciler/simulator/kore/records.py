"""A stored campaign as Kore.ai's answers show it: the key matrix of docs/vendors/kore.md 5.8."""

from dataclasses import replace

from pydantic import JsonValue

from reconciler.resources.tree import Tree
from reconciler.simulator.campaigns import Campaign
from reconciler.simulator.context import SimulatorContext, uuid_of
from reconciler.simulator.kore.switches import KoreSwitches
from reconciler.simulator.messages import branch, iso, text, texts
from reconciler.simulator.name_spelling import spelled

_EARLIER = 221
"""Milliseconds by which a fresh SMS campaign's `updatedAt` precedes `createdAt`.

See docs/vendors/kore.md 6.10.
"""


def as_read(world: SimulatorContext, campaign: Campaign) -> Campaign:
    """The campaign with the `updatedAt` that a read shows (docs/vendors/kore.md 14.19)."""
    wanders = world.switches.kore.updated_at_wanders
    return replace(campaign, updated=world.now()) if wanders else campaign


def created(campaign: Campaign, api: str, switches: KoreSwitches) -> Tree:
    """The record in the answer to a create."""
    record = _record(campaign, api, switches)
    if campaign.channel == "voice":
        record["id"] = record.pop("_id")
        record.pop("schedule")
        if api == "v1":
            record.pop("maxSkips", None)
        elif campaign.document.get("dialingMode") == "Agentless":
            record["enableMachineDetect"] = campaign.document["enableMachineDetect"] != "no"
    else:
        record["updatedAt"] = iso(campaign.updated)
        record["schedule"] = {
            "isSchedulingEnabled": branch(campaign.document, "schedule")["isSchedulingEnabled"]
        }
    record.pop("campaignInstanceId", None)
    return record


def one(campaign: Campaign, api: str, switches: KoreSwitches) -> Tree:
    """The record in the answer to a get."""
    record = _record(campaign, api, switches)
    if not switches.sms_get_shows_message:
        record.pop("message", None)
    return record


def updated(campaign: Campaign, api: str, switches: KoreSwitches) -> Tree:
    """The record in the answer to a PUT."""
    record = _record(campaign, api, switches)
    if campaign.channel == "voice" and api == "v1":
        record["id"] = record.pop("_id")
    return record


def deleted(campaign: Campaign, api: str, switches: KoreSwitches) -> Tree:
    """The record in the answer to a DELETE."""
    record = _record(campaign, api, switches)
    if campaign.channel == "sms":
        record.pop("enableMachineDetect", None)
    return record


def row(campaign: Campaign, api: str, switches: KoreSwitches, flow: str) -> Tree:
    """The campaign in a listing; `flow` is the name of its experience flow."""
    if campaign.channel == "sms":
        return _sms_row(campaign, api, switches)
    document = campaign.document
    found: Tree = {"_id": campaign.id, **_named(document, switches)}
    _add_dnc(found, campaign, api, switches)
    found |= {"priority": document["priority"], "dialingMode": document["dialingMode"]}
    found["status"] = campaign.status
    if api == "v2":
        found["isFiltersEnabled"] = document["isFiltersEnabled"]
    found |= _times(campaign)
    found["campaignInstanceUpdatedAt"] = iso(campaign.updated)
    schedule = dict(branch(document, "schedule"))
    if api == "v2" and not schedule["isRecurrenceEnabled"]:
        schedule.pop("isRecurrenceEnabled")
    found["schedule"] = schedule
    if "queue_name" in document:
        found["connection"] = document["queue_name"]
    elif switches.agentless_connection != "absent":
        found["connection"] = flow if switches.agentless_connection == "flow_name" else ""
    found["contactLists"] = _lists(campaign, switches)
    return found


def _sms_row(campaign: Campaign, api: str, switches: KoreSwitches) -> Tree:
    document = campaign.document
    found: Tree = {**_named(document, switches), "status": campaign.status}
    _add_dnc(found, campaign, api, switches)
    found["priority"] = document["priority"]
    _add(found, document, "experienceFlow", "message")
    found |= _times(campaign, early=_is_early(campaign, switches))
    found |= {
        "schedule": document["schedule"],
        "id": campaign.id,
        "totalMessagesSent": document["totalMessagesSent"],
        "campaignInstanceUpdatedAt": found["updatedAt"],
        "campaignExecutionType": document["campaignExecutionType"],
    }
    _add(found, document, "campaignInstanceId")
    return found | {"contactLists": _lists(campaign, switches), "format": document["format"]}


def _record(campaign: Campaign, api: str, switches: KoreSwitches) -> Tree:
    document, voice = campaign.document, campaign.channel == "voice"
    named = _named(document, switches)
    found: Tree = {"_id": campaign.id, "name": named["name"], "lname": campaign.name.lower()}
    found |= {"description": named["description"], "status": campaign.status}
    _add_dnc(found, campaign, api, switches)
    found["priority"] = document["priority"]
    _add(found, document, "dialingMode")
    strategy = dict(branch(document, "dialingStrategy"))
    if voice and api == "v2":
        strategy["useSystemMappings"] = document["useSystemMappings"]
    found["dialingStrategy"] = strategy
    _add(found, document, "experienceFlow", "message", "maxSkips")
    if api == "v2":
        if not voice:
            found["isImported"] = document["isImported"]
        found["isFiltersEnabled"] = document["isFiltersEnabled"]
    found |= _times(campaign, early=_is_early(campaign, switches))
    found["schedule"] = _schedule(document, switches)
    _add(found, document, "campaignInstanceId")
    found["contactLists"] = _lists(campaign, switches)
    if api == "v1":
        detected = document.get("enableMachineDetect", False)
        found["enableMachineDetect"] = detected not in (False, "no") if voice else False
    _add(found, document, "format")
    return found


def _named(document: Tree, switches: KoreSwitches) -> Tree:
    name = spelled(text(document, "name"), switches.name_spelling)
    return {"name": name, "description": document["description"]}


def _schedule(document: Tree, switches: KoreSwitches) -> Tree:
    shown = branch(document, "schedule")
    return {**shown, **branch(document, "scheduled")} if switches.schedule_dates else shown


def _add(record: Tree, document: Tree, *keys: str) -> None:
    for key in keys:
        if key in document:
            record[key] = document[key]


def _add_dnc(record: Tree, campaign: Campaign, api: str, switches: KoreSwitches) -> None:
    dnc = branch(campaign.document, "dncLists")
    if dnc and (api == "v2" or switches.v1_shows_dnc):
        record["dncLists"] = dnc if campaign.channel == "voice" else {"name": dnc["name"]}


def _times(campaign: Campaign, *, early: bool = False) -> Tree:
    shown = campaign.updated - _EARLIER if early else campaign.updated
    return {"createdAt": iso(campaign.created), "updatedAt": iso(shown)}


def _is_early(campaign: Campaign, switches: KoreSwitches) -> bool:
    fresh = campaign.created == campaign.updated and campaign.channel == "sms"
    return fresh and switches.restless_updated_at


def _lists(campaign: Campaign, switches: KoreSwitches) -> JsonValue:
    names = texts(campaign.document["contactLists"])
    if switches.contact_list_names == "lower_case":
        names = [name.lower() for name in names]
    if len(names) > 1 and switches.contact_list_order == "not_kept":
        names.sort(key=uuid_of)
    return list[JsonValue](names)
