"""`import`: live campaigns to manifests, and a plan after it that changes nothing."""

from pathlib import Path

import pytest
from pydantic import JsonValue

from reconciler.resources.tree import Tree
from reconciler.simulator import seed
from reconciler.simulator.core import Simulator
from tests.support.cli import Line, Project
from tests.support.unknown_create import apply_without_answer, seed_as_sent

FLOW = "Renewal Assistant Flow"
FLOW_ID = seed.KORE_FLOWS[FLOW]
CALLS: Tree = {
    "dncLists": {"name": "Do Not Contact"},
    "enableMachineDetect": "detect",
    "dialingStrategy": {
        "dialingOrder": "FIFO",
        "maxAttemptsPerRecord": 3,
        "defaultRetryPeriod": 60,
        "maxRingTime": 30,
    },
}
ALL: dict[str, Tree] = {
    "simple": {"message": {"message": "Hi, your plan\nrenews."}},
    "template": {"message": {"message": "Hi", "template_name": "Renewal Notice"}},
    "advanced": {"experienceFlowName": FLOW, "contactLists": ["Open Bills", "Plan Holders"]},
    "agentless": {**CALLS, "dialingMode": "Agentless", "experienceFlowName": FLOW},
    "progressive": {**CALLS, "dialingMode": "Progressive", "queue_name": "Billing Queue"},
    "preview": {**CALLS, "dialingMode": "Preview", "queue_name": "Billing Queue", "maxSkips": 1},
}


def put(simulator: Simulator, name: str, **body: JsonValue) -> str:
    return simulator.seed_kore({"name": name, **body})


def files(project: Project, folder: str = "campaigns") -> dict[str, str]:
    found = sorted((project.folder / folder).glob("*"))
    return {path.name: path.read_text("utf-8") for path in found}


def planned(run_line: Line) -> list[tuple[str, list[str]]]:
    document = run_line("plan", "--json").json
    return [(one["address"], one["change"]["actions"]) for one in document["resource_changes"]]


def changes_nothing(run_line: Line, count: int) -> None:
    plan = run_line("plan")
    assert plan.code == 0, plan.err
    assert f"Plan: {count} to import, 0 to add, 0 to change, 0 to destroy." in plan.out


@pytest.mark.parametrize("api", ["v1", "v2"])
def test_the_plan_after_an_import_is_empty_for_every_kind(
    run_line: Line, project: Project, simulator: Simulator, api: str
) -> None:
    project.configure(api=api)
    for name, body in ALL.items():
        put(simulator, name, **body)
    simulator.seed_carecycle({"name": "Check-up", "redial": True})
    result = run_line("import", "--all")
    assert result.code == 0, result.err
    assert "7 campaigns written." in result.out
    assert {actions for _, [actions] in planned(run_line)} == {"no-op"}
    changes_nothing(run_line, 7)
    assert run_line("apply", "--auto-approve").code == 0
    assert run_line("plan", "--detailed-exitcode").code == 0
    assert run_line("drift").code == 0
    assert simulator.requests(mutating=True) == []


def test_a_file_is_what_a_person_would_have_written(
    run_line: Line, project: Project, simulator: Simulator
) -> None:
    put(simulator, "Spring: Renewal", message={"message": "Hi"}, dncLists={"name": "testdnc"})
    run_line("import", "--all")
    assert files(project) == {
        "spring-renewal.yaml": (
            "apiVersion: reconciler/v1\n"
            "kind: KoreSmsCampaign\n"
            "metadata:\n"
            "  name: spring-renewal\n"
            "spec:\n"
            '  name: "Spring: Renewal"\n'
            '  description: ""\n'
            "  contactLists: [Spring Renewals 2026]\n"
            "  dncLists: {name: testdnc}\n"
            "  priority: 5\n"
            "  dialingStrategy:\n"
            '    callerId: {phoneNumber: "+12025550123"}\n'
            "    callingHours:\n"
            "      frequency: WEEKLY\n"
            "      timezone: America/New_York\n"
            '      days: [{day: MO, start: "9:00 AM", end: "6:00 PM"}]\n'
            "  message: {message: Hi}\n"
        )
    }


def test_names_patterns_and_ids_choose(
    run_line: Line, project: Project, simulator: Simulator
) -> None:
    put(simulator, "Spring A", **ALL["simple"])
    put(simulator, "Spring B", **ALL["simple"])
    put(simulator, "Sale [10%]", **ALL["simple"])
    other = put(simulator, "Other", **ALL["simple"])
    put(simulator, "Left", **ALL["simple"])
    assert run_line("import", "spring*", "Sale [10%]", other).code == 0
    assert sorted(files(project)) == [
        "other.yaml",
        "sale-10.yaml",
        "spring-a.yaml",
        "spring-b.yaml",
    ]


@pytest.mark.usefixtures("project")
def test_only_what_is_imported_is_read_in_full(run_line: Line, simulator: Simulator) -> None:
    put(simulator, "One", **ALL["simple"])
    put(simulator, "Two", **ALL["simple"])
    simulator.clear_requests()
    run_line("import", "One", "--target", "retention")
    assert [one.operation for one in simulator.requests()] == [
        "kore.list",
        "kore.list",
        "kore.get",
    ]


def test_an_unknown_name_is_an_error_and_nothing_is_written(
    run_line: Line, project: Project, simulator: Simulator
) -> None:
    put(simulator, "One", **ALL["simple"])
    result = run_line("import", "One", "Two*")
    assert result.code == 1
    assert 'no live campaign matches "Two*"' in result.err
    assert files(project) == {}


@pytest.mark.parametrize("arguments", [(), ("--all", "One")])
@pytest.mark.usefixtures("project")
def test_import_needs_names_or_all(run_line: Line, arguments: tuple[str, ...]) -> None:
    assert run_line("import", *arguments).code == 3


def test_what_git_has_is_passed_over_and_no_file_is_touched(
    run_line: Line, project: Project, simulator: Simulator
) -> None:
    put(simulator, "One", **ALL["simple"])
    run_line("import", "--all")
    before = files(project)
    put(simulator, "Two", **ALL["simple"])
    result = run_line("import", "--all")
    assert result.code == 0
    assert "1 live campaign is already managed.\n" in result.out
    assert "Skipped" not in result.out
    assert (
        "kore_sms_campaign.one manages it already, so there is nothing to do."
        in run_line("import", "--all", "-v").out
    )
    assert files(project)["one.yaml"] == before["one.yaml"]
    assert sorted(files(project)) == ["one.yaml", "two.yaml"]


def test_what_only_the_ledger_has_is_passed_over(run_line: Line, project: Project) -> None:
    manifest = project.sms()
    run_line("apply", "--auto-approve")
    manifest.unlink()
    result = run_line("import", "--all")
    assert "the ledger has it as kore_sms_campaign.renewal" in result.out
    assert files(project) == {}


def test_a_campaign_that_was_archived_has_a_manifest_all_the_same(
    run_line: Line, project: Project, simulator: Simulator
) -> None:
    project.write(
        "care.yaml",
        "apiVersion: reconciler/v1\nkind: CareCycleCampaign\nmetadata: {name: check-up}\n"
        "spec: {name: Check-up}\n",
    )
    run_line("apply", "--auto-approve")
    simulator.edit(str(simulator.campaigns()[0]["id"]), {"status": "archived"})
    out = run_line("import", "--all").out
    assert "the ledger has it as carecycle_campaign.check-up, which has a manifest, but" in out
    assert "which has no manifest" not in out


def test_the_last_words_name_manifests_that_plan_shows_besides(
    run_line: Line, project: Project, simulator: Simulator
) -> None:
    put(simulator, "One", **ALL["simple"])
    written = project.folder / "campaigns" / "one.yaml"
    alone = run_line("import", "One").out
    assert alone.endswith("nothing is sent for them:\n    reconciler plan\n    reconciler apply\n")
    written.unlink()
    project.sms()
    select = "--select kore_sms_campaign.one"
    beside = run_line("import", "One", "-e", "staging").out
    assert (
        f"    reconciler plan {select} -e staging\n    reconciler apply {select} -e staging"
        in beside
    )
    written.unlink()
    assert run_line("apply", "--auto-approve", "--select", "kore_sms_campaign.renewal").code == 0
    for number in range(5):
        put(simulator, f"Many {number}", **ALL["simple"])
    many = run_line("import", "Many*", "One").out
    assert "    reconciler apply\n  Both also cover 1 other manifest: read the plan" in many


def test_what_import_prints_to_apply_sends_nothing_for_other_manifests(
    run_line: Line, project: Project, simulator: Simulator
) -> None:
    put(simulator, "One", **ALL["simple"])
    project.sms()
    simulator.clear_requests()
    printed = run_line("import", "One").out.splitlines()
    (line,) = (one.split() for one in printed if one.startswith("    reconciler apply"))
    assert run_line(*line[1:], "--auto-approve").code == 0
    assert simulator.requests(mutating=True) == []


def test_two_campaigns_that_one_manifest_may_mean_are_not_imported(
    run_line: Line, project: Project, simulator: Simulator
) -> None:
    project.sms()
    put(simulator, "Campaign renewal", **ALL["simple"])
    put(simulator, "Campaign renewal", **ALL["simple"])
    result = run_line("import", "--all")
    assert (
        result.out.count("kore_sms_campaign.renewal may mean it or another campaign with its name")
        == 2
    )


def test_a_file_in_the_way_is_never_overwritten(
    run_line: Line, project: Project, simulator: Simulator
) -> None:
    put(simulator, "One", **ALL["simple"])
    put(simulator, "Another", **ALL["simple"])
    mine = project.folder / "elsewhere" / "one.yaml"
    mine.parent.mkdir()
    mine.write_text("# mine\n", "utf-8")
    result = run_line("import", "--all", "--out", "elsewhere")
    assert result.code == 3
    assert "one.yaml already exists" in result.err
    assert files(project, "elsewhere") == {"one.yaml": "# mine\n"}


def test_a_link_in_the_way_is_not_followed(
    run_line: Line, project: Project, simulator: Simulator
) -> None:
    put(simulator, "One", **ALL["simple"])
    (project.folder / "campaigns").mkdir()
    (project.folder / "campaigns" / "one.yaml").symlink_to(project.folder / "gone.yaml")
    assert run_line("import", "--all").code == 3
    assert not (project.folder / "gone.yaml").exists()


def test_a_folder_that_the_project_does_not_read_is_reported(
    run_line: Line, project: Project, simulator: Simulator
) -> None:
    put(simulator, "One", **ALL["simple"])
    result = run_line("import", "--all", "--out", "elsewhere")
    assert "Wrote elsewhere/one.yaml: kore_sms_campaign.one" in result.out
    assert "Add the folder to `manifests`" in result.out
    assert list(files(project, "elsewhere")) == ["one.yaml"]


def test_names_that_are_one_to_the_vendor_are_pinned(
    run_line: Line, project: Project, simulator: Simulator
) -> None:
    first = put(simulator, "Twin", **ALL["simple"])
    second = put(simulator, "twin", **ALL["simple"])
    put(simulator, "Alone", **ALL["simple"])
    run_line("import", "--all")
    written = files(project)
    assert f"remoteId: {first}" in written["twin.yaml"]
    assert f"remoteId: {second}" in written["twin-2.yaml"]
    assert "remoteId" not in written["alone.yaml"]
    changes_nothing(run_line, 3)


@pytest.mark.parametrize(
    ("name", "file"),
    [
        ("\u202egnirpS\u202c", "gnirps.yaml"),
        ("a\n../../b", "a-b.yaml"),
        ("\x1b[31m🎉", "31m.yaml"),
        ("अभियान", "campaign.yaml"),
        ("reconciler", "reconciler-2.yaml"),
        ("x" * 48, f"{'x' * 48}.yaml"),
    ],
)
def test_a_hostile_name_makes_a_tame_file(
    run_line: Line, project: Project, simulator: Simulator, name: str, file: str
) -> None:
    put(simulator, name, **ALL["simple"])
    result = run_line("import", "--all")
    assert result.code == 0
    assert list(files(project)) == [file]
    assert "\u202e" not in result.out + files(project)[file]
    assert "\x1b" not in result.out + files(project)[file]
    changes_nothing(run_line, 1)


def test_an_address_that_is_taken_is_numbered(
    run_line: Line, project: Project, simulator: Simulator
) -> None:
    project.sms("spring")
    put(simulator, "Spring", **ALL["simple"])
    run_line("import", "--all")
    assert "name: spring-2\n" in files(project)["spring-2.yaml"]


def test_archived_campaigns_are_imported_by_name_only_and_pinned(
    run_line: Line, project: Project, simulator: Simulator
) -> None:
    archived = simulator.seed_carecycle({"name": "Old", "status": "archived"})
    assert "it is archived" in run_line("import", "--all").out
    assert "it is archived" in run_line("import", "O*").out
    assert run_line("import", "Old").code == 0
    assert f"remoteId: {archived}" in files(project)["old.yaml"]
    changes_nothing(run_line, 1)


def test_the_target_and_the_environment_are_named_if_there_are_several(
    run_line: Line, project: Project, simulator: Simulator
) -> None:
    path = project.folder / "reconciler.yaml"
    text = path.read_text("utf-8")
    one = text.partition("      care:")[0].partition("      retention:\n")[2]
    sales = one.replace("st-1111", "st-9999")
    text += f"      sales:\n{sales}  production:\n    targets:\n      retention:\n{sales}"
    path.write_text(text.replace("sendsOnWrite: possibly", "shared: true"), "utf-8")
    put(simulator, "One", **ALL["simple"])
    result = run_line("import", "--all", "-e", "staging", "--target", "retention")
    assert result.code == 0, result.err
    assert "  target: retention\n  environments: [staging]\n" in files(project)["one.yaml"]


def test_a_flow_is_declared_by_its_id_and_watched(
    run_line: Line, project: Project, simulator: Simulator
) -> None:
    remote_id = put(simulator, "One", **ALL["advanced"])
    run_line("import", "--all")
    assert f"  experienceFlowName: {FLOW_ID}\n" in files(project)["one.yaml"]
    run_line("apply", "--auto-approve")
    simulator.edit(remote_id, {"experienceFlowName": "SMS Support Flow"})
    drift = run_line("drift")
    assert drift.code == 2
    assert f'experienceFlowName = "{FLOW_ID}" -> "flow cf-67447605' in drift.out


def test_an_id_is_never_sent_as_a_name(
    run_line: Line, project: Project, simulator: Simulator
) -> None:
    put(simulator, "One", **ALL["advanced"])
    run_line("import", "--all")
    run_line("apply", "--auto-approve")
    change(project.folder / "campaigns" / "one.yaml", "priority: 5", "priority: 1")
    plan = run_line("plan")
    assert "experienceFlowName is declared by the vendor's id" in plan.out
    assert run_line("apply", "--auto-approve").code == 0
    assert simulator.requests(mutating=True) == []
    change(project.folder / "campaigns" / "one.yaml", FLOW_ID, FLOW)
    assert run_line("apply", "--auto-approve").code == 0
    assert simulator.campaigns()[0]["priority"] == "1"
    assert simulator.campaigns()[0]["experienceFlow"] == FLOW_ID
    assert run_line("plan", "--detailed-exitcode").code == 0


def test_a_name_in_place_of_the_id_is_no_change_of_its_own(
    run_line: Line, project: Project, simulator: Simulator
) -> None:
    put(simulator, "One", **ALL["advanced"])
    run_line("import", "--all")
    run_line("apply", "--auto-approve")
    change(project.folder / "campaigns" / "one.yaml", FLOW_ID, FLOW)
    plan = run_line("plan", "--detailed-exitcode")
    assert plan.code == 0, plan.out


def test_a_copy_with_the_id_is_never_created(
    run_line: Line, project: Project, simulator: Simulator
) -> None:
    put(simulator, "One", **ALL["advanced"])
    run_line("import", "--all")
    change(project.folder / "campaigns" / "one.yaml", "name: One", "name: Two")
    result = run_line("apply", "--auto-approve")
    assert "declare the name" in run_line("plan").out, result.out
    assert simulator.requests(mutating=True) == []


def test_a_flows_name_that_the_ledger_has_learnt_is_written(
    run_line: Line, project: Project, simulator: Simulator
) -> None:
    project.sms()
    run_line("apply", "--auto-approve")
    put(simulator, "One", **ALL["advanced"])
    run_line("import", "--all")
    assert f"  experienceFlowName: {FLOW}\n" in files(project)["one.yaml"]
    changes_nothing(run_line, 1)


@pytest.mark.parametrize(
    ("kind", "path", "declared"),
    [
        ("agentless", "enableMachineDetect", "  enableMachineDetect: detect\n"),
        (
            "template",
            "message.message",
            "  message: {template_name: Renewal Notice, message: Hi}\n",
        ),
    ],
)
def test_what_nobody_can_read_is_ignored_until_somebody_declares_it(
    run_line: Line, unread: "Unread", kind: str, path: str, declared: str
) -> None:
    remote_id = unread.imported(kind)
    unread.change("priority: 5", "priority: 1")
    assert f"{path} must be sent, but the vendor does not return it" in run_line("plan").out
    run_line("apply", "--auto-approve")
    assert unread.simulator.requests(mutating=True) == []
    unread.declare(declared)
    assert run_line("apply", "--auto-approve").code == 0
    assert unread.simulator.edit(remote_id, {})["priority"] == "1"
    assert run_line("plan", "--detailed-exitcode").code == 0


class Unread:
    """An imported campaign of which a required field could not be read."""

    def __init__(self, run_line: Line, project: Project, simulator: Simulator) -> None:
        self.simulator = simulator
        self._run_line = run_line
        self._file = project.folder / "campaigns" / "one.yaml"

    def imported(self, kind: str) -> str:
        self.simulator.change_switches({"kore": {"preparing_seconds": 0}})
        remote_id = put(self.simulator, "One", **ALL[kind])
        self._run_line("import", "--all")
        self._run_line("apply", "--auto-approve")
        self.change(FLOW_ID, FLOW)
        return remote_id

    def change(self, old: str, new: str) -> None:
        change(self._file, old, new)

    def declare(self, lines: str) -> None:
        """Remove the exemption, and add the field."""
        metadata, _, spec = self._file.read_text("utf-8").partition("spec:\n")
        spec = spec.replace("  message: {template_name: Renewal Notice}\n", "")
        metadata = metadata.partition("  ignore:")[0]
        self._file.write_text(f"{metadata}spec:\n{spec}{lines}", "utf-8")


@pytest.fixture
def unread(run_line: Line, project: Project, simulator: Simulator) -> Unread:
    return Unread(run_line, project, simulator)


def test_without_the_exemption_the_field_is_required(
    run_line: Line, project: Project, simulator: Simulator
) -> None:
    put(simulator, "One", **ALL["agentless"])
    run_line("import", "--all")
    change(
        project.folder / "campaigns" / "one.yaml", "path: enableMachineDetect", "path: description"
    )
    result = run_line("validate")
    assert result.code == 3
    assert "spec.enableMachineDetect is required" in result.err


def test_a_voice_campaign_without_a_do_not_call_list_can_be_imported(
    run_line: Line, project: Project, simulator: Simulator
) -> None:
    body = {key: value for key, value in ALL["progressive"].items() if key != "dncLists"}
    put(simulator, "One", **body)
    assert run_line("import", "--all").code == 0
    assert "    - path: dncLists.name\n" in files(project)["one.yaml"]
    changes_nothing(run_line, 1)


def test_fields_that_no_manifest_may_have_are_left_out_and_reported(
    run_line: Line, project: Project, simulator: Simulator
) -> None:
    put(simulator, "One", **ALL["simple"], description="x" * 300)
    result = run_line("import", "--all")
    assert result.code == 0
    assert "no manifest can express description of" in result.err
    assert "description" not in files(project)["one.yaml"]
    changes_nothing(run_line, 1)


def test_a_campaign_that_no_manifest_can_say_is_refused_and_the_others_are_written(
    run_line: Line, project: Project, simulator: Simulator
) -> None:
    put(simulator, "x" * 60, **ALL["simple"])
    put(simulator, "One", **ALL["simple"])
    result = run_line("import", "--all")
    assert result.code == 1
    assert "spec.name is 60 characters long; at most 48 are allowed" in result.err
    assert list(files(project)) == ["one.yaml"]


def test_a_target_that_cannot_be_read_does_not_affect_the_others(
    run_line: Line, project: Project, simulator: Simulator
) -> None:
    put(simulator, "One", **ALL["simple"])
    simulator.faults.add("carecycle.list:html:*")
    result = run_line("import", "--all")
    assert result.code == 1
    assert list(files(project)) == ["one.yaml"]


def test_manifests_that_are_wrong_stop_it(
    run_line: Line, project: Project, simulator: Simulator
) -> None:
    put(simulator, "One", **ALL["simple"])
    project.write("wrong.yaml", "kind: 1\n")
    assert run_line("import", "--all").code == 3
    assert list(files(project)) == ["wrong.yaml"]


@pytest.mark.parametrize("name", ["Campaign renewal", "Campaign  renewal", "Renamed by hand"])
def test_a_campaign_that_an_open_create_may_have_made_is_not_taken(
    run_line: Line, project: Project, simulator: Simulator, name: str
) -> None:
    apply_without_answer(run_line, project, simulator)
    made = seed_as_sent(simulator, name=name)
    (project.folder / "campaigns" / "renewal.json").unlink()
    result = run_line("import", "--all")
    assert (
        "the create of kore_sms_campaign.renewal may have made it, and its outcome is not known. "
        "If it did, run the first of these. If it did not, run the second:\n"
        f"    reconciler resolve kore_sms_campaign.renewal --adopt {made}\n"
        "    reconciler resolve kore_sms_campaign.renewal --not-created --reason TEXT\n"
    ) in result.out
    assert files(project) == {}


def test_a_campaign_that_a_denied_create_may_have_made_is_not_taken(
    run_line: Line, project: Project, simulator: Simulator
) -> None:
    project.configure("sendsOnWrite: possibly")
    project.sms()
    simulator.faults.add("kore.create:status=409")
    run_line("apply", "--auto-approve")
    made = seed_as_sent(simulator, name="Campaign\u00a0Renewal")
    (project.folder / "campaigns" / "renewal.json").unlink()
    said = " ".join(run_line("import", "--all").out.split())
    assert "the create of kore_sms_campaign.renewal was denied and may have made it" in said
    assert f"set metadata.remoteId of that manifest to {made}" in said
    assert files(project) == {}


def change(path: Path, old: str, new: str) -> None:
    path.write_text(path.read_text("utf-8").replace(old, new), "utf-8")


def test_a_selection_is_made_of_the_addresses_that_campaigns_will_have(
    run_line: Line, project: Project, simulator: Simulator
) -> None:
    for name in ("Spring", "Summer", "Autumn"):
        put(simulator, name, message={"message": "Hi"})
    simulator.clear_requests()
    result = run_line("import", "--select", "kore_sms_campaign.spring")
    assert result.code == 0, result.err
    assert set(files(project)) == {"spring.yaml"}
    assert len(simulator.requests(operation="kore.get")) == 1
    run_line("import", "--all", "--exclude", "kore_sms_campaign.summer")
    assert set(files(project)) == {"spring.yaml", "autumn.yaml"}


def test_numbers_in_addresses_do_not_depend_on_what_is_selected(
    run_line: Line, project: Project, simulator: Simulator
) -> None:
    first, second = (put(simulator, "Spring", message={"message": text}) for text in "ab")
    result = run_line("import", "--select", "kore_sms_campaign.spring-2")
    assert result.code == 0, result.err
    assert max(first, second) in files(project)["spring-2.yaml"]


@pytest.mark.parametrize(
    ("term", "refusal"),
    [
        ("team=retention", (3, "has no labels")),
        ("kore_sms_campaign.winter", (1, "The addresses are: kore_sms_campaign.spring.")),
        ("winter", (1, "The addresses are: kore_sms_campaign.spring.")),
    ],
)
def test_a_term_that_selects_nothing_writes_nothing(
    run_line: Line, project: Project, simulator: Simulator, term: str, refusal: tuple[int, str]
) -> None:
    code, told = refusal
    put(simulator, "Spring", message={"message": "Hi"})
    result = run_line("import", "--all", "--exclude", term)
    assert result.code == code
    assert told in " ".join(result.err.split())
    assert files(project) == {}
