"""Kore.ai's run state: start, stop, and the schedule of v2.

See docs/vendors/kore.md 5.6, 8, 14.18, 14.23.
"""

import re
from dataclasses import replace
from datetime import UTC, datetime

from pydantic import JsonValue

from reconciler.providers.wire import WireResponse
from reconciler.resources.tree import Tree, at
from reconciler.simulator.campaigns import Campaign
from reconciler.simulator.context import SimulatorContext, VendorCall
from reconciler.simulator.kore.campaigns import KoreCampaigns
from reconciler.simulator.kore.rules import invalid
from reconciler.simulator.messages import Refused, branch, iso, milliseconds, respond, text, texts

_TIME = re.compile(r"\d{4}-\d{2}-\d{1,2} \d{2}:\d{2}:\d{2}")
_DAYS = frozenset({"sun", "mon", "tue", "wed", "thu", "fri", "sat"})
_SCHEDULED = ("Scheduled", "Rescheduled")


class KoreRuns:
    """Start, stop and schedule of one world's campaigns."""

    def __init__(self, world: SimulatorContext, campaigns: KoreCampaigns) -> None:
        self._world = world
        self._campaigns = campaigns

    def start(self, call: VendorCall) -> WireResponse:
        """Start a new instance, which contacts everyone on the lists."""
        if call.request.query.get("trigger") != "play":
            raise invalid("trigger must be play or stop")
        campaign = self._campaigns.of_type(call)
        self._check_startable(campaign, call)
        kept = {**campaign.document, "campaignInstanceId": f"cid-{self._world.uuid()[1:]}"}
        running = replace(campaign, document=kept)
        if campaign.channel == "sms":
            running = self._campaigns.sending(running, call.account)
        running = self._move(running, before=campaign.status, status="Active")
        body: Tree = {"status": "Active", "message": "Campaign Started"}
        if campaign.channel == "voice":
            body["totalCallsCompleted"] = 0
        body["updatedAt"] = iso(running.updated)
        if campaign.channel == "voice":
            body["campaignInstanceId"] = kept["campaignInstanceId"]
        return respond(200, body)

    def stop(self, call: VendorCall) -> WireResponse:
        """Stop the running instance."""
        campaign = self._campaigns.of_type(call)
        idle = campaign.status not in ("Active", "Paused", *_SCHEDULED)
        if idle and self._world.switches.kore.stop_idle == "refused":
            raise Refused("conflict", f"Campaign is {campaign.status}")
        stopped = self._move(campaign, before=campaign.status, status="Stopped")
        body: Tree = {
            "status": "Stopped",
            "message": "Campaign Stopped",
            "updatedAt": iso(stopped.updated),
        }
        if campaign.channel == "sms":
            body["campaignExecutionType"] = campaign.document["campaignExecutionType"]
        else:
            body["campaignInstanceId"] = campaign.document.get("campaignInstanceId", "")
        return respond(200, body)

    def schedule(self, call: VendorCall) -> WireResponse:
        """Switch a campaign's schedule on or off; the campaign is found by its name."""
        query = call.request.query
        name, wanted = query.get("campaignName", ""), query.get("enableSchedule")
        if wanted not in ("true", "false") or not name:
            raise invalid("enableSchedule and campaignName are required")
        found = self._world.store.campaigns.named(
            "kore", self._campaigns.shelf(call), name, any_case=False
        )
        reached = self._of_one_name(found)
        message = f"Campaign {name} schedule has been disabled successfully"
        if wanted == "true":
            self._check_schedule(call.body)
            self._check_schedulable(reached)
            message = f"Campaign {name} scheduled successfully"
        for campaign in reached:
            self._flag(campaign, call.body if wanted == "true" else None)
        return respond(200, {"status": "success", "message": message, "id": reached[0].id})

    def _of_one_name(self, found: list[Campaign]) -> list[Campaign]:
        """The campaigns that a schedule call by name changes (docs/vendors/kore.md 14.23)."""
        if not found:
            raise Refused("not-found", "Campaign not found")
        mode = self._world.switches.kore.schedule_same_name
        if mode == "refused" and len(found) > 1:
            raise Refused("conflict", "several campaigns have this name")
        if mode == "all":
            return found
        return found[-1:] if mode == "last" else found[:1]

    def _check_schedulable(self, reached: list[Campaign]) -> None:
        active = any(campaign.status == "Active" for campaign in reached)
        if active and self._world.switches.kore.schedule_active == "refused":
            raise Refused("conflict", "Campaign is Active")

    def _move(self, campaign: Campaign, *, before: str, status: str) -> Campaign:
        now, delay = self._world.now(), self._world.switches.kore.transition_seconds
        moved = replace(campaign, status=status, updated=now, due=None)
        if delay > 0:
            due = now + round(delay * 1000)
            moved = replace(moved, status=before, due=due, due_status=status)
        self._world.store.campaigns.put(moved)
        return moved

    def _check_startable(self, campaign: Campaign, call: VendorCall) -> None:
        switches = self._world.switches.kore
        busy = {"Preparing"}
        busy |= {"Active", "Paused"} if switches.start_running == "refused" else set()
        busy |= set(_SCHEDULED) if switches.start_scheduled == "refused" else set()
        if campaign.status in busy:
            raise Refused("conflict", f"Campaign is {campaign.status}")
        empty = self._campaigns.people(campaign, call.account) == 0
        if empty and switches.start_empty == "refused":
            raise Refused("conflict", "Campaign has no contacts")
        lists = set(texts(campaign.document["contactLists"]))
        shared = any(
            name in lists and status == "Active" and id_ != campaign.id
            for name, id_, _, status in self._world.store.campaigns.users("kore", campaign.account)
        )
        if shared and switches.start_shared_list == "refused":
            raise Refused("conflict", "another campaign is running on one of the contact lists")

    def _check_schedule(self, body: Tree) -> None:
        start, end = _moment(body, "startDateTime"), _moment(body, "endDateTime")
        if end <= start or end <= self._world.now():
            raise invalid("endDateTime must be later than startDateTime and than now")
        recurrence = branch(body, "recurrenceObject")
        kind = text(recurrence, "recurType")
        paths = {"Daily": "dailyDetails.onceEveryNdays", "Weekly": "weeklyDetails.onceEveryNweeks"}
        if kind not in paths:
            raise invalid("recurrenceObject.recurType must be Daily or Weekly")
        every = at(recurrence, paths[kind])
        if not isinstance(every, int) or isinstance(every, bool) or every < 1:
            raise invalid(f"recurrenceObject.{paths[kind]} must be a number from 1")
        days = texts(branch(recurrence, "weeklyDetails").get("whichDays"))
        if kind == "Weekly" and not (days and all(day.lower() in _DAYS for day in days)):
            raise invalid("recurrenceObject.weeklyDetails.whichDays must name days")

    def _flag(self, campaign: Campaign, schedule: JsonValue) -> None:
        switches = self._world.switches.kore
        shown = schedule is not None and switches.schedule_shows
        flagged = shown and switches.schedule_sets != "status"
        flags: Tree = {"isSchedulingEnabled": flagged, "isRecurrenceEnabled": flagged}
        kept = {**campaign.document, "schedule": flags, "scheduled": schedule}
        status = campaign.status
        if shown and switches.schedule_sets != "flags" and status != "Active":
            status = "Scheduled"
        elif schedule is None and status in _SCHEDULED:
            status = "Ready"
        changed = replace(campaign, document=kept, status=status, updated=self._world.now())
        if status != campaign.status:
            changed = replace(changed, due=None)
        self._world.store.campaigns.put(changed)


def _moment(body: Tree, key: str) -> int:
    value = text(body, key)
    if not _TIME.fullmatch(value):
        raise invalid(f"{key} must be YYYY-MM-DD HH:mm:ss")
    try:
        return milliseconds(datetime.strptime(value, "%Y-%m-%d %H:%M:%S").replace(tzinfo=UTC))
    except ValueError:
        raise invalid(f"{key} must be YYYY-MM-DD HH:mm:ss") from None
