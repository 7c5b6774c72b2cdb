"""CareCycle's campaign operations: list, get, create as a draft, PATCH.

See docs/vendors/carecycle.md 4-9.
"""

import re
from dataclasses import replace

from pydantic import JsonValue

from reconciler.providers.wire import WireResponse
from reconciler.resources.tree import Tree, overlay
from reconciler.simulator.campaigns import Campaign, CampaignQuery
from reconciler.simulator.carecycle import rules
from reconciler.simulator.carecycle.records import called, draft, record
from reconciler.simulator.carecycle.rules import CAMPAIGN_STATUSES, invalid, is_uuid
from reconciler.simulator.carecycle.versions import remember, visible
from reconciler.simulator.context import (
    SimulatorContext,
    VendorCall,
    find_visible,
    hidden,
    listed_from,
)
from reconciler.simulator.faults import FaultKind
from reconciler.simulator.messages import Refused, branch, respond, text, texts

CHANNEL = "campaigns"
_FROM_ONE = re.compile(r"0*[1-9][0-9]{0,8}")
_SORTS = ("createdAt", "updatedAt", "name", "status", "startDate")
_STEPS = frozenset(
    {
        *(("draft", "active"), ("active", "paused"), ("paused", "active")),
        *(("draft", "archived"), ("paused", "archived")),
    }
)
_CONFIGS = {
    "transferConfigId": "carecycle_transfer_config",
    "appointmentConfigId": "carecycle_appointment_config",
}


class CareCycleCampaigns:
    """The campaign calls of one world."""

    def __init__(self, world: SimulatorContext) -> None:
        self._world = world

    def list_page(self, call: VendorCall) -> WireResponse:
        """One page of full campaigns."""
        world, query = self._world, call.request.query
        switches = world.switches.carecycle
        kind = call.fault.kind if call.fault else None
        page, per_page = _number(query.get("page", "1"), "page"), self._per_page(call)
        skip = (page - 1) * per_page
        total, found = world.store.campaigns.page(
            CampaignQuery(
                vendor="carecycle",
                account=call.account,
                channel=CHANNEL,
                now=world.now(),
                filters=self._filters(call),
                search=query.get(switches.search_parameter, ""),
                order=_order(call),
                shuffle=world.store.count("shuffles") if switches.unstable_order else 0,
                limit=per_page,
                offset=listed_from(call, skip),
            )
        )
        if skip >= total and page > 1 and switches.past_the_end == "refused":
            raise invalid("page", "No such page", expected="number", received="number")
        total += kind is FaultKind.LIST_WRONG_TOTAL
        stuck = kind is FaultKind.LIST_NEXT_IS_SAME
        more = skip + per_page < total or kind is FaultKind.LIST_REPEATS_PAGE
        lag = switches.patch_list_lag
        items: list[JsonValue] = [self._read(call, campaign, lag) for campaign in found]
        return respond(
            200,
            {
                "itemsTotal": total,
                "currentPage": page,
                "nextPage": page if stuck else page + 1 if more else None,
                "prevPage": page - 1 if page > 1 else None,
                "items": items,
            },
        )

    def get(self, call: VendorCall) -> WireResponse:
        """One campaign."""
        campaign = self._find(call)
        archived = campaign.status == "archived"
        if archived and not self._world.switches.carecycle.archived_readable:
            raise Refused("NOT_FOUND", "Campaign not found")
        lag = self._world.switches.carecycle.patch_get_lag
        return respond(200, {"campaign": self._read(call, campaign, lag)})

    def create(self, call: VendorCall) -> WireResponse:
        """Create a draft."""
        world, switches = self._world, self._world.switches.carecycle
        if not switches.create:
            raise Refused("NOT_FOUND", "Not found")
        kept = rules.checked_create(call.body, switches)
        self._check_name(call, text(kept, "name"))
        template = self._template(call, kept.get("templateId"))
        copied = switches.template_values if template else {}
        named: Tree = {"templateId": template.get("id"), "templateName": template.get("name")}
        kept = overlay(copied, {**kept, **named})
        lags = {"list_lag": switches.list_lag, "get_lag": switches.get_lag}
        campaign = hidden(self.place(call.account, kept), call, **lags)
        world.store.campaigns.put(campaign)
        return respond(switches.created_status, {"campaign": self._record(call, campaign)})

    def place(self, client: str, values: Tree) -> Campaign:
        """A new draft value with these settings; not stored."""
        world = self._world
        company = world.store.object("carecycle_client", client, client) or {}
        begin = draft(company=text(company, "smsCompanyName"), switches=world.switches.carecycle)
        now = world.now()
        return Campaign(
            id=world.uuid(),
            vendor="carecycle",
            account=client,
            channel=CHANNEL,
            status="draft",
            created=now,
            updated=now,
            document=overlay(begin, values),
        )

    def patch(self, call: VendorCall) -> WireResponse:
        """Change the given keys; a change of status shows at once or later, as a switch says."""
        world, switches = self._world, self._world.switches.carecycle
        campaign = self._find(call)
        kept = rules.checked_patch(call.body, switches)
        self._check_patchable(campaign, kept)
        if "name" in kept:
            self._check_name(call, text(kept, "name"), own=campaign.id)
        self._check_configs(call, kept)
        status = text(kept, "status") or campaign.status
        self._check_step(campaign, status, kept)
        settings = {key: value for key, value in kept.items() if key != "status"}
        document = {**campaign.document, **self._nested(campaign, settings)}
        changed = replace(campaign, document=document, updated=world.now())
        if status != campaign.status and switches.status_seconds > 0:
            due = world.now() + round(switches.status_seconds * 1000)
            changed = replace(changed, due=due, due_status=status)
        else:
            changed = replace(changed, status=status)
        world.store.campaigns.put(changed)
        remember(world, campaign, changed)
        return respond(200, {"campaign": self._record(call, changed)})

    def _find(self, call: VendorCall) -> Campaign:
        world = self._world
        if not is_uuid(call.target):
            if world.switches.carecycle.bad_id == "NOT_FOUND":
                raise Refused("NOT_FOUND", "Campaign not found")
            raise invalid("campaignId", "Invalid UUID", expected="uuid", received="string")
        campaign = find_visible(world, call.target.lower(), call.account)
        if campaign is None:
            raise Refused("NOT_FOUND", "Campaign not found")
        return campaign

    def _read(self, call: VendorCall, campaign: Campaign, lag: float) -> Tree:
        return self._record(call, visible(self._world, called(self._world, campaign), lag))

    def _record(self, call: VendorCall, campaign: Campaign) -> Tree:
        asked = call.request.query.get(self._world.switches.carecycle.client_parameter)
        return record(self._world, campaign, client=asked == "true")

    def _per_page(self, call: VendorCall) -> int:
        number = _number(call.request.query.get("perPage", "50"), "perPage")
        if number > 100:
            if self._world.switches.carecycle.over_maximum == "refused":
                raise invalid("perPage", "Too big", expected="number", received="number")
            number = 100
        return number

    def _filters(self, call: VendorCall) -> dict[str, tuple[str, ...]]:
        status = call.request.query.get("status")
        if status is not None:
            if status not in CAMPAIGN_STATUSES:
                raise invalid("status", "Invalid enum value", expected="enum", received="string")
            return {"status": (status,)}
        if self._world.switches.carecycle.archived_listed:
            return {}
        return {"status": tuple(word for word in CAMPAIGN_STATUSES if word != "archived")}

    def _template(self, call: VendorCall, template_id: JsonValue) -> Tree:
        if not isinstance(template_id, str):
            return {}
        found = self._world.store.object("carecycle_template", call.account, template_id)
        if found is None and self._world.switches.accounts == "any":
            return {"id": template_id, "name": "Template"}
        if found is None and self._world.switches.carecycle.unknown_template == "refused":
            raise invalid("templateId", "Template not found", expected="uuid", received="string")
        return found or {}

    def _nested(self, campaign: Campaign, settings: Tree) -> Tree:
        switches = self._world.switches.carecycle
        found = settings
        if switches.nested_patch == "merge":
            found = overlay({key: campaign.document.get(key) for key in settings}, settings)
        added = found.get("transferConfigId")
        if switches.adds_to_config_ids and isinstance(added, str):
            source = found if "transferConfigIds" in found else campaign.document
            known = texts(source.get("transferConfigIds"))
            found = {**found, "transferConfigIds": list[JsonValue](dict.fromkeys([*known, added]))}
        return found

    def _check_patchable(self, campaign: Campaign, kept: Tree) -> None:
        switches = self._world.switches.carecycle
        if campaign.status == "archived" and not switches.archived_patchable:
            raise invalid("status", "Campaign is archived")
        settings = kept.keys() - {"status"}
        if settings and campaign.status == "active" and switches.patch_active == "refused":
            raise invalid("status", "Campaign is active")

    def _check_step(self, campaign: Campaign, status: str, kept: Tree) -> None:
        switches, step = self._world.switches.carecycle, (campaign.status, status)
        if step[0] != step[1] and switches.transitions == "policy" and step not in _STEPS:
            raise invalid("status", f"Cannot change from {step[0]} to {step[1]}")
        if status == "active" and switches.activate_empty == "refused":
            after = {**campaign.document, **kept}
            if not (after.get("pulseWorkflowId") or after.get("transferConfigId")):
                raise invalid("status", "Campaign has no workflow and no transfer config")
        people = branch(campaign.document, "customerStats").get("total")
        if status == "active" and not people and switches.activate_without_contacts == "refused":
            raise invalid("status", "Campaign has no contacts")

    def _check_configs(self, call: VendorCall, kept: Tree) -> None:
        if self._world.switches.carecycle.unknown_config == "accepted":
            return
        if self._world.switches.accounts == "any":
            return
        wanted = [(key, kind, text(kept, key)) for key, kind in _CONFIGS.items()]
        wanted += [
            ("transferConfigIds", "carecycle_transfer_config", config_id)
            for config_id in texts(kept.get("transferConfigIds"))
        ]
        for key, kind, config_id in wanted:
            found = self._world.store.object(kind, call.account, config_id.lower())
            if config_id and found is None:
                raise invalid(key, "Config not found", expected="uuid", received="string")

    def _check_name(self, call: VendorCall, name: str, *, own: str = "") -> None:
        if not self._world.switches.carecycle.unique_names:
            return
        others = self._world.store.campaigns.named("carecycle", call.account, name, any_case=False)
        if any(other.id != own for other in others):
            raise Refused("DUPLICATE", "A campaign with this name already exists")


def _number(said: str, key: str) -> int:
    if not _FROM_ONE.fullmatch(said):
        raise invalid(key, "Expected number from 1", expected="number", received="string")
    return int(said)


def _order(call: VendorCall) -> list[tuple[str, bool]]:
    key = call.request.query.get("sortBy", "createdAt")
    direction = call.request.query.get("sortDirection", "desc")
    if key not in _SORTS or direction not in ("asc", "desc"):
        raise invalid("sortBy", "Invalid enum value", expected="enum", received="string")
    return [(key, direction == "asc")]
