"""CareCycle creates that declare a part of a group: planned open, completed from the draft."""

import os
import subprocess
import sys
from collections.abc import Mapping
from threading import Event

import pytest

from reconciler.resources.tree import Tree
from reconciler.simulator.core import Simulator
from reconciler.simulator.seed import CARECYCLE_TEMPLATE
from tests.support.cli import Line, Project, Result
from tests.support.live_campaigns import GENERATION_C, patches
from tests.support.marked_campaigns import lose_ledger
from tests.support.written_campaigns import care

ADDRESS = "carecycle_campaign.check-up"
OPEN = "(known after apply)"
TEXTS: Mapping[str, object] = {"smsContent": {"redial": "We tried to call you."}}
KEYS = (
    *("redial", "newInquiry", "postWelcome", "firstContact", "missedInquiry"),
    *("appointmentBooked", "missedAppointment", "missedFirstContact", "appointmentReminder"),
    "informationalFollowup",
)
FEATURES = ("transfers", "appointments", "inquiries", "checkPlan")
NO_TEXTS: Tree = {"carecycle": {"default_texts": False}}


@pytest.fixture
def draft(project: Project) -> Project:
    """A project with a short settling time."""
    path = project.folder / "reconciler.yaml"
    path.write_text(path.read_text("utf-8") + "        readBack: 2s\n", "utf-8")
    return project


def assert_quiet(run_line: Line) -> None:
    result = run_line("plan", "--detailed-exitcode", "--refresh", "full")
    assert result.code == 0, result.out + result.err


def assert_a_draft_is_left(result: Result, simulator: Simulator, why: str) -> None:
    assert result.code == 1, result.out + result.err
    (campaign,) = simulator.campaigns()
    assert (campaign["status"], campaign["redial"]) == ("draft", None)
    assert patches(simulator) == []
    assert f"{ADDRESS} (create on care) [id={campaign['id']}]" in result.out
    assert "its settings are not in force: not set: redial, smsContent.redial" in result.out
    assert why in result.err


def test_the_plan_shows_which_values_are_not_known_yet(run_line: Line, draft: Project) -> None:
    care(draft, **TEXTS)
    document = run_line("plan", "--json").json
    assert document["reconciler"]["requests"]["planned"] == 2
    (change,) = document["resource_changes"]
    post, patch = change["reconciler"]["requests"]
    assert "unknown" not in post
    others = [f"smsContent.{key}" for key in KEYS if key != "redial"]
    assert patch["unknown"] == others
    assert patch["body"] == {
        "smsContent": {**dict.fromkeys(KEYS, OPEN), "redial": "We tried to call you."}
    }
    assert f'"newInquiry": "{OPEN}"' in run_line("-v", "plan").out


def test_a_saved_plan_is_completed_with_the_default_texts(
    run_line: Line, draft: Project, simulator: Simulator
) -> None:
    care(draft, **TEXTS)
    saved = run_line("plan", "--out", "plan.json", "--json").json
    again = run_line("plan", "--json").json
    digests = [one["reconciler"]["changes_sha256"] for one in (saved, again)]
    assert digests[0] == digests[1]
    simulator.clear_requests()
    applied = run_line("apply", "plan.json", "--json")
    assert applied.code == 0, applied.err
    assert applied.json["requests_sent"] == len(simulator.requests())
    assert applied.json["reconciler"]["requests"]["planned"] == 2
    (body,) = patches(simulator)
    texts = body["smsContent"]
    assert isinstance(texts, dict)
    assert set(texts) == set(KEYS)
    assert texts["redial"] == "We tried to call you."
    assert texts["newInquiry"].startswith("Hi {{clientCustomer.firstName}}, we''ve received")
    assert OPEN not in texts.values()
    assert_quiet(run_line)


def test_a_text_arrives_as_it_was_written_and_is_imported_so(
    run_line: Line, draft: Project, simulator: Simulator
) -> None:
    text = "Bring the 5'' x 7'' picture '''framed'''."
    care(draft, smsContent={**dict.fromkeys(KEYS, "Call us."), "redial": text})
    assert run_line("apply", "--auto-approve").code == 0
    (body,) = patches(simulator)
    texts = body["smsContent"]
    assert isinstance(texts, dict)
    assert texts["redial"] == text
    assert_quiet(run_line)
    (draft.folder / "campaigns" / "care.json").unlink()
    lose_ledger(draft)
    assert run_line("import", "--all").code == 0
    assert_quiet(run_line)


@pytest.mark.parametrize("nested", ["replace", "merge"])
def test_what_a_template_sets_is_read_and_kept(
    run_line: Line, draft: Project, simulator: Simulator, nested: str
) -> None:
    values: Tree = {"smsTypes": {"firstContact": True}, "smsContent": {"newInquiry": "Theirs"}}
    simulator.change_switches({"carecycle": {"nested_patch": nested, "template_values": values}})
    template, _ = CARECYCLE_TEMPLATE
    groups = {"smsTypes": {"redial": True}, "features": {"transfers": True}}
    care(draft, templateId=template, **groups, **TEXTS)
    result = run_line("apply", "--auto-approve")
    assert result.code == 0, result.err
    (body,) = patches(simulator)
    on = {"redial": True, "firstContact": True}
    assert body["smsTypes"] == {**dict.fromkeys(KEYS, False), **on}
    assert body["features"] == {**dict.fromkeys(FEATURES, False), "transfers": True}
    texts = body["smsContent"]
    assert isinstance(texts, dict)
    assert (texts["redial"], texts["newInquiry"]) == ("We tried to call you.", "Theirs")
    assert_quiet(run_line)


def test_a_text_that_says_what_we_show_for_an_open_one_is_sent_as_a_text(
    run_line: Line, draft: Project, simulator: Simulator
) -> None:
    care(draft, smsContent=dict.fromkeys(KEYS, OPEN))
    (change,) = run_line("plan", "--json").json["resource_changes"]
    assert not any("unknown" in one for one in change["reconciler"]["requests"])
    assert run_line("apply", "--auto-approve").code == 0
    assert patches(simulator) == [{"smsContent": dict.fromkeys(KEYS, OPEN)}]
    assert_quiet(run_line)


def test_a_draft_that_appears_late_is_waited_for(
    run_line: Line, draft: Project, simulator: Simulator
) -> None:
    simulator.change_switches({"carecycle": {"get_lag": 0.5}})
    care(draft, **TEXTS)
    result = run_line("apply", "--auto-approve")
    assert result.code == 0, result.err
    assert len(patches(simulator)) == 1


@pytest.mark.parametrize("habits", [NO_TEXTS, GENERATION_C], ids=["no-texts", "hidden"])
def test_texts_that_no_reading_shows_are_declared_by_a_person(
    run_line: Line, draft: Project, simulator: Simulator, habits: Tree
) -> None:
    simulator.change_switches(habits)
    care(draft, redial=True, **TEXTS)
    result = run_line("apply", "--auto-approve")
    assert_a_draft_is_left(result, simulator, "smsContent is written as a whole")
    plan = run_line("plan")
    assert f"{ADDRESS} must be changed by hand" in plan.out
    assert "declare them in the manifest" in plan.out
    care(draft, redial=True, smsContent=dict.fromkeys(KEYS, "Call us."))
    assert run_line("apply", "--auto-approve").code == 0
    assert len(simulator.campaigns()) == 1


def test_a_draft_that_cannot_be_read_is_updated_by_the_next_run(
    run_line: Line, draft: Project, simulator: Simulator
) -> None:
    care(draft, redial=True, **TEXTS)
    simulator.faults.add("carecycle.get:html:*")
    result = run_line("apply", "--auto-approve")
    assert_a_draft_is_left(result, simulator, "not set: redial, smsContent.redial")
    simulator.faults.clear()
    assert "1 to change" in run_line("plan").out
    assert run_line("apply", "--auto-approve").code == 0
    (campaign,) = simulator.campaigns()
    assert campaign["redial"] is True
    assert_quiet(run_line)


def test_killed_before_the_settings_the_next_plan_is_an_update(
    run_line: Line, draft: Project, simulator: Simulator
) -> None:
    care(draft, redial=True, **TEXTS)
    simulator.faults.add("carecycle.get:slow=60:1")
    process = subprocess.Popen(
        (sys.executable, "-m", "reconciler", "apply", "--auto-approve"),
        cwd=draft.folder,
        env={**os.environ},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        for _ in range(2000):
            if simulator.requests(operation="carecycle.get"):
                break
            assert process.poll() is None
            Event().wait(0.01)
    finally:
        process.kill()
        process.wait()
    assert patches(simulator) == []
    assert "1 to change" in run_line("plan").out
    result = run_line("apply", "--auto-approve")
    assert result.code == 0, result.err
    assert len(simulator.campaigns()) == 1
    assert_quiet(run_line)
