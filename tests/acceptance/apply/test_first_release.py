"""Files of the first release can be read: its ledger in both kinds of store, its cache, its plan.

The files in `tests/stored/first-release` were written by that release against the simulator, by the
fixed clock below: two applies, creates of unknown outcome, `resolve`, `schedule`, `start`, `stop`,
`stop --clear`, `status --accept`, `lock release`, a saved plan, and a stop in force. The texts
beside them are what that release printed about them. They are never regenerated.
"""

import json
import shutil
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from reconciler.address import Address
from reconciler.clock import SystemClock
from reconciler.ledger.objects.ledger import ObjectLedger
from reconciler.ledger.objects.store import open_store
from reconciler.ledger.sqlite.ledger import SqliteLedger
from reconciler.resources.base import RunState
from reconciler.simulator.core import Simulator
from tests.support.cli import Line, Project

ENDED = datetime(2026, 11, 20, 9, 5, 31, tzinfo=UTC)
RENEWAL = Address("kore_sms_campaign", "renewal")
SPRING = Address("kore_sms_campaign", "spring")
THIRD = Address("kore_sms_campaign", "third")
RENEWAL_ID = "cd-cedde4de-2ccb-43f0-a931-998756e1e6bf"
FIRST_PLAN = "00000000-0000-4000-8000-000000000003"
QUICK = "sendsOnWrite: possibly\n        settle: 1s\n        readBack: 1s"
WELLNESS = {
    "apiVersion": "reconciler/v1",
    "kind": "CareCycleCampaign",
    "metadata": {"name": "wellness"},
    "spec": {
        "name": "Wellness",
        "description": "Calls about the check-up.",
        "redial": True,
        "smsCompanyName": "Example Clinic",
    },
}


@pytest.fixture
def stored(pytestconfig: pytest.Config) -> Path:
    return pytestconfig.rootpath / "tests" / "stored" / "first-release"


@pytest.fixture(autouse=True)
def then(monkeypatch: pytest.MonkeyPatch) -> None:
    """The clock continues from the time when the files were written."""
    begun = time.perf_counter()

    def now(_: SystemClock) -> datetime:
        return ENDED + timedelta(seconds=time.perf_counter() - begun)

    monkeypatch.setattr(SystemClock, "now", now)


@pytest.fixture
def old(project: Project, stored: Path) -> Project:
    """A project with the ledger and the cache of the first release."""
    project.configure(QUICK)
    project.write("wellness.json", json.dumps(WELLNESS))
    project.sms()
    keep_files(project, stored)
    return project


def keep_files(project: Project, stored: Path) -> None:
    folder = project.folder / ".reconciler"
    folder.mkdir(exist_ok=True)
    for name in ("state.db", "cache.db"):
        shutil.copyfile(stored / name, folder / name)


def ledger_of(project: Project) -> SqliteLedger:
    return SqliteLedger(project.folder / ".reconciler" / "state.db", "staging", SystemClock())


def objects_of(stored: Path) -> ObjectLedger:
    """The same ledger, as the first release stored it in an object store."""
    store = open_store("memory://")
    for key, text in json.loads((stored / "objects.json").read_text("ascii")).items():
        store.claim(key, text.encode("utf-8"))
    return ObjectLedger(store, "staging", SystemClock())


@pytest.mark.usefixtures("old")
@pytest.mark.parametrize(
    ("arguments", "printed"), [((), "history.txt"), ((str(RENEWAL),), "history_renewal.txt")]
)
def test_its_history_is_shown(
    run_line: Line, stored: Path, arguments: tuple[str, ...], printed: str
) -> None:
    result = run_line("history", *arguments)
    assert (result.code, result.out) == (0, (stored / printed).read_text("utf-8"))


@pytest.mark.usefixtures("old")
@pytest.mark.parametrize(
    ("arguments", "printed"), [((), "history.json"), ((str(RENEWAL),), "history_renewal.json")]
)
def test_its_receipts_are_printed_as_they_were_and_each_launch_once(
    run_line: Line, stored: Path, arguments: tuple[str, ...], printed: str
) -> None:
    before = json.loads((stored / printed).read_text("utf-8"))["receipts"]
    after = run_line("history", "--json", *arguments).json["receipts"]
    texts = [json.dumps(one) for one in after]
    begun = [one for one in before if json.dumps(one) not in texts]
    assert [one for one in before if one not in begun] == after
    assert begun
    assert all(entry["outcome"] == "unknown" for one in begun for entry in one["outcomes"])
    assert all(entry["attempt"] for one in begun for entry in one["outcomes"])


def test_the_ledger_still_reads_the_same(old: Project) -> None:
    ledger = ledger_of(old)
    view = ledger.view()
    assert {str(address) for address in view.records} == {
        "carecycle_campaign.wellness",
        "kore_sms_campaign.renewal",
    }
    record = view.records[RENEWAL]
    assert (record.remote_id, record.generation, record.created) == (RENEWAL_ID, 1, True)
    assert record.spec["contactLists"] == ["Spring Renewals 2026"]
    assert record.seen is not None
    assert (record.seen.state, record.seen.status) == (RunState.FINISHED, "Stopped")
    (intent,) = view.intents.values()
    assert (intent.address, intent.channel, intent.denied) == (THIRD, "sms", "")
    (binding,) = view.bindings
    assert (binding.path, binding.name) == ("experienceFlowName", "Renewal Assistant Flow")
    assert [stop.reason for stop in view.tombstones] == ["numbers are checked"]
    assert ledger.plan_used(FIRST_PLAN)
    assert ledger.lock() is None


def test_an_object_store_says_the_same(old: Project, stored: Path) -> None:
    file, objects = ledger_of(old), objects_of(stored)
    view, other = file.view(), objects.view()
    assert other.records == view.records
    assert other.intents == view.intents
    assert other.bindings == view.bindings
    assert other.tombstones == view.tombstones
    assert objects.receipts() == file.receipts()
    assert objects.plan_used(FIRST_PLAN)


@pytest.mark.usefixtures("old")
def test_its_environment_is_not_new(run_line: Line) -> None:
    result = run_line("ledger", "init", "--reason", "is it?")
    assert (result.code, "has a history already" in result.out) == (0, True)


def test_the_cache_is_read(old: Project) -> None:
    (cached,) = ledger_of(old).cached("retention").reads.items()
    remote_id, read = cached
    assert remote_id == read.live.remote_id == RENEWAL_ID
    assert read.live.name == "Campaign renewal"


@pytest.mark.parametrize("command", ["show", "apply"])
def test_a_saved_plan_is_refused_by_its_version(
    run_line: Line, old: Project, stored: Path, command: str
) -> None:
    shutil.copyfile(stored / "plan.json", old.folder / "plan.json")
    refused = run_line(command, "plan.json")
    assert refused.code == 6
    assert "made by another version of reconciler (0.1.0)" in refused.err
    assert (
        "Pin one version in both jobs, and make a new plan:\n    reconciler plan --out FILE\n"
        in refused.err
    )


@pytest.fixture
def live(run_line: Line, project: Project, monkeypatch: pytest.MonkeyPatch) -> Project:
    """The vendors of the files: the simulator gives the same ids in the same order."""
    project.configure(QUICK)
    project.write("wellness.json", json.dumps(WELLNESS))
    assert run_line("apply", "--auto-approve").code == 0
    project.sms()
    assert run_line("apply", "--auto-approve").code == 0
    assert run_line("start", str(RENEWAL), "--auto-approve").code == 0
    assert run_line("stop", str(RENEWAL), "--reason", "as it was").code == 0
    shutil.rmtree(project.folder / ".reconciler")
    # The machine of the files has seen no other ledger in this place.
    monkeypatch.setenv("RECONCILER_STATE_DIR", str(project.folder / "machine"))
    return project


def test_a_ledger_with_a_stop_and_an_open_create_can_apply_a_saved_plan(
    run_line: Line, live: Project, stored: Path, simulator: Simulator
) -> None:
    keep_files(live, stored)
    unsettled = run_line("plan")
    assert (unsettled.code, "No changes" in unsettled.out) == (7, False)
    live.sms(priority=2)
    live.sms("spring", contactLists=["Recent Visitors"])
    simulator.clear_requests()

    assert "numbers are checked" in run_line("apply", "--auto-approve").err
    assert run_line("stop", "--clear", "--reason", "they are right").code == 0
    settled = run_line("resolve", str(THIRD), "--not-created", "--reason", "not in the console")
    assert settled.code == 0
    assert simulator.requests(mutating=True) == []

    # The campaign of the update ran, and was stopped.
    assert run_line("plan", "--out", "plan.json", "--allow", "ran-before").code == 0
    result = run_line("apply", "plan.json")
    assert result.code == 0, result.err
    assert "1 added, 1 changed, 0 destroyed" in result.out
    view = ledger_of(live).view()
    assert (set(view.records) >= {RENEWAL, SPRING}, view.intents) == (True, {})
    assert view.records[RENEWAL].remote_id == RENEWAL_ID
    assert "applied before" in run_line("apply", "plan.json").err
