"""Kore.ai's campaign operations besides listing and run state: create, get, PUT, DELETE."""

from dataclasses import replace

from pydantic import JsonValue

from reconciler.providers.wire import WireResponse
from reconciler.resources.tree import Tree
from reconciler.simulator.campaigns import Campaign
from reconciler.simulator.context import SimulatorContext, VendorCall, find_visible, hidden
from reconciler.simulator.kore import records
from reconciler.simulator.kore.documents import document, fails_later, fresh
from reconciler.simulator.kore.rules import check, invalid, variant
from reconciler.simulator.kore.updates import accepted_body, check_unlocked, merged
from reconciler.simulator.messages import Refused, branch, respond, text, texts


class KoreCampaigns:
    """Create, get, update and delete of one world's campaigns."""

    def __init__(self, world: SimulatorContext) -> None:
        self._world = world

    def shelf(self, call: VendorCall) -> str:
        """The key under which campaigns are stored; one per version if versions do not share them.

        See docs/vendors/kore.md 14.16.
        """
        shared = self._world.switches.kore.versions_share
        return call.account if shared else f"{call.account}/{call.api}"

    def create(self, call: VendorCall) -> WireResponse:
        """Create a campaign; voice is `Preparing` for a time, SMS is ready at once."""
        world, switches = self._world, self._world.switches.kore
        channel = self._channel(call)
        kind = variant(channel, call.body)
        if call.api == "v1" and channel == "voice" and switches.v1_voice_without_dnc == "refused":
            raise invalid("dncLists is required")
        check(call.body, kind, api=call.api, switches=switches, updating=False)
        self._check_name(call, channel, text(call.body, "name"))
        failure = self._failure(channel, doomed=fails_later(world, call, kind))
        kept = {**document(world, call, kind), **fresh(switches)}
        campaign = self.place(self.shelf(call), channel, kept, failure=failure)
        lags = {"list_lag": switches.list_lag, "get_lag": switches.get_lag}
        campaign = hidden(campaign, call, **lags)
        if campaign.status == "Ready" and switches.sends_on_create:
            campaign = self.sending(campaign, call.account)
        if failure != "never_appears":
            world.store.campaigns.put(campaign)
        message = f"Campaign {campaign.name} creation in progress"
        if kind == "Preview" and call.api == "v1":
            return answer(message, {"campId": campaign.id}, campaign.id)
        return answer(message, records.created(campaign, call.api, switches))

    def place(self, account: str, channel: str, kept: Tree, *, failure: str = "off") -> Campaign:
        """A new campaign value with an id in the vendor's form; not stored."""
        world, switches = self._world, self._world.switches.kore
        now, uuid = world.now(), world.uuid()
        voice = channel == "voice"
        campaign = Campaign(
            id=f"cd-{uuid[1:] if voice else uuid}",
            vendor="kore",
            account=account,
            channel=channel,
            status="Preparing" if voice or failure != "off" else "Ready",
            created=now,
            updated=now,
            document=kept,
        )
        if campaign.status == "Ready":
            return self._settling(campaign)
        if switches.preparing == "endless" or failure == "stays_preparing":
            return campaign
        share = world.clock.random() if switches.preparing == "random" else 1.0
        status = "Active" if switches.sends_on_create else "Ready"
        return replace(
            campaign,
            due=now + round(switches.preparing_seconds * share * 1000),
            due_status="" if failure == "vanishes" else status,
        )

    def _failure(self, channel: str, *, doomed: bool) -> str:
        """How a new campaign fails later (docs/vendors/kore.md 14.4, 14.5)."""
        failure = self._world.switches.kore.creation_failure
        if doomed:
            return "vanishes" if failure == "off" else failure
        return failure if channel == "voice" else "off"

    def _settling(self, campaign: Campaign) -> Campaign:
        """A template campaign whose `updatedAt` changes later (docs/vendors/kore.md 6.10)."""
        seconds = self._world.switches.kore.template_seconds
        if seconds <= 0 or not text(branch(campaign.document, "message"), "templateId"):
            return campaign
        due = campaign.created + round(seconds * 1000)
        return replace(campaign, due=due, due_status=campaign.status)

    def get(self, call: VendorCall) -> WireResponse:
        """One campaign in full."""
        campaign = records.as_read(self._world, self.find(call))
        record = records.one(campaign, call.api, self._world.switches.kore)
        return answer(f"Campaign {campaign.name} retrieved successfully", record)

    def update(self, call: VendorCall) -> WireResponse:
        """Replace a campaign; a switch per type drops or keeps what the body leaves out."""
        world, switches = self._world, self._world.switches.kore
        if not call.body:
            raise invalid("the body is empty")
        campaign = self.find(call)
        check_unlocked(campaign, switches.locked_statuses)
        if switches.mismatch_on_update == "refused":
            self._check_type(call, campaign.channel)
        body = accepted_body(call, campaign, switches)
        kind = variant(campaign.channel, body)
        check(body, kind, api=call.api, switches=switches, updating=True)
        self._check_name(call, campaign.channel, text(body, "name"), own=campaign.id)
        call = replace(call, body=body)
        doomed = fails_later(world, call, kind)
        kept = document(world, call, kind)
        if campaign.channel == "voice" and "enableMachineDetect" not in body:
            kept.pop("enableMachineDetect", None)
        after = merged(campaign, kept, switches)
        campaign = replace(campaign, document=after, updated=world.now())
        if not doomed:
            if switches.sends_on_update:
                campaign = self.sending(campaign, call.account)
            world.store.campaigns.put(campaign)
        record = records.updated(campaign, call.api, switches)
        message = f"Campaign {campaign.name} details updated successfully"
        return answer(message, record, campaign.id if campaign.channel == "voice" else None)

    def delete(self, call: VendorCall) -> WireResponse:
        """Delete a campaign, and answer with its last state."""
        world, switches = self._world, self._world.switches.kore
        try:
            campaign = self.find(call)
        except Refused:
            if switches.second_delete == "not_found":
                raise
            return respond(200, {"status": "success", "message": "Campaign deleted successfully"})
        if switches.wrong_type == "not_found":
            self._check_query_type(call, campaign)
        locked = switches.locked_for_delete
        check_unlocked(campaign, switches.locked_statuses if locked is None else locked)
        world.store.campaigns.delete(campaign.id)
        record = records.deleted(campaign, call.api, switches)
        return answer(f"Campaign {campaign.name} deleted successfully", record)

    def find(self, call: VendorCall) -> Campaign:
        """The campaign in the path; raises Refused if it does not exist or is still hidden."""
        campaign = find_visible(self._world, call.target, self.shelf(call))
        if campaign is None:
            raise Refused("not-found", "Campaign not found")
        return campaign

    def of_type(self, call: VendorCall) -> Campaign:
        """The campaign in the path; raises Refused if the query names another type.

        See docs/vendors/kore.md 14.24.
        """
        campaign = self.find(call)
        if self._world.switches.kore.wrong_type == "not_found":
            self._check_query_type(call, campaign)
        return campaign

    def sending(self, campaign: Campaign, account: str) -> Campaign:
        """The campaign after it has contacted everyone on its lists."""
        kept = dict(campaign.document)
        sent = kept.get("totalMessagesSent")
        kept["totalMessagesSent"] = (sent if isinstance(sent, int) else 0) + self.people(
            campaign, account
        )
        return replace(campaign, status="Active", document=kept, due=None)

    def people(self, campaign: Campaign, account: str) -> int:
        """The number of records on its contact lists."""
        count = 0
        for name in texts(campaign.document["contactLists"]):
            found = self._world.store.named("kore_contact_list", account, name) or {}
            records = found.get("totalRecordCount")
            count += records if isinstance(records, int) else 0
        return count

    def _channel(self, call: VendorCall) -> str:
        query, body = call.request.query.get("campaignType", ""), text(call.body, "campaignType")
        if not body:
            raise invalid("campaignType is required")
        refused = self._world.switches.kore.mismatch_on_create == "refused"
        if query not in ("sms", "voice") or (query != body and refused):
            raise invalid("campaignType must be sms or voice, the same in query and body")
        return query

    def _check_type(self, call: VendorCall, channel: str) -> None:
        if {call.request.query.get("campaignType"), call.body.get("campaignType")} != {channel}:
            raise invalid("campaignType is not that of the campaign")

    def _check_query_type(self, call: VendorCall, campaign: Campaign) -> None:
        if call.request.query.get("campaignType") != campaign.channel:
            raise Refused("not-found", "Campaign not found")

    def _check_name(self, call: VendorCall, channel: str, name: str, *, own: str = "") -> None:
        world, switches = self._world, self._world.switches.kore
        if switches.unique_names == "none":
            return
        for other in world.store.campaigns.named(
            "kore", self.shelf(call), name, any_case=switches.unique_names_any_case
        ):
            same = switches.unique_names == "account" or other.channel == channel
            if same and other.id != own:
                raise Refused("duplicate", "Campaign name already exists")


def answer(message: str, data: JsonValue, id_: str | None = None) -> WireResponse:
    """The envelope of a success; some answers also have the id at the top."""
    top: Tree = {} if id_ is None else {"id": id_}
    return respond(200, {"status": "success", "message": message, **top, "data": data})
