"""Whole plans, written as data, against exactly the gates that stop them and their lines."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from reconciler.address import Address
from reconciler.located_yaml.reader import parse
from reconciler.plan.gate_table import GATES
from reconciler.plan.inputs import PastContact
from reconciler.plan.model import Plan, Safety, SendsOnWrite
from reconciler.plan.windows import ApplyWindows, Hours
from reconciler.render.text import plan_text
from reconciler.resources.base import Desired, Lifecycle, Live, Metadata, RunState
from reconciler.resources.exemptions import Acceptance
from reconciler.resources.ledger_records import SentCount
from reconciler.resources.snapshot import ContactList, by_key
from reconciler.resources.windows import WindowMinutes
from tests.support.campaigns import CARE, NOW, SMS, VOICE, desired, live, record
from tests.support.plans import facts, ledger, plan, snapshot

FILE = Path(__file__).with_name("situations.yaml")
KINDS = {"sms": SMS, "voice": VOICE, "care": CARE}
SECTIONS = ("apply will stop at", "Accepted gates:", "Outreach: ")
ALWAYS_THE_SAME = (
    "apply will stop at",
    "Accept it with: ",
    "Accept them with: ",
    "Or in the campaign's manifest, under metadata.accept: ",
    "  Not certain: Kore.ai does not say whether a write starts a campaign.",
    "  Not verified, because the vendor does not list these: ",
)
STATUSES = {
    RunState.ACTIVE: "Active",
    RunState.FINISHED: "Completed",
    RunState.DRAFT: "Ready",
    RunState.OTHER: "Queued",
}


@cache
def situations() -> list[dict[str, Any]]:
    (document,) = parse(FILE.name, FILE.read_bytes()).documents
    return list(document.root.value)  # type: ignore[arg-type]


def changes(written: dict[str, Any]) -> dict[str, Any]:
    apart = ("kind", "state", "updated", "sent", "gone", "accept", "shares", "lifecycle")
    return {key.replace(".", "__"): value for key, value in written.items() if key not in apart}


def kind_of(written: dict[str, Any]) -> str:
    return KINDS[written.get("kind", "sms")]


def manifest(name: str, written: dict[str, Any]) -> Desired:
    accept = tuple(
        Acceptance(
            gate=one["gate"],
            records=one["records"],
            until=date.fromisoformat(one["until"]),
            by="M. Rao",
            reason="reviewed",
        )
        for one in written.get("accept", ())
    )
    metadata = Metadata(
        accept=accept,
        shares_audience_with=tuple(written.get("shares", ())),
        lifecycle=Lifecycle(written.get("lifecycle", "managed")),
    )
    spec = {"name": name, **changes(written)}
    return desired(name, kind_of(written), metadata=metadata, **spec)


def campaign(remote_id: str, name: str, written: dict[str, Any]) -> Live:
    state = RunState(written.get("state", "draft"))
    found = live(remote_id, kind_of(written), state=state, **{"name": name, **changes(written)})
    updated = datetime.fromisoformat(written["updated"]) if "updated" in written else None
    return replace(found, status=STATUSES[state], sent=written.get("sent"), run_changed_at=updated)


def counts(case: dict[str, Any]) -> dict[str, SentCount]:
    return {
        f"live-{name}": SentCount(one["sent"], datetime.fromisoformat(one["since"]))
        for name, one in case.get("counted", {}).items()
    }


def history(case: dict[str, Any]) -> tuple[PastContact, ...]:
    return tuple(
        PastContact(
            address=Address(SMS, name),
            target="retention",
            remote_id=f"id-{name}",
            lists=tuple(one["lists"]),
            at=datetime.fromisoformat(one["at"]),
        )
        for name, one in case.get("history", {}).items()
    )


def started(case: dict[str, Any]) -> dict[tuple[str, str], datetime]:
    return {
        ("retention", f"id-{name}"): datetime.fromisoformat(at)
        for name, at in case.get("started", {}).items()
    }


def planned(case: dict[str, Any]) -> Plan:
    was, everywhere = case.get("was", {}), case.get("everywhere", {})
    rows = [
        *(campaign(f"id-{name}", name, one) for name, one in was.items() if "gone" not in one),
        *(campaign(f"live-{name}", name, one) for name, one in case.get("live", {}).items()),
    ]
    safety = dict(case.get("safety", {}))
    if "min_gap" in safety:
        safety["min_gap"] = timedelta(seconds=safety["min_gap"])
    windows = tuple(WindowMinutes(**one) for one in case.get("windows", ()))
    if windows:
        safety["apply_windows"] = ApplyWindows(allow=(Hours(ZoneInfo("UTC"), windows),))
    records = {"Renewal Due - May/June 2025": 1, **case.get("lists", {})}
    sizes = by_key(ContactList(name, records=size) for name, size in records.items())
    limits = Safety(**safety)
    return plan(
        *(manifest(name, {**one, **everywhere}) for name, one in case["manifests"].items()),
        now=datetime.fromisoformat(case["now"]) if "now" in case else NOW,
        live={
            "retention": snapshot("retention", *rows, contact_lists=sizes),
            "care": snapshot("care", *rows),
        },
        ledger=ledger(
            *(record(manifest(name, one), f"id-{name}") for name, one in was.items()),
            counts={"retention": counts(case)},
        ),
        targets={
            "retention": facts(
                safety=limits, sends_on_write=SendsOnWrite(case.get("sends", "possibly"))
            ),
            "care": facts("care", safety=limits),
        },
        max_contacts=case.get("most"),
        contacts=history(case),
        started=started(case),
    )


def lines_about_people(made: Plan) -> list[str]:
    """The gates and the outreach block, without the lines that are the same for every plan."""
    found, inside = [], False
    for line in plan_text(made, color=False, verbose=False).split("\n"):
        inside = bool(line) and (inside or line.startswith(SECTIONS))
        if inside and not line.startswith(ALWAYS_THE_SAME):
            found.append(line)
    return found


def reviewed(case: dict[str, Any]) -> dict[str, Any]:
    """The same with an entry of `metadata.accept` for each gate that it serves."""
    served = [gate for gate in case["gates"] if GATES[gate].by_manifest]
    if not served:
        return case
    accept = [{"gate": gate, "records": 10**7, "until": "2026-11-30"} for gate in served]
    return {**case, "everywhere": {**case.get("everywhere", {}), "accept": accept}}


def test_there_are_enough_harmless_and_dangerous_plans() -> None:
    harmless = [case for case in situations() if not case["gates"] and "opened" not in case]
    dangerous = [case for case in situations() if case["gates"]]
    assert len(harmless) >= 30
    assert len(dangerous) >= 20


def is_open(made: Plan) -> bool:
    return all(gate.allowed for gate in made.gates)


@pytest.mark.parametrize("case", situations(), ids=lambda case: case["case"])
def test_a_pipeline_applies_what_is_harmless_or_was_reviewed(case: dict[str, Any]) -> None:
    """With one fixed command line, that is, without `--allow`; what is left needs a person."""
    assert is_open(planned(case)) == (not case["gates"])
    made = planned(reviewed(case))
    selected = any(kind_of(one) == CARE for one in case.get("was", {}).values())
    uncounted = selected or None in case.get("lists", {}).values()
    left = [gate for gate in case["gates"] if uncounted or not GATES[gate].by_manifest]
    assert [gate.code for gate in made.gates if not gate.allowed] == left
    assert is_open(made) == (not left)


@pytest.mark.parametrize("case", situations(), ids=lambda case: case["case"])
def test_a_plan_meets_exactly_these_gates(case: dict[str, Any]) -> None:
    made = planned(case)
    assert [gate.code for gate in made.gates if not gate.allowed] == case["gates"]
    assert [gate.code for gate in made.gates if gate.allowed] == case.get("opened", [])
    assert all(gate.allowed_by == "metadata.accept" for gate in made.gates if gate.allowed)
    accepts = [one.code for one in made.diagnostics if one.code == "accept-unused"]
    assert accepts == case.get("warnings", [])
    assert lines_about_people(made) == case["lines"]
