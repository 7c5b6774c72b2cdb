"""What a person does in the vendors' consoles into changes of the store, for tests and demos.

No rule of the vendors' APIs is checked here.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from pydantic import JsonValue

from reconciler.providers.wire import WireRequest
from reconciler.resources.tree import Tree, overlay
from reconciler.simulator import seed
from reconciler.simulator.campaigns import Campaign
from reconciler.simulator.carecycle.api import CareCycle
from reconciler.simulator.context import SimulatorContext, VendorCall
from reconciler.simulator.kore.api import Kore
from reconciler.simulator.kore.contact_lists import KIND as CONTACT_LIST
from reconciler.simulator.kore.contact_lists import new_list
from reconciler.simulator.kore.documents import document, find, fresh
from reconciler.simulator.kore.rules import variant
from reconciler.simulator.messages import branch, iso, milliseconds, text

_HOURS: Tree = {
    "frequency": "WEEKLY",
    "timezone": "America/New_York",
    "days": [{"day": "MO", "start": "9:00 AM", "end": "6:00 PM"}],
}
_DIALING: Tree = {"callerId": {"phoneNumber": "+12025550123"}, "callingHours": _HOURS}
_DEFAULTS: Tree = {
    "description": "",
    "contactLists": ["Spring Renewals 2026"],
    "priority": "5",
    "dialingStrategy": _DIALING,
}
_QUEUE = "queue_name"
_OWN_COLUMNS = ("id", "status", "createdAt", "updatedAt", "vendor", "account", "channel")


class Console:
    """Adds, edits and removes the campaigns and contact lists of one world."""

    def __init__(self, world: SimulatorContext, kore: Kore, carecycle: CareCycle) -> None:
        self._world = world
        self._kore = kore
        self._carecycle = carecycle

    def seed_kore(
        self, body: Mapping[str, JsonValue], *, account: str = seed.KORE_ACCOUNT, api: str = "v2"
    ) -> str:
        """Add a Kore.ai campaign, and return its id.

        `body` is a create body of which only `name` is required; it may also have `status`, `id`
        and `createdAt`. Unknown names of lists, flows and queues are accepted.
        """
        filled = overlay(_DEFAULTS, body)
        voice = filled.get("campaignType") == "voice" or "dialingMode" in filled
        if not voice and "format" not in filled:
            filled["format"] = "advanced" if "experienceFlowName" in filled else "simple"
        if filled.get("format") == "simple":
            filled["message"] = {"message": "Hello", **branch(filled, "message")}
        call = self._call(account, api, filled)
        channel = "voice" if voice else "sms"
        kept = {
            **document(self._world, call, variant(channel, filled)),
            **fresh(self._world.switches.kore),
        }
        placed = self._kore.campaigns.place(self._kore.campaigns.shelf(call), channel, kept)
        return self._keep(replace(placed, due=None, status="Ready"), filled)

    def seed_carecycle(
        self, body: Mapping[str, JsonValue], *, account: str = seed.CARECYCLE_CLIENT_ID
    ) -> str:
        """Add a CareCycle campaign, a draft unless `body` has a `status`, and return its id."""
        values = {key: value for key, value in body.items() if key not in _OWN_COLUMNS}
        placed = self._carecycle.campaigns.place(account, {})
        return self._keep(replace(placed, document=overlay(placed.document, values)), body)

    def edit(self, campaign_id: str, changes: Mapping[str, JsonValue]) -> Tree:
        """Change any fields of a campaign, and return the changed campaign; null removes a field.

        The fields are those of a create body or of an answer, including `status` and times.
        Raises LookupError for an unknown id.
        """
        with self._world.store.transaction():
            campaign = self._campaign(campaign_id)
            given = dict(changes)
            if campaign.vendor == "kore":
                given = self._kore_words(campaign, given)
            values = {key: value for key, value in given.items() if key not in _OWN_COLUMNS}
            kept = overlay(campaign.document, values)
            if campaign.vendor == "kore":
                kept = {key: value for key, value in kept.items() if value is not None}
            touched = max(self._world.now(), campaign.updated + 1)
            changed = replace(campaign, document=kept, updated=touched, due=None)
            changed = _stamped(changed, given)
            self._world.store.campaigns.put(changed)
            return shown(changed)

    def remove(self, campaign_id: str) -> None:
        """Delete a campaign, whatever its status; LookupError for an unknown id."""
        with self._world.store.transaction():
            self._campaign(campaign_id)
            self._world.store.campaigns.delete(campaign_id)

    def campaigns(self) -> list[Tree]:
        """Every campaign as it is stored, oldest first; due changes of status are made before."""
        with self._world.store.transaction():
            self._world.store.campaigns.advance(self._world.now())
            return [shown(campaign) for campaign in self._world.store.campaigns.all()]

    def add_contact_list(
        self, name: str, records: int = 0, *, account: str = seed.KORE_ACCOUNT
    ) -> str:
        """Add a contact list, or change the number of people on it, and return its id."""
        with self._world.store.transaction():
            known = self._world.store.named(CONTACT_LIST, account, name)
            listed = known or new_list(self._world, name, "", records)
            listed |= {"totalRecordCount": records, "updatedAt": self._world.now()}
            self._world.store.put(CONTACT_LIST, account, listed)
            return text(listed, "id")

    def rename_flow(self, name: str, new_name: str, *, account: str = seed.KORE_ACCOUNT) -> None:
        """Rename an experience flow; campaigns keep its id (docs/vendors/kore.md 14.26)."""
        with self._world.store.transaction():
            flow = self._world.store.named("kore_flow", account, name)
            if flow is None:
                raise LookupError(f"no experience flow {name!r}")
            self._world.store.put("kore_flow", account, {**flow, "name": new_name})

    def rename_queue(self, name: str, new_name: str, *, account: str = seed.KORE_ACCOUNT) -> None:
        """Rename a queue; campaigns show the new name, unedited (docs/vendors/kore.md 14.26)."""
        with self._world.store.transaction():
            queue = self._world.store.named("kore_queue", account, name)
            if queue is None:
                raise LookupError(f"no queue {name!r}")
            self._world.store.put("kore_queue", account, {**queue, "name": new_name})
            shelves = (account, f"{account}/v1", f"{account}/v2")
            for campaign in self._world.store.campaigns.all():
                if campaign.account in shelves and campaign.document.get(_QUEUE) == name:
                    renamed = {**campaign.document, _QUEUE: new_name}
                    self._world.store.campaigns.put(replace(campaign, document=renamed))

    def _campaign(self, campaign_id: str) -> Campaign:
        self._world.store.campaigns.advance(self._world.now())
        campaign = self._world.store.campaigns.get(campaign_id)
        if campaign is None:
            raise LookupError(f"no campaign {campaign_id!r}")
        return campaign

    def _keep(self, campaign: Campaign, given: Mapping[str, JsonValue]) -> str:
        kept = replace(campaign, id=text(given, "id") or campaign.id)
        kept = _stamped(kept, given)
        with self._world.store.transaction():
            self._world.store.campaigns.put(kept)
        return kept.id

    def _call(self, account: str, api: str, body: Tree) -> VendorCall:
        return VendorCall(
            request=WireRequest("POST", ""),
            operation="create",
            api=api,
            account=account,
            body=body,
            trusted=True,
        )

    def _kore_words(self, campaign: Campaign, given: Tree) -> Tree:
        """The changes with the names that people write replaced by what is stored."""
        call = self._call(campaign.account, "v2", {})
        changes = dict(given)
        flow = changes.pop("experienceFlowName", None)
        if isinstance(flow, str):
            changes["experienceFlow"] = find(self._world, call, "kore_flow", flow)["id"]
        if "connection" in changes:
            changes["queue_name"] = changes.pop("connection")
        dnc = text(branch(changes, "dncLists"), "name")
        if dnc:
            found = find(self._world, call, "kore_dnc_list", dnc)
            changes["dncLists"] = {"id": found["id"], "name": dnc}
        return changes


def shown(campaign: Campaign) -> Tree:
    """A campaign as it is stored, for people who look behind the API."""
    return {
        "id": campaign.id,
        "vendor": campaign.vendor,
        "account": campaign.account,
        "channel": campaign.channel,
        "status": campaign.status,
        "createdAt": iso(campaign.created),
        "updatedAt": iso(campaign.updated),
        **campaign.document,
    }


def _stamped(campaign: Campaign, given: Mapping[str, JsonValue]) -> Campaign:
    """The campaign with the status and times of `given`, if it has them."""
    if text(given, "status"):
        campaign = replace(campaign, status=text(given, "status"))
    if text(given, "createdAt"):
        created = milliseconds(datetime.fromisoformat(text(given, "createdAt")))
        campaign = replace(campaign, created=created)
    if text(given, "updatedAt"):
        updated = milliseconds(datetime.fromisoformat(text(given, "updatedAt")))
        campaign = replace(campaign, updated=updated)
    return campaign
