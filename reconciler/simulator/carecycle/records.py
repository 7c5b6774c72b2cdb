"""A stored campaign into CareCycle's answers, by response generation; and a new draft's values.

From docs/vendors/carecycle.md 2a, 4, 5 and 15.20. The stored document has every key of
both generations.
"""

from collections.abc import Sequence
from dataclasses import replace

from pydantic import JsonValue

from reconciler.resources.tree import Tree
from reconciler.simulator.campaigns import Campaign
from reconciler.simulator.carecycle.switches import CareCycleSwitches
from reconciler.simulator.context import SimulatorContext
from reconciler.simulator.messages import branch, iso, text
from reconciler.simulator.name_spelling import spelled

_SMS_TEXTS = {
    "redial": "Hi {{clientCustomer.firstName}}, we tried to reach you but couldn''t connect. "
    "We''ll try again soon.",
    "newInquiry": "Hi {{clientCustomer.firstName}}, we''ve received your inquiry. Our team will "
    "be reaching out to you shortly to address your questions about {{inquiryTopic}}.",
    "postWelcome": "Hi {{clientCustomer.firstName}}, thank you for speaking with us today. If "
    "you need assistance, please contact us at {{companyPhone}}. We''re here to provide "
    "always-on care for you.",
    "firstContact": "Hi {{clientCustomer.firstName}}, we''ll be calling you shortly regarding "
    "your inquiry.",
    "missedInquiry": "Hi {{clientCustomer.firstName}}, we tried to reach you regarding your "
    "inquiry but couldn''t connect. Please contact us back at your earliest convenience.",
    "appointmentBooked": "Hi {{clientCustomer.firstName}}, your appointment is confirmed for "
    "{{appointmentDate}} at {{appointmentTime}}.",
    "missedAppointment": "Hi {{clientCustomer.firstName}}, we missed you at your appointment on "
    "{{appointmentDate}} at {{appointmentTime}}. Please contact us to reschedule.",
    "missedFirstContact": "Hi {{clientCustomer.firstName}}, we tried to reach you but "
    "couldn''t connect. We''ll try again soon.",
    "appointmentReminder": "Hi {{clientCustomer.firstName}}, this is a reminder about your "
    "upcoming appointment on {{appointmentDate}} at {{appointmentTime}}.",
    "informationalFollowup": "Hi {{clientCustomer.firstName}}, it was a pleasure speaking to "
    "you. Questions or concerns? Feel free to call us: +1 xxx-xxx-xxxx.",
}
SMS_KEYS = frozenset(_SMS_TEXTS)
FEATURES = ("transfers", "appointments", "inquiries", "checkPlan")
_COUNTS = (
    *("expired", "failed", "pending", "completed", "exceeded_max_calls", "in_progress"),
    *("cancelled", "skipped"),
)
_KEYS = {
    "B": (
        *("id", "createdAt", "updatedAt", "startDate", "endDate", "dialAfterhours"),
        *("outboundEnabled", "outboundBatchSize", "variableMappings", "redialTracking", "name"),
        *("templateId", "description", "status", "sourceType", "enablePulse", "suitType"),
        *("redial", "redialPatterns", "successCriteria", "failureCriteria", "maxAttempts"),
        *("smsTypes", "smsContent", "smsCompanyName", "requiredVars", "client"),
        *("hasInquiryCallback", "customerStats", "transferConfig", "transferConfigIds"),
        *("appointmentConfig", "campaignAutomations", "templateName", "pulseWorkflowId"),
        *("suite", "features"),
    ),
    "C": (
        *("id", "createdAt", "updatedAt", "startDate", "endDate", "dialAfterhours", "name"),
        *("templateId", "templateName", "description", "status", "sourceType", "enablePulse"),
        *("pulseWorkflowId", "maxConcurrentCalls", "suite", "maxAttempts", "smsCompanyName"),
        *("requiredVars", "client", "hasInquiryCallback", "customerStats", "features"),
    ),
}


_EMPTY: Tree = {
    **dict.fromkeys(("dialAfterhours", "outboundEnabled", "enablePulse", "redial"), False),
    "redialPatterns": [],
    "transferConfigIds": [],
    "smsCompanyName": None,
}


def draft(*, company: str, switches: CareCycleSwitches) -> Tree:
    """The document of a new draft, without its name."""
    filled = switches.draft_values == "empty"
    settings = {**_EMPTY, "smsCompanyName": company} if filled else dict.fromkeys(_EMPTY)
    return {
        **settings,
        **dict.fromkeys(("startDate", "endDate", "templateId", "templateName", "description")),
        **dict.fromkeys(("sourceType", "suitType", "successCriteria", "failureCriteria")),
        **dict.fromkeys(("maxAttempts", "pulseWorkflowId", "suite", "maxConcurrentCalls")),
        **dict.fromkeys(("transferConfigId", "appointmentConfigId", "outboundBatchSize")),
        "variableMappings": {},
        "redialTracking": {"lastRunSmsCount": 0, "lastRunTimestamp": None},
        "smsTypes": dict.fromkeys(_SMS_TEXTS, False),
        "smsContent": dict[str, JsonValue](_SMS_TEXTS) if switches.default_texts else None,
        "requiredVars": [],
        "hasInquiryCallback": False,
        "customerStats": {
            **dict.fromkeys(("total", "totalCalls", "todayCalls"), 0),
            "statusCounts": dict.fromkeys(_COUNTS, 0),
        },
        "campaignAutomations": [],
        "features": dict.fromkeys(FEATURES, False),
    }


def called(world: SimulatorContext, campaign: Campaign) -> Campaign:
    """The campaign with one more call, if a switch makes statistics change on every read.

    See docs/vendors/carecycle.md 15.14.
    """
    mode = world.switches.carecycle.statistics
    stats = branch(campaign.document, "customerStats")
    calls = stats.get("totalCalls")
    if mode == "still" or not isinstance(calls, int):
        return campaign
    counted = {**campaign.document, "customerStats": {**stats, "totalCalls": calls + 1}}
    moved = world.now() if mode == "move_updated_at" else campaign.updated
    busier = replace(campaign, document=counted, updated=moved)
    world.store.campaigns.put(busier)
    return busier


def record(world: SimulatorContext, campaign: Campaign, *, client: bool) -> Tree:
    """The campaign as an answer shows it, with the client's data if `client` is true."""
    switches, document = world.switches.carecycle, campaign.document
    shown: Tree = {
        **document,
        "name": spelled(campaign.name, switches.name_spelling),
        "id": campaign.id,
        "createdAt": iso(campaign.created),
        "updatedAt": iso(campaign.updated),
        "status": campaign.status,
    }
    if switches.response_generation == "B":
        shown["transferConfig"] = _config(world, campaign, "transfer_config")
        shown["appointmentConfig"] = _config(world, campaign, "appointment_config")
    if client or switches.client_always:
        found = world.store.object("carecycle_client", campaign.account, campaign.account) or {}
        company = text(found, "smsCompanyName")
        shown["client"] = {"id": campaign.account, "smsCompanyName": company}
    keys: Sequence[str] = _KEYS[switches.response_generation]
    if switches.absent_values == "missing":
        keys = [key for key in keys if shown.get(key) is not None]
    elif "client" not in shown:
        keys = [key for key in keys if key != "client"]
    if switches.unsteady_fields and world.store.count(f"answers:{campaign.id}") % 2 == 0:
        keys = [
            *(key for key in keys if key not in switches.unsteady_fields),
            *sorted(switches.unsteady_fields - set(keys)),
        ]
    return {key: shown.get(key) for key in keys}


def _config(world: SimulatorContext, campaign: Campaign, kind: str) -> JsonValue:
    key = "transferConfigId" if kind == "transfer_config" else "appointmentConfigId"
    config_id = text(campaign.document, key).lower()
    if not config_id:
        return None
    return world.store.object(f"carecycle_{kind}", campaign.account, config_id)
