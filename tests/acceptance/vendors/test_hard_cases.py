"""Manifests and live campaigns that real projects had trouble with, and the answer to each."""

import json
import zoneinfo
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from reconciler.resources.tree import Tree, at
from reconciler.simulator.core import Simulator
from reconciler.simulator.faults import Fault, FaultKind
from tests.support.cli import Line, Project
from tests.support.written_campaigns import QUICK, settled

ADDRESS = "kore_sms_campaign.a"
WINDOW = {"day": "MO", "start": "9:00 AM", "end": "6:00 PM"}


def written(
    project: Project, *, kind: str = "KoreSmsCampaign", name: str = "A", **changes: object
) -> None:
    """The manifest `a`; `sender`, `zone`, `windows` and `message` change it, others add to it."""
    hours = {
        "frequency": "WEEKLY",
        "timezone": changes.pop("zone", "America/New_York"),
        "days": changes.pop("windows", [WINDOW]),
    }
    sender = {"phoneNumber": changes.pop("sender", "+12025550123")}
    spec = {
        "name": name,
        "contactLists": ["Spring Renewals 2026"],
        "dialingStrategy": {"callerId": sender, "callingHours": hours, **dialing(kind)},
        **changes,
    }
    if kind == "KoreSmsCampaign":
        spec["message"] = {"message": changes.get("message", "Hello")}
    else:
        spec |= {"dialingMode": "Progressive", "queue_name": "Billing Queue"}
        spec["dncLists"] = {"name": "Do Not Contact"}
    document = {"kind": kind, "metadata": {"name": "a"}, "spec": spec}
    project.write("a.json", json.dumps({"apiVersion": "reconciler/v1", **document}))


def dialing(kind: str) -> dict[str, object]:
    if kind == "KoreSmsCampaign":
        return {}
    numbers = {"maxAttemptsPerRecord": 3, "defaultRetryPeriod": 10, "maxRingTime": 30}
    return {"dialingOrder": "FIFO", **numbers}


def seeded(simulator: Simulator, **strategy: object) -> str:
    """A live campaign `A` with something else in its dialing strategy."""
    remote_id = simulator.seed_kore({"name": "A", "message": {"message": "Hello"}})
    live = next(one for one in simulator.campaigns() if one["id"] == remote_id)
    known = at(live, "dialingStrategy")
    assert isinstance(known, dict)
    changed: Tree = {"dialingStrategy": {**known, **strategy}}  # type: ignore[dict-item]
    simulator.edit(remote_id, changed)
    return remote_id


def words(text: str) -> str:
    return " ".join(text.split())


def imported_and_left_alone(run_line: Line, simulator: Simulator) -> None:
    before = simulator.campaigns()
    result = run_line("import", "--all")
    assert result.code == 0, result.err
    assert run_line("validate").code == 0
    settled(run_line)
    assert simulator.campaigns() == before


@pytest.mark.parametrize("end", ["12:00 AM", "24:00", "00:00"])
def test_a_window_may_end_at_midnight(
    run_line: Line, project: Project, simulator: Simulator, end: str
) -> None:
    simulator.change_switches({"kore": {"windows_across_midnight": "accepted"}})
    written(project, windows=[{"day": "MO", "start": "6:00 PM", "end": end}])
    settled(run_line)
    (live,) = simulator.campaigns()
    assert at(live, "dialingStrategy.callingHours.days") == [
        {"day": "MO", "start": "6:00 PM", "end": "12:00 AM"}
    ]


NIGHT = [{"day": "SA", "start": "9:00 PM", "end": "2:00 AM"}]
OVERLAP = [WINDOW, {"day": "MO", "start": "5:00 PM", "end": "8:00 PM"}]
LIVE_HOURS = {
    "until midnight": [{"day": "MO", "start": "6:00 PM", "end": "12:00 AM"}],
    "until 24:00": [{"day": "MO", "start": "18:00:00", "end": "24:00"}],
    "over midnight": NIGHT,
    "overlapping": OVERLAP,
}


@pytest.mark.usefixtures("project")
@pytest.mark.parametrize("days", LIVE_HOURS.values(), ids=LIVE_HOURS)
def test_any_live_hours_are_imported_and_left_alone(
    run_line: Line, simulator: Simulator, days: list[object]
) -> None:
    zone = {"frequency": "WEEKLY", "timezone": "America/New_York"}
    seeded(simulator, callingHours={**zone, "days": days})
    imported_and_left_alone(run_line, simulator)


@pytest.mark.parametrize(
    ("days", "why"),
    [(NIGHT, "does not end after it starts; if it goes over midnight"), (OVERLAP, "overlap on MO")],
)
def test_unusual_hours_are_a_warning_and_are_never_sent(
    run_line: Line, project: Project, simulator: Simulator, days: list[object], why: str
) -> None:
    written(project, windows=days)
    validated = run_line("validate")
    assert validated.code == 0
    assert why in words(validated.err)
    for command in ("plan", "apply"):
        refused = run_line(command)
        assert refused.code == 3
        assert "callingHours.days cannot be sent: " in words(refused.err)
        assert why in words(refused.err)
    written(project)
    settled(run_line)
    written(project, windows=days)
    assert run_line("plan").code == 3
    assert len(simulator.requests(mutating=True)) == 1


def test_unusual_hours_that_are_live_keep_other_changes_from_being_sent(
    run_line: Line, project: Project, simulator: Simulator
) -> None:
    zone = {"frequency": "WEEKLY", "timezone": "America/New_York"}
    seeded(simulator, callingHours={**zone, "days": OVERLAP})
    written(project, windows=OVERLAP)
    settled(run_line)
    written(project, windows=OVERLAP, description="Another one.")
    plan = run_line("plan")
    assert plan.code == 0
    assert "must be changed by hand" in plan.out
    assert "an update would have to send dialingStrategy.callingHours.days as it is" in plan.out
    assert run_line("apply", "--auto-approve").code == 0
    assert simulator.requests(mutating=True) == []


@pytest.mark.parametrize("sender", ["732873", "ACME", "Acme & Co"])
def test_an_sms_may_come_from_a_short_code_or_a_sender_id(
    run_line: Line, project: Project, simulator: Simulator, sender: str
) -> None:
    simulator.change_switches({"kore": {"limits": "accepted"}})
    written(project, sender=sender)
    assert not run_line("validate").err
    settled(run_line)
    (live,) = simulator.campaigns()
    assert at(live, "dialingStrategy.callerId.phoneNumber") == sender


@pytest.mark.usefixtures("project")
@pytest.mark.parametrize("sender", ["732873", "ACME", "Call us now, please", "12025550123"])
def test_any_live_sender_of_an_sms_is_imported_and_left_alone(
    run_line: Line, simulator: Simulator, sender: str
) -> None:
    seeded(simulator, callerId={"phoneNumber": sender})
    imported_and_left_alone(run_line, simulator)


def test_another_sender_is_a_warning_and_is_never_sent(
    run_line: Line, project: Project, simulator: Simulator
) -> None:
    written(project, sender="Call us now, please")
    assert "a short code of 3 to 8 digits" in words(run_line("validate").err)
    assert run_line("validate").code == 0
    assert run_line("plan").code == 3
    assert run_line("apply", "--auto-approve").code == 3
    assert simulator.requests(mutating=True) == []


def test_a_voice_campaign_calls_from_a_full_number_only(run_line: Line, project: Project) -> None:
    written(project, kind="KoreVoiceCampaign", sender="732873")
    result = run_line("validate")
    assert result.code == 3
    assert 'phoneNumber must be in E.164, like "+12025550123"' in words(result.err)


@pytest.mark.parametrize(
    ("zone", "shown"),
    [
        ("Asia/Kolkata", "Asia/Calcutta"),
        ("Europe/Kyiv", "Europe/Kiev"),
        ("America/New_York", "US/Eastern"),
        ("Asia/Kolkata", "asia/kolkata"),
    ],
)
def test_two_names_of_one_zone_are_no_difference(
    run_line: Line, project: Project, simulator: Simulator, zone: str, shown: str
) -> None:
    written(project, zone=zone)
    settled(run_line)
    (live,) = simulator.campaigns()
    known = at(live, "dialingStrategy")
    assert isinstance(known, dict)
    hours = known["callingHours"]
    assert isinstance(hours, dict)
    respelled: Tree = {"dialingStrategy": {**known, "callingHours": {**hours, "timezone": shown}}}
    simulator.edit(str(live["id"]), respelled)
    assert run_line("plan", "--detailed-exitcode").code == 0
    assert run_line("drift").code == 0


def test_a_text_that_ends_with_a_line_break_is_sent_without_it(
    run_line: Line, project: Project, simulator: Simulator
) -> None:
    project.configure(api="v1")
    written(project, message="Hi there\n")
    assert "ends with white space, which is not sent" in words(run_line("validate").err)
    settled(run_line)
    (live,) = simulator.campaigns()
    assert at(live, "message.message") == "Hi there"


@pytest.mark.parametrize(
    ("zone", "hint"),
    [
        ("GMT+5", "an offset does not follow daylight saving"),
        ("IST", "an abbreviation is used in several places"),
        ("right/UTC", "write UTC"),
        ("posix/Asia/Kolkata", "write Asia/Kolkata"),
    ],
)
@pytest.mark.parametrize("system_files", ["", "/usr/share/zoneinfo"])
def test_no_wrong_zone_is_suggested(
    run_line: Line,
    project: Project,
    zone: str,
    hint: str,
    system_files: str,
) -> None:
    written(project, zone=zone)
    with zone_files(system_files):
        result = run_line("validate")
    assert result.code == 3
    assert f"not an IANA time zone; {hint}" in words(result.err)
    assert "did you mean" not in result.err


@contextmanager
def zone_files(folder: str) -> Iterator[None]:
    """Where Python looks for the system's zone files."""
    before = zoneinfo.TZPATH
    zoneinfo.reset_tzpath([folder] if folder else [])
    try:
        yield
    finally:
        zoneinfo.reset_tzpath(before)


TEXTS = """\
apiVersion: reconciler/v1
kind: KoreSmsCampaign
metadata: {{name: a}}
spec:
  name: {name}
  contactLists: [Spring Renewals 2026]
  dialingStrategy:
    callerId: {{phoneNumber: "+12025550123"}}
    callingHours:
      frequency: WEEKLY
      timezone: America/New_York
      days: [{{day: MO, start: "9:00 AM", end: "6:00 PM"}}]
  message:
    message: {message}
"""


def test_a_comment_that_cuts_a_name_or_a_text_is_a_warning(
    run_line: Line, project: Project
) -> None:
    project.write("a.yaml", TEXTS.format(name="Sale #1 now", message="Sale today only #acme STOP"))
    result = run_line("validate")
    assert result.code == 0
    for path, place in (("name", ":5:"), ("message.message", ":14:")):
        assert f"spec.{path} ends before #, because YAML takes the rest" in words(result.err)
        assert f"on campaigns/a.yaml{place}" in words(result.err)


def test_a_placeholder_that_nobody_filled_in_is_a_warning(run_line: Line, project: Project) -> None:
    text = '"Hi {{firstName, click %LINK% or <<URL>>"'
    project.write("a.yaml", TEXTS.format(name='"${NAME}"', message=text))
    result = run_line("validate")
    assert result.code == 0
    for found in ("${NAME}", "{{ without }}", "%LINK%", "<<URL>>"):
        assert f"has {found}, which looks like a placeholder" in words(result.err)


def test_after_the_last_manifest_drift_reports_the_orphan(run_line: Line, project: Project) -> None:
    written(project)
    settled(run_line)
    (project.folder / "campaigns" / "a.json").unlink()
    drift = run_line("drift")
    assert drift.code == 0, drift.err
    assert f"Orphaned: in the ledger, but in no manifest:\n  - {ADDRESS}" in drift.out
    plan = run_line("plan")
    assert plan.code == 3
    assert "    reconciler plan --prune\n" in plan.err


def test_after_a_credential_is_refused_no_further_create_is_sent(
    run_line: Line, project: Project, simulator: Simulator
) -> None:
    lists = {"a": "Spring Renewals 2026", "b": "Open Bills", "c": "Recent Visitors"}
    for name, people in lists.items():
        project.sms(name, contactLists=[people])
    body = '{"errors": [{"msg": "invalid token", "code": 401}]}'
    simulator.faults.add(
        Fault(kind=FaultKind.STATUS, match="kore.create", nth=2, times=None, value=401, body=body)
    )
    result = run_line("apply", "--auto-approve")
    assert result.code == 4
    assert len(simulator.requests(operation="kore.create")) == 2
    assert "Not attempted:" in result.out + result.err


QUEUE = {"queue_name": "Billing Queue"}
LIVE = "We tried to reach you, and couldn''t. Please call us."
REPAIRED = "We tried to reach you, and couldn't. Please call us."
MARKED = "We tried to reach you, and couldn'{-'-}t. Please call us."


def test_import_names_a_dialing_mode_that_the_api_cannot_write(
    run_line: Line, project: Project, simulator: Simulator
) -> None:
    project.configure(QUICK)
    written(project, kind="KoreVoiceCampaign", name="Calls")
    settled(run_line)
    (project.folder / "campaigns" / "a.json").unlink()
    simulator.seed_kore({"name": "Text", "message": {"message": "Hi"}})
    powered = simulator.seed_kore({"name": "Power calls", "dialingMode": "Progressive", **QUEUE})
    simulator.edit(powered, {"dialingMode": "Power"})
    for wanted in ("--all", "Power calls"):
        result = run_line("import", wanted)
        assert result.code == 0, result.err
        assert (
            f'Skipped "Power calls" ({powered}): its dialingMode Power is not a value that an '
            "update can write. Manage it in the vendor's console; drift lists it as unmanaged."
        ) in result.out
    assert f'{powered} on retention: "Power calls"' in run_line("drift").out
    assert (project.folder / "campaigns" / "text.yaml").exists()


def test_doubled_quotes_of_a_live_text_can_be_repaired(
    run_line: Line, project: Project, simulator: Simulator
) -> None:
    simulator.seed_carecycle({"name": "Campaign check-up", "smsContent": {"redial": LIVE}})
    texts = {"smsContent": {"redial": REPAIRED}}
    project.care(description=None, **texts)
    assert f'~ redial = "{MARKED}" -> "{REPAIRED}"' in run_line("plan").out
    applied = run_line("apply", "--auto-approve", "--allow", "adopt-change")
    assert applied.code == 0, applied.err
    (live,) = simulator.campaigns()
    assert at(live, "smsContent.redial") == REPAIRED
    assert run_line("plan", "--detailed-exitcode").code == 0
    simulator.edit(str(live["id"]), {"smsContent": {"redial": LIVE}})
    assert run_line("drift").code == 2
    assert run_line("apply", "--auto-approve").code == 0
    (live,) = simulator.campaigns()
    assert at(live, "smsContent.redial") == REPAIRED


@pytest.mark.parametrize("command", [("plan", "--out", ""), ("drift", "--metrics", "")])
def test_an_empty_path_as_of_an_unset_variable_is_refused(
    run_line: Line, project: Project, command: tuple[str, ...]
) -> None:
    written(project)
    result = run_line(*command)
    assert result.code == 3
    assert "unexpected error" not in result.err


def test_a_name_that_a_rename_frees_is_used_after_the_rename_is_applied(
    run_line: Line, project: Project
) -> None:
    written(project, name="Alpha")
    settled(run_line)
    written(project, name="Alpha old")
    project.sms("b", name="Alpha", contactLists=["Open Bills"])
    result = run_line("plan")
    assert result.code == 1
    assert 'is still named "Alpha", until kore_sms_campaign.a is applied' in words(result.err)
    assert (
        "Apply kore_sms_campaign.a first, then kore_sms_campaign.b:\n"
        "    reconciler apply --exclude kore_sms_campaign.b\n"
        "    reconciler apply\n"
    ) in result.err
