"""`marker: description`: evidence at the vendor of whose campaign it is, never a difference."""

import re
from pathlib import Path

import pytest

from reconciler.resources.tree import at
from reconciler.simulator.core import Simulator
from tests.support.cli import Line, Project, Result
from tests.support.marked_campaigns import (
    CARECYCLE,
    KORE,
    OURS,
    THEIRS,
    Vendor,
    configure,
    description,
    lose_ledger,
    mark,
    only,
)
from tests.support.unknown_create import seed_as_sent

both = pytest.mark.parametrize("vendor", [KORE, CARECYCLE], ids=["kore", "carecycle"])


@pytest.fixture
def marked(project: Project) -> Project:
    configure(project)
    return project


def apply(run_line: Line, *more: str) -> Result:
    return run_line("apply", "--auto-approve", *more)


def planned(run_line: Line) -> list[list[str]]:
    shown = run_line("plan", "--json").json
    return [one["change"]["actions"] for one in shown["resource_changes"]]


@both
@pytest.mark.parametrize("text", ["Sends a link.", ""])
def test_a_create_says_which_project_and_address_made_it(
    run_line: Line, marked: Project, simulator: Simulator, vendor: Vendor, text: str
) -> None:
    vendor.write(marked, description=text)
    shown = run_line("plan")
    assert f"the description is sent with the marker {mark(vendor)}" in shown.out
    assert apply(run_line).code == 0
    assert description(simulator) == f"{text} {mark(vendor)}".lstrip()
    assert run_line("plan", "--detailed-exitcode").code == 0
    assert "[rc-" not in run_line("plan", "--full").out


@both
def test_a_target_without_the_setting_sends_no_mark(
    run_line: Line, project: Project, simulator: Simulator, vendor: Vendor
) -> None:
    configure(project, marker=False)
    vendor.write(project)
    assert apply(run_line).code == 0
    assert description(simulator) == "Sends a link."


@both
def test_switching_it_on_or_off_is_no_difference(
    run_line: Line, project: Project, simulator: Simulator, vendor: Vendor
) -> None:
    configure(project, marker=False)
    vendor.write(project)
    assert apply(run_line).code == 0
    configure(project)
    assert run_line("plan", "--detailed-exitcode").code == 0
    vendor.write(project, description="Sends two links.")
    assert apply(run_line).code == 0
    assert description(simulator) == "Sends two links."
    simulator.edit(str(only(simulator)["id"]), {"description": f"Sends two links. {mark(vendor)}"})
    for marker in (True, False):
        configure(project, marker=marker)
        assert run_line("plan", "--detailed-exitcode", "--refresh", "full").code == 0


@both
def test_an_update_of_the_description_keeps_the_mark(
    run_line: Line, marked: Project, simulator: Simulator, vendor: Vendor
) -> None:
    vendor.write(marked)
    assert apply(run_line).code == 0
    vendor.write(marked, description="Sends two links.")
    assert '"Sends a link." -> "Sends two links."' in run_line("plan").out
    assert apply(run_line).code == 0
    assert description(simulator) == f"Sends two links. {mark(vendor)}"
    assert run_line("plan", "--detailed-exitcode").code == 0


@both
def test_a_description_without_room_goes_unmarked_and_the_plan_says_so(
    run_line: Line, marked: Project, simulator: Simulator, vendor: Vendor
) -> None:
    longest = "x" * 233
    vendor.write(marked, description=f"{longest}x")
    assert "the description is too long to carry this campaign's marker" in run_line("plan").out
    assert apply(run_line).code == 0
    assert description(simulator) == f"{longest}x"
    vendor.write(marked, description=longest)
    assert apply(run_line).code == 0
    assert description(simulator) == longest


@both
def test_an_update_that_leaves_no_room_says_that_the_mark_goes(
    run_line: Line, marked: Project, simulator: Simulator, vendor: Vendor
) -> None:
    longest = "x" * 233
    vendor.write(marked, description=longest)
    assert apply(run_line).code == 0
    assert description(simulator) == f"{longest} {mark(vendor)}"
    vendor.write(marked, description=f"{longest}x")
    assert "too long to keep the campaign's marker" in run_line("plan").out
    assert apply(run_line).code == 0
    assert description(simulator) == f"{longest}x"


@both
def test_a_lost_ledger_takes_its_own_campaign_back_without_a_gate(
    run_line: Line, marked: Project, simulator: Simulator, vendor: Vendor
) -> None:
    vendor.write(marked)
    assert apply(run_line).code == 0
    lose_ledger(marked)
    vendor.write(marked, description="Sends two links.")
    shown = run_line("plan")
    assert "a live campaign has its marker and its name" in shown.out
    assert "adopt-change" not in shown.out
    assert apply(run_line).code == 0
    assert description(simulator) == f"Sends two links. {mark(vendor)}"


@both
def test_a_lost_ledger_takes_its_campaign_back_under_a_name_that_the_vendor_changed(
    run_line: Line, marked: Project, simulator: Simulator, vendor: Vendor
) -> None:
    vendor.write(marked)
    assert apply(run_line).code == 0
    simulator.edit(str(only(simulator)["id"]), {"name": "Campaign\u00a0Renewal"})
    lose_ledger(marked)
    assert planned(run_line) == [["update"]]
    assert apply(run_line).code == 0
    assert only(simulator)["name"] == "Campaign renewal"


@both
def test_of_two_campaigns_of_one_name_the_marked_one_is_ours(
    run_line: Line, marked: Project, simulator: Simulator, vendor: Vendor
) -> None:
    vendor.write(marked)
    assert apply(run_line).code == 0
    ours = only(simulator)
    other = {key: value for key, value in ours.items() if key not in ("id", "_id")}
    seed = simulator.seed_kore if vendor is KORE else simulator.seed_carecycle
    twin = seed({**other, "description": "Sends a link."})
    lose_ledger(marked)
    assert apply(run_line).code == 0
    assert run_line("status", "--json").json["campaigns"][0]["remote_id"] == ours["id"]
    assert twin != ours["id"]


@both
def test_two_campaigns_with_the_mark_and_the_name_are_a_question(
    run_line: Line, marked: Project, simulator: Simulator, vendor: Vendor
) -> None:
    vendor.write(marked)
    assert apply(run_line).code == 0
    other = {key: value for key, value in only(simulator).items() if key not in ("id", "_id")}
    seed = simulator.seed_kore if vendor is KORE else simulator.seed_carecycle
    seed(other)
    lose_ledger(marked)
    refused = run_line("plan")
    assert refused.code == 1
    assert "Several campaigns on target" in refused.err


@both
@pytest.mark.parametrize("changed", [False, True], ids=["equal", "different"])
def test_a_campaign_of_another_project_is_not_taken_over_unasked(
    run_line: Line, project: Project, simulator: Simulator, vendor: Vendor, changed: bool
) -> None:
    configure(project, THEIRS)
    vendor.write(project)
    assert apply(run_line).code == 0
    before = description(simulator)
    lose_ledger(project)
    configure(project)
    vendor.write(project, description="Sends two links." if changed else "Sends a link.")
    shown = run_line("plan")
    assert "foreign-owner" in shown.out
    assert f'{only(simulator)["id"]} ("Campaign renewal")' in shown.out
    refused = apply(run_line)
    assert refused.code == 6
    assert description(simulator) == before
    allowed = apply(run_line, "--allow", "foreign-owner", "--allow", "adopt-change")
    assert allowed.code == 0
    assert description(simulator).endswith(mark(vendor, project=THEIRS))
    # From here on the ledger knows better than the mark.
    vendor.write(project, description="Sends three links.")
    assert apply(run_line).code == 0
    assert description(simulator) == f"Sends three links. {mark(vendor, project=THEIRS)}"


@pytest.mark.parametrize("id_", ["", OURS])
def test_it_is_not_taken_over_where_this_project_marks_nothing_either(
    run_line: Line, project: Project, id_: str
) -> None:
    configure(project, THEIRS)
    KORE.write(project)
    assert apply(run_line).code == 0
    lose_ledger(project)
    configure(project, id_, marker=False)
    assert apply(run_line).code == 6
    assert planned(run_line) == [["no-op"]]
    assert apply(run_line, "--allow", "foreign-owner").code == 0


@both
@pytest.mark.parametrize("how", ["pin", "retired"])
def test_it_is_neither_pinned_nor_removed_unasked(
    run_line: Line, project: Project, simulator: Simulator, vendor: Vendor, how: str
) -> None:
    configure(project, THEIRS)
    vendor.write(project)
    assert apply(run_line).code == 0
    lose_ledger(project)
    configure(project)
    remote_id = str(only(simulator)["id"])
    vendor.write(project, {"remoteId": remote_id} if how == "pin" else {"lifecycle": "retired"})
    refused = apply(run_line, "--allow", "delete")
    assert refused.code == 6
    assert "foreign-owner" in refused.err + refused.out
    assert only(simulator)["status"] != "archived"


@both
def test_the_mark_of_another_address_proves_nothing(
    run_line: Line, marked: Project, simulator: Simulator, vendor: Vendor
) -> None:
    vendor.write(marked)
    assert apply(run_line).code == 0
    other = mark(vendor, address=f"{vendor.address}-old")
    simulator.edit(str(only(simulator)["id"]), {"description": f"Sends a link. {other}"})
    lose_ledger(marked)
    vendor.write(marked, description="Sends two links.")
    shown = run_line("plan")
    assert "adopt-change" in shown.out
    assert "foreign-owner" not in shown.out
    assert apply(run_line).code == 6
    assert apply(run_line, "--allow", "adopt-change").code == 0
    assert description(simulator) == f"Sends two links. {other}"


@both
def test_what_the_ledger_says_of_an_id_wins_over_its_mark(
    run_line: Line, marked: Project, simulator: Simulator, vendor: Vendor
) -> None:
    vendor.write(marked)
    assert apply(run_line).code == 0
    remote_id = str(only(simulator)["id"])
    forged = mark(vendor, address=vendor.address.replace("renewal", "second"))
    simulator.edit(remote_id, {"description": f"Sends a link. {forged}"})
    path = marked.folder / "campaigns" / "renewal.json"
    second = path.read_text("utf-8").replace('"name": "renewal"', '"name": "second"')
    marked.write("second.json", second.replace("Campaign renewal", "campaign  renewal"))
    shown = run_line("plan", "--json").json["resource_changes"]
    ids = {one["address"]: at(one, "reconciler.remote_id") for one in shown}
    assert ids[vendor.address] == remote_id
    assert ids.get(vendor.address.replace("renewal", "second")) is None


@both
def test_a_renamed_campaign_with_our_mark_is_pointed_out_before_a_second_one_is_made(
    run_line: Line, marked: Project, simulator: Simulator, vendor: Vendor
) -> None:
    vendor.write(marked)
    assert apply(run_line).code == 0
    remote_id = str(only(simulator)["id"])
    simulator.edit(remote_id, {"name": "Something else"})
    lose_ledger(marked)
    said = f'{remote_id} ("Something else") has the marker of this campaign'
    assert said in run_line("plan").out
    vendor.write(marked, {"remoteId": remote_id})
    assert said not in run_line("plan").out
    assert apply(run_line).code == 6
    assert apply(run_line, "--allow", "adopt-change").code == 0
    assert only(simulator)["name"] == "Campaign renewal"


def test_on_a_shared_account_the_mark_tells_environments_apart(
    run_line: Line, project: Project, simulator: Simulator
) -> None:
    configure(project, more="shared: true")
    KORE.write(project)
    assert apply(run_line).code == 0
    assert description(simulator).endswith(mark(KORE, environment="staging"))


def test_a_mark_proves_which_campaign_an_unclear_create_made(
    run_line: Line, marked: Project, simulator: Simulator
) -> None:
    KORE.write(marked)
    simulator.faults.add("kore.create:reset_after")
    simulator.faults.add("kore.list:http_500:3x9")
    assert apply(run_line).code == 7
    simulator.faults.clear()
    campaign = only(simulator)
    simulator.edit(str(campaign["id"]), {"priority": "1"})
    foreign = mark(KORE, project=THEIRS)
    seed_as_sent(simulator, description=f"Theirs. {foreign}")
    assert apply(run_line).code == 0
    changes = run_line("plan", "--json").json["resource_changes"]
    assert [at(changes[0], "reconciler.remote_id")] == [campaign["id"]]


def test_a_campaign_that_had_the_mark_before_is_not_what_an_unclear_create_made(
    run_line: Line, marked: Project, simulator: Simulator
) -> None:
    KORE.write(marked)
    before = seed_as_sent(simulator, description=f"Sends a link. {mark(KORE)}")
    simulator.edit(before, {"name": "Something else"})
    simulator.faults.add("kore.create:reset_before")
    assert apply(run_line, "--allow", "duplicate-audience").code == 7
    simulator.faults.clear()
    assert apply(run_line).code == 7
    assert [one["id"] for one in simulator.campaigns()] == [before]


def test_marking_without_a_project_id_is_an_error_with_the_line_to_add(
    run_line: Line, project: Project
) -> None:
    configure(project, "")
    KORE.write(project)
    refused = run_line("validate")
    assert refused.code == 3
    assert "environments.staging.targets.retention.marker needs the id of this project" in (
        refused.err
    )
    (line,) = re.findall(
        r"Add this line at the top of the file: (project: [0-9a-f-]{36})", refused.err
    )
    assert "targets.care" not in refused.err
    path = project.folder / "reconciler.yaml"
    path.write_text(f"{line}\n{path.read_text('utf-8')}", "utf-8")
    assert run_line("validate").code == 0


def test_a_project_id_that_is_no_uuid_is_an_error_with_a_fresh_one(
    run_line: Line, project: Project
) -> None:
    configure(project, "sms-team")
    KORE.write(project)
    refused = run_line("validate")
    assert refused.code == 3
    assert re.search(r"project: not a UUID; write [0-9a-f-]{36}", refused.err)


def test_the_spelling_of_the_project_id_does_not_matter(
    run_line: Line, project: Project, simulator: Simulator
) -> None:
    configure(project, OURS.upper())
    KORE.write(project)
    assert apply(run_line).code == 0
    assert description(simulator).endswith(mark(KORE))


@both
@pytest.mark.parametrize("copied", ["[rc-0123abcd]", "[rc-0123abcd-4567cdef]"])
def test_a_manifest_must_not_declare_a_mark(
    run_line: Line, marked: Project, vendor: Vendor, copied: str
) -> None:
    vendor.write(marked, description=f"Sends a link. {copied}")
    refused = run_line("validate")
    assert refused.code == 3
    assert f"spec.description must not end with {copied}" in refused.err


@both
def test_import_leaves_the_mark_out(run_line: Line, marked: Project, vendor: Vendor) -> None:
    vendor.write(marked)
    assert apply(run_line).code == 0
    lose_ledger(marked)
    (marked.folder / "campaigns" / "renewal.json").unlink()
    assert run_line("import", "--all").code == 0
    (written,) = (marked.folder / "campaigns").iterdir()
    text = written.read_text("utf-8")
    assert "Sends a link." in text
    assert "[rc-" not in text
    assert run_line("validate").code == 0


def test_init_gives_a_project_an_id_of_its_own_and_marks_its_campaigns(
    run_line: Line, tmp_path: Path
) -> None:
    ids = set()
    for folder in (tmp_path / "one", tmp_path / "two"):
        assert run_line("init", str(folder)).code == 0
        text = (folder / "reconciler.yaml").read_text("utf-8")
        ids |= set(re.findall(r"^project: ([0-9a-f-]{36})\b", text, re.MULTILINE))
        assert text.count("marker: description") == text.count("provider: ")
        assert run_line("-C", str(folder), "validate").code == 0
    assert len(ids) == 2


@both
def test_a_copy_with_our_marker_is_a_twin_under_any_name(
    run_line: Line, marked: Project, simulator: Simulator, vendor: Vendor
) -> None:
    vendor.write(marked)
    assert apply(run_line).code == 0
    spec = {"name": "A copy", "description": f"Sends a link. {mark(vendor)}"}
    copy = (simulator.seed_kore if vendor is KORE else simulator.seed_carecycle)(spec)
    said = f"has the marker of {vendor.address}"
    for command, code in ("plan", 0), ("status", 0), ("drift", 2):
        told = run_line(command)
        assert (told.code, said in told.err, copy in told.err) == (code, True, True), command
    accepted = ("status", vendor.address, "--accept-twin", copy, "--reason", "a test")
    assert run_line(*accepted, "--auto-approve").code == 0
    assert run_line("drift").code == 0
