"""Builders for plans: targets, what was read from them, a ledger, and the plan."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from reconciler.diagnostics import error
from reconciler.plan.build import build_plan
from reconciler.plan.inputs import PlanInputs
from reconciler.plan.model import Plan, Safety, SendsOnWrite, TargetFacts
from reconciler.plan.reach import contact_lists
from reconciler.resources.base import Desired, Live
from reconciler.resources.capabilities import Ability, Capabilities
from reconciler.resources.kinds import BY_TYPE
from reconciler.resources.ledger_records import LedgerView, Record
from reconciler.resources.snapshot import ContactList, Listing, TargetSnapshot, by_key
from reconciler.resources.tree import has
from reconciler.resources.writes import Impossible, Operation, PlannedRequest, Write
from tests.support.campaigns import CARE, NOW, desired

KORE = Capabilities(
    provider="kore",
    channels=("sms", "voice"),
    create=Ability.YES,
    update=Ability.FULL_BODY,
    delete=Ability.YES,
    contact_lists=Ability.YES,
    may_send_on_write=True,
    settle=300,
)
CARECYCLE = Capabilities(
    provider="carecycle",
    channels=("campaigns",),
    create=Ability.DRAFT,
    update=Ability.PARTIAL,
    delete=Ability.ARCHIVE,
    may_send_on_write=False,
    settle=120,
)
_VERBS = {Operation.CREATE: "POST", Operation.UPDATE: "PUT", Operation.DELETE: "DELETE"}


def ledger(*records: Record, **changes: Any) -> LedgerView:
    """A ledger with these records."""
    by_address = {one.address: one for one in records}
    return replace(
        LedgerView(environment="staging", lineage="lin", serial=7, records=by_address), **changes
    )


class EveryList(dict[str, ContactList]):
    """The contact lists of an account that has all that a plan names; `inputs` fills it."""


def snapshot(target: str, *rows: Live, **changes: Any) -> TargetSnapshot:
    """A complete reading of a target, with both of Kore's channels or CareCycle's one."""
    channels = ("campaigns",) if target == "care" else ("sms", "voice")
    listings = {
        name: Listing(name, tuple(row for row in rows if BY_TYPE[row.type].channel == name))
        for name in channels
    }
    read = TargetSnapshot(target=target, listings=listings, contact_lists=EveryList(), requests=2)
    return replace(read, **changes)


def lists(**records: int | None) -> dict[str, ContactList]:
    """Contact lists by name; an underscore is a space."""
    names = {key.replace("_", " "): value for key, value in records.items()}
    return by_key(ContactList(name, records=value) for name, value in names.items())


def requests(write: Write) -> tuple[PlannedRequest, ...] | Impossible:
    """One request per write, as for a vendor with one endpoint."""
    if has(write.spec, "description") and write.spec["description"] == "impossible":
        return Impossible("the queue is not known: open it in the console")
    path = f"/campaigns/{write.live.remote_id}" if write.live is not None else "/campaigns"
    return (
        PlannedRequest(
            operation=write.operation,
            method=_VERBS[write.operation],
            path=path,
            query={"campaignType": "sms"},
            body=write.spec or None,
        ),
    )


def facts(name: str = "retention", **changes: Any) -> TargetFacts:
    """A target, Kore's unless it is called `care`."""
    care = name == "care"
    return replace(
        TargetFacts(
            name=name,
            provider="carecycle" if care else "kore",
            title="CareCycle" if care else "Kore.ai",
            base_url="https://api.carecycle.ai" if care else "https://platform.kore.ai",
            account="account-1",
            api="v2",
            sends_on_write=SendsOnWrite.UNSET,
            safety=Safety(),
            capabilities=CARECYCLE if care else KORE,
            requests=requests,
        ),
        **changes,
    )


def inputs(*manifests: Desired, **changes: Any) -> PlanInputs:
    """A plan's inputs on two empty targets with an empty ledger."""
    made = replace(
        PlanInputs(
            environment="staging",
            plan_id="plan-1",
            now=NOW,
            expires_at=NOW + timedelta(days=1),
            desired=manifests,
            live={"retention": snapshot("retention"), "care": snapshot("care")},
            targets={"retention": facts(), "care": facts("care")},
            ledger=ledger(),
        ),
        **changes,
    )
    for read in made.live.values():
        if isinstance(read.contact_lists, EveryList):
            rows = (row.spec for listing in read.listings.values() for row in listing.items)
            for spec in (*rows, *(one.spec for one in manifests)):
                names = contact_lists(spec).values()
                read.contact_lists.update(by_key(ContactList(name, records=10) for name in names))
    return made


def on_kore(*rows: Live, **changes: Any) -> dict[str, TargetSnapshot]:
    """Live state with these campaigns on Kore's target and none on CareCycle's."""
    return {"retention": snapshot("retention", *rows, **changes), "care": snapshot("care")}


def on_care(*rows: Live) -> dict[str, TargetSnapshot]:
    """Live state with these campaigns on CareCycle's target and none on Kore's."""
    return {"retention": snapshot("retention"), "care": snapshot("care", *rows)}


def plan(*manifests: Desired, **changes: Any) -> Plan:
    """The plan of such inputs."""
    return build_plan(inputs(*manifests, **changes))


def errored() -> Plan:
    """A plan of which one target could not be read."""
    problem = error("read-failed", "page 2 of 3 is missing", target="retention")
    broken = TargetSnapshot(target="retention", problem=problem)
    state = {"retention": broken, "care": snapshot("care")}
    return plan(desired(), desired("care", CARE), live=state)
