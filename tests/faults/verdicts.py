"""Whether the recovered world is as declared, or reports truthfully what is unknown."""

import contextlib
import json
import sqlite3
from dataclasses import dataclass

from reconciler.diagnostics import Severity
from reconciler.errors import ExitCode, ReconcilerError
from reconciler.plan.model import Action, Plan
from reconciler.resources.outcome import Outcome
from reconciler.simulator.campaigns import Campaign
from reconciler.workflow.applying import ApplyResult
from tests.faults.fixtures import CARE_TEXT, address_of
from tests.faults.simulated_world import HERE, SimulatedWorld

_IGNORED = "the vendor accepted it, but no reading since "


def unfinished(applied: ApplyResult | None, problem: ReconcilerError | None) -> str:
    """Why another run is needed; "" if only a person can decide what is left."""
    if applied is None:
        stopped = problem is not None and "near-twin" in f"{problem}"
        return "" if stopped else str(problem or "it died")
    plan, code = applied.plan, applied.exit_code
    errors = [found for found in plan.diagnostics if found.severity is Severity.ERROR]
    done = any(one.outcome is not Outcome.UNKNOWN for one in applied.outcomes)
    expected = ExitCode.UNKNOWN if errors else ExitCode.OK
    others = any(found.code != "outcome-unknown" for found in errors)
    if not (others or plan.applyable or done) and code == expected:
        return ""
    said = "; ".join(
        [found.summary for found in errors]
        + [
            f"{change.address} {change.action} {change.reason}"
            for change in plan.changes
            if change.action is not Action.NO_OP
        ]
    )
    return f"exit {int(code)}: {said}"


def judge_receipts(world: SimulatedWorld) -> None:
    """Every campaign that was created has a receipt, also if the run that created it was killed."""
    path = world.ledger_of(HERE)
    with contextlib.closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as connection:
        rows = connection.execute(
            "SELECT body FROM receipts WHERE environment = ? UNION ALL "
            "SELECT body FROM entries WHERE environment = ? AND family = 'receipt-part'",
            (HERE.environment, HERE.environment),
        ).fetchall()
    entries = [one for (body,) in rows for one in json.loads(body)["outcomes"]]
    # A create that was denied and whose campaign appears in the same run ends as its adoption.
    told = {one["address"] for one in entries if one["action"] in ("create", "adopt")}
    for created in world.created:
        if created.key not in told:
            world.violation(f"{created.key} was created, and no receipt says so")


def judge_end(world: SimulatedWorld, wanted: dict[str, str], plan: Plan) -> int:
    """Compare the vendors' campaigns with the manifests; how many stay unknown."""
    intents = dict(world.rows("intent"))
    records = {key: str(body["remote_id"]) for key, body in world.rows("record")}
    live = {campaign.id: campaign for campaign in world.campaigns()}
    by_hand = {str(one.address) for one in plan.changes if one.action is Action.MANUAL}
    for name, want in wanted.items():
        key = str(address_of(name))
        found = live.get(records.get(key, ""))
        if key in intents:
            if _candidates(world, key, intents[key], set(records.values())) == 1:
                world.violation(f"{key} stays unknown, though one campaign can only be ours")
        elif key in by_hand:
            continue
        elif want == "retired":
            if found is not None:
                world.violation(f"{key} is retired and lives as {found.id}")
        elif found is None:
            world.violation(f"{key} is settled, but no live campaign is recorded for it")
        elif found.document.get("description") != want:
            world.violation(f"{key} is settled, but {found.id} is not as wanted")
    return len(intents)


def judge_settings(world: SimulatedWorld, plan: Plan, started: int) -> None:
    """After exit 0 every created campaign of the plan has what its create could not carry.

    Or the plan says that the vendor ignored it. Nothing is planned for a campaign that no listing
    showed when the run began.
    """
    planned = {
        str(one.address)
        for one in plan.changes
        if one.desired is not None
        and not any(_IGNORED in text for text in (one.reason, *one.warnings))
    }
    records = {str(body["remote_id"]): key for key, body in world.rows("record")}
    made = {one.remote_id for one in world.created}
    for campaign in world.campaigns():
        ours = campaign.id in made and records.get(campaign.id) in planned
        ours = ours and world.visible(campaign, started)
        if ours and _lacks_settings(campaign):
            world.violation(f"exit 0, but {campaign.id} never got its settings")


def _lacks_settings(campaign: Campaign) -> bool:
    content = campaign.document.get("smsContent")
    told = isinstance(content, dict) and content.get("redial") == CARE_TEXT
    return campaign.vendor == "carecycle" and not (told and campaign.document.get("redial") is True)


def _candidates(world: SimulatedWorld, key: str, intent: dict[str, object], owned: set[str]) -> int:
    """How many of our live campaigns match the intent; none if a person created a twin."""
    seen, spec = intent["seen_ids"], intent["spec"]
    known = owned | (set(seen) if isinstance(seen, list) else set())
    wanted = spec.get("description") if isinstance(spec, dict) else None
    ours = {one.remote_id for one in world.created if one.key == key} - known
    if intent["name"] in world.touched:
        return 0
    return sum(
        campaign.id in ours
        and campaign.name == intent["name"]
        and campaign.document.get("description") == wanted
        for campaign in world.campaigns()
    )


@dataclass(slots=True)
class Verdict:
    """The result of a schedule."""

    seed: int
    violations: list[str]
    duplicates: int
    bare_creates: int
    creates: int
    blocked: int = 0
    """Addresses whose create stays unknown, as reported with exit code 7."""
    crashes: int = 0
    late: int = 0
    """Writes that arrived after the lease was lost, and had passed their last check before."""
    trace: tuple[str, ...] = ()
