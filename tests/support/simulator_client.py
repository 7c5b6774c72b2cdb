"""Requests to the simulator in process, with valid credentials, at a chosen time."""

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from reconciler.providers.wire import WireRequest, WireResponse
from reconciler.resources.tree import Tree
from reconciler.simulator import seed
from reconciler.simulator.core import Simulator

START = datetime(2026, 3, 2, 14, 0, 0, 100_000, tzinfo=UTC)
HOURS: Tree = {
    "frequency": "WEEKLY",
    "timezone": "America/New_York",
    "days": [{"day": "MO", "start": "9:00 AM", "end": "6:00 PM"}],
}
DIALING: Tree = {"callerId": {"phoneNumber": "+12025550123"}, "callingHours": HOURS}
VOICE_DIALING: Tree = {
    **DIALING,
    "dialingOrder": "FIFO",
    "maxAttemptsPerRecord": 3,
    "defaultRetryPeriod": 10,
    "maxRingTime": 30,
}
DNC: Tree = {"name": "Do Not Contact"}


@dataclass
class Answer:
    status: int
    body: Any
    headers: dict[str, str] = field(default_factory=dict)

    @property
    def data(self) -> Any:
        return self.body["data"]


def answer(response: WireResponse) -> Answer:
    json_type = "json" in response.headers.get("content-type", "")
    body = json.loads(response.body) if json_type and response.body else response.body
    return Answer(response.status, body, dict(response.headers))


def send(simulator: Simulator, method: str, path: str, body: object = None, **rest: Any) -> Answer:
    content = b"" if body is None else json.dumps(body).encode()
    request = WireRequest(method, path, rest.get("query", {}), rest.get("headers", {}), content)
    return answer(simulator.handle(request))


@dataclass
class KoreClient:
    simulator: Simulator
    api: str = "v2"
    headers: dict[str, str] = field(
        default_factory=lambda: {
            "auth": seed.KORE_TOKEN,
            "iid": seed.KORE_APP_ID,
            "accountid": seed.KORE_ACCOUNT_ID,
        }
    )

    @property
    def prefix(self) -> str:
        base = "/campaign/api/v2" if self.api == "v2" else "/agentassist/api/v1"
        return f"{base}/public/{seed.KORE_APP_ID}/campaign"

    def __call__(self, method: str, rest: str = "", body: object = None, **query: str) -> Answer:
        return self.at(method, self.prefix + rest, body, **query)

    def at(self, method: str, path: str, body: object = None, **query: str) -> Answer:
        if self.api == "v2":
            query = {"accountId": seed.KORE_ACCOUNT_ID, **query}
        return send(self.simulator, method, path, body, query=query, headers=self.headers)

    def create(self, body: Tree) -> Answer:
        return self("POST", "", body, campaignType=str(body["campaignType"]))

    def made(self, body: Tree) -> str:
        """The id of a new campaign; a voice campaign is Ready."""
        made = self.create(body)
        self.simulator.world.clock.sleep(3)
        found = made.body.get("id") or made.data.get("_id") or made.data.get("id")
        return str(found)

    def listing(self, type_: str = "sms", **body: object) -> Any:
        return self("POST", "/getAllCampaignDetails", {"type": type_, **body}).data

    def trigger(self, campaign_id: str, trigger: str, type_: str) -> Answer:
        path = f"/trigger/{campaign_id}"
        return self("POST", path, {}, campaignType=type_, trigger=trigger)


@dataclass
class CareClient:
    simulator: Simulator
    key: str = seed.CARECYCLE_API_KEY

    def __call__(self, method: str, rest: str = "", body: object = None, **query: str) -> Answer:
        headers = {"x-api-key": self.key} if self.key else {}
        return send(
            self.simulator, method, f"/v2/campaigns{rest}", body, query=query, headers=headers
        )

    def made(self, **body: object) -> str:
        made = self("POST", "", {"name": "Spring", **body})
        return str(made.body["campaign"]["id"])

    def code(self, method: str, rest: str = "", body: object = None, **query: str) -> object:
        """Status and error code of a call."""
        answered = self(method, rest, body, **query)
        return answered.status, answered.body.get("code")


def sms(**changes: Any) -> Tree:
    """An advanced SMS create body."""
    body: Tree = {
        "name": "Renewal Assistant",
        "description": "Link to the renewal assistant page.",
        "contactLists": ["Spring Renewals 2026"],
        "priority": "5",
        "format": "advanced",
        "campaignType": "sms",
        "dialingStrategy": DIALING,
        "schedule": {"isSchedulingEnabled": False},
        "experienceFlowName": "Renewal Assistant Flow",
    }
    return {**body, **changes}


def simple(text: str = "Hi, your spring plan renews on 1 May.", **changes: Any) -> Tree:
    """A simple SMS create body."""
    body = sms(name="Spring Renewal Notice", format="simple", message={"message": text})
    body.pop("experienceFlowName")
    return {**body, **changes}


def template(**changes: Any) -> Tree:
    """A template SMS create body."""
    message = {"template_name": "Renewal Notice", "message": "SGksIG91ciBvd24gdGV4dA%3D%3D"}
    body = simple(name="Renewal Template Notice", priority="4")
    return {**body, "message": message, **changes}


def voice(mode: str = "Agentless", *, api: str = "v2", **changes: Any) -> Tree:
    """A voice create body of a mode."""
    body: Tree = {
        "name": f"{mode} calls",
        "description": "Short survey.",
        "contactLists": ["Recent Visitors"],
        "priority": "3",
        "dialingMode": mode,
        "dialingStrategy": VOICE_DIALING,
        "schedule": {"isSchedulingEnabled": False},
        "campaignType": "voice",
    }
    if api == "v2":
        body["dncLists"] = DNC
    if mode == "Agentless":
        body["experienceFlowName"] = "Visit Survey Flow"
        body["enableMachineDetect"] = "no" if api == "v2" else False
    else:
        body["queue_name"] = "Billing Queue"
    if api == "v1":
        body["enableMachineDetect"] = False
    if mode == "Preview":
        body["maxSkips"] = 1
    return {**body, **changes}
