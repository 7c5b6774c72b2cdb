"""One kind of campaign at one vendor, as an account for the conformance suite."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from reconciler.resources.base import RunState
from reconciler.resources.kinds import BY_KIND
from reconciler.resources.tree import Tree
from reconciler.resources.writes import KNOWN_AFTER_APPLY
from reconciler.simulator import seed
from reconciler.simulator.store import Store
from reconciler.testing.account import Account, AccountFault, desired
from reconciler.testing.memory import MemoryProvider
from tests.support.simulated_vendors import SimulatedVendors

HOURS: Tree = {
    "frequency": "WEEKLY",
    "timezone": "America/New_York",
    "days": [
        {"day": ["FR", "MO"], "start": "09:00", "end": "6pm"},
        {"day": "TU", "start": "9:00 AM", "end": "11:30 AM"},
    ],
}
SMS: Tree = {
    "name": "Spring Notice: Ünïcode ✓",
    "description": "One message.",
    "contactLists": ["Spring Renewals 2026", "Open Bills"],
    "priority": 3,
    "dialingStrategy": {"callerId": {"phoneNumber": "+12025550123"}, "callingHours": HOURS},
}
VOICE: Tree = {
    **SMS,
    "dialingStrategy": {
        "callerId": {"phoneNumber": "+12025550123"},
        "callingHours": HOURS,
        "dialingOrder": "FIFO",
        "maxAttemptsPerRecord": 3,
        "defaultRetryPeriod": 10,
        "maxRingTime": 30,
    },
}
DNC: Tree = {"dncLists": {"name": "Do Not Contact"}}
TEXT = "Hi, your plan renews on 1 May. Grüße"
CARE: Tree = {
    "name": "Spring Wellness",
    "description": "Check-up calls.",
    "maxConcurrentCalls": 3,
    "enablePulse": True,
    "features": {"transfers": True},
    "redial": True,
    "redialPatterns": [{"days": [1, 0], "attempts": 2, "intervalMinutes": 90}],
    "smsTypes": {"firstContact": True},
    "transferConfigIds": [seed.CARECYCLE_TRANSFER_CONFIG_ID],
    "appointmentConfigId": seed.CARECYCLE_APPOINTMENT_CONFIG_ID.upper(),
}
SPECS: Mapping[str, tuple[str, Tree]] = {
    "simple": ("KoreSmsCampaign", {**SMS, "message": {"message": TEXT}}),
    "template": (
        "KoreSmsCampaign",
        {**SMS, "message": {"message": TEXT, "template_name": "Renewal Notice"}},
    ),
    "advanced": ("KoreSmsCampaign", {**SMS, "experienceFlowName": "SMS Support Flow"}),
    "agentless": (
        "KoreVoiceCampaign",
        {**VOICE, "dialingMode": "Agentless", "experienceFlowName": "Visit Survey Flow"},
    ),
    "progressive": (
        "KoreVoiceCampaign",
        {**VOICE, "dialingMode": "Progressive", "queue_name": "Billing Queue"},
    ),
    "preview": (
        "KoreVoiceCampaign",
        {**VOICE, "dialingMode": "Preview", "queue_name": "Billing Queue", "maxSkips": 1},
    ),
    "care": ("CareCycleCampaign", CARE),
}
OPEN: Mapping[str, tuple[str, Tree]] = {
    "texts": (
        "CareCycleCampaign",
        {
            **CARE,
            "templateId": seed.CARECYCLE_TEMPLATE[0],
            "smsContent": {"redial": "We tried to call you.", "newInquiry": KNOWN_AFTER_APPLY},
        },
    )
}
"""Campaigns of which a plan leaves open what the vendor sets; one says by chance how we show it."""
SECRETS = {"kore": seed.KORE_TOKEN, "carecycle": seed.CARECYCLE_API_KEY}
PLAYED = {
    AccountFault.REFUSED: "*:refused",
    AccountFault.LOST_ANSWER: "*:reset_after",
    AccountFault.SERVER_ERROR: "*:http_500_after",
    AccountFault.UNREADABLE: "*:html",
    AccountFault.RATE: "*:rate_limited",
    AccountFault.CREDENTIAL: "*:status=401",
    AccountFault.INCOMPLETE: "list:list_wrong_total",
}
"""What the simulator calls it, behind the vendor's name."""


@dataclass(kw_only=True)
class Memory(Account):
    """The memory provider, which is its own vendor."""

    vendor: MemoryProvider

    def seed(self, names: Iterable[str]) -> None:
        for name in names:
            self.vendor.put(self.kind.type, {**self.desired, "name": name})

    def edit(self, remote_id: str, description: str) -> None:
        self.vendor.edit(remote_id, {"description": description})

    def count(self) -> int:
        return sum(live.state is not RunState.ARCHIVED for live in self.vendor.all())

    def received(self) -> int:
        return len(self.vendor.writes)


@dataclass(kw_only=True)
class Simulated(Account):
    """A vendor that the simulator plays, in process."""

    world: SimulatedVendors
    faults: frozenset[AccountFault] = frozenset(AccountFault)

    def seed(self, names: Iterable[str]) -> None:
        vendor = self.kind.provider
        for name in names:
            if vendor == "kore":
                body = {**self.desired, "name": name, "campaignType": self.kind.channel}
                self.world.simulator.seed_kore(body)
            else:
                self.world.simulator.seed_carecycle({"name": name})

    def edit(self, remote_id: str, description: str) -> None:
        self.world.simulator.edit(remote_id, {"description": description})

    def count(self) -> int:
        return sum(one["status"] != "archived" for one in self.world.simulator.campaigns())

    def received(self) -> int:
        writes = self.world.simulator.requests(mutating=True)
        return sum(logged.fault != "refused" for logged in writes)

    def fail(self, fault: AccountFault) -> None:
        if fault is AccountFault.BUDGET:
            self.world.spend_budget()
        else:
            self.world.simulator.faults.add(f"{self.kind.provider}.{PLAYED[fault]}:*")


def spec_for(api: str, variant: str) -> Tree:
    """A manifest's spec, with the other fields that its API version requires."""
    kind_name, spec = {**SPECS, **OPEN}[variant]
    kind = BY_KIND[kind_name]
    more: Tree = {}
    if kind.channel == "voice":
        if api == "v1":
            more["enableMachineDetect"] = False
        elif variant == "agentless":
            more["enableMachineDetect"] = "detect"
    if kind.provider == "kore" and api == "v2":
        more |= DNC
    return {**spec, **more}


def made(case: str, store: Store) -> Account:
    name, variant = case.split("-")
    kind = BY_KIND[{**SPECS, **OPEN}[variant][0]]
    api, world = "v1" if name == "v1" else "v2", SimulatedVendors(store)
    wanted = desired(kind, spec_for(api, variant))
    made: Account
    if name == "memory":
        memory = MemoryProvider(world.clock, provider=kind.provider)
        made = Memory(provider=memory, kind=kind, desired=wanted, clock=world.clock, vendor=memory)
    else:
        provider = world.provider(name)
        made = Simulated(
            provider=provider, kind=kind, desired=wanted, clock=world.clock, world=world
        )
    made.api, made.finishing, made.secret = api, 10.0, SECRETS[kind.provider]
    # Generation B of CareCycle's reads does not show it.
    made.hidden = frozenset({"maxConcurrentCalls"})
    return made
