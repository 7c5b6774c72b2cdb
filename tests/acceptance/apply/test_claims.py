"""One campaign and one name belong to one address; what a refusal advises works."""

import json

import pytest

from reconciler.simulator.core import Simulator
from tests.support.cli import Line, Project

PROD = ("-e", "prod")
STAGING = ("-e", "staging")


@pytest.fixture
def two_environments(project: Project) -> Project:
    """`staging` and `prod` use one account."""
    path = project.folder / "reconciler.yaml"
    text = path.read_text("utf-8").replace("rateLimit", "shared: true\n        rateLimit")
    staging = text.partition("  staging:\n")[2]
    path.write_text(f"{text}  prod:\n{staging}", "utf-8")
    project.open_new("prod")
    return project


def names(simulator: Simulator) -> list[str]:
    return sorted(str(one["name"]) for one in simulator.campaigns())


def apply(run_line: Line, *options: str) -> None:
    applied = run_line("apply", "--auto-approve", *options)
    assert applied.code == 0, applied.err


@pytest.mark.parametrize("vendor", ["kore", "carecycle"])
def test_a_campaign_of_another_environment_is_neither_adopted_nor_created_again(
    run_line: Line, two_environments: Project, simulator: Simulator, vendor: str
) -> None:
    write = two_environments.sms if vendor == "kore" else two_environments.care
    path = write("one", name="One")
    apply(run_line, *PROD)
    simulator.clear_requests()
    address = f"{'kore_sms' if vendor == 'kore' else 'carecycle'}_campaign.one"
    for spelled in ("One", "ONE", "One\u00a0sale"):
        if spelled.startswith("One\u00a0"):
            simulator.edit(str(simulator.campaigns()[0]["id"]), {"name": "One sale"})
        write("one", name=spelled)
        planned = run_line("plan", *STAGING)
        assert planned.code == 1, spelled
        assert f"is managed by {address} of environment prod" in planned.err
        assert f"{address} of environment staging neither takes it over" in planned.err
        assert run_line("apply", "--auto-approve", *STAGING).code == 1
    assert simulator.requests(mutating=True) == []
    manifest = json.loads(path.read_text("utf-8"))
    manifest["overrides"] = {"staging": {"name": "One, staging"}}
    path.write_text(json.dumps(manifest), "utf-8")
    apply(run_line, *STAGING, "--allow", "duplicate-audience")
    assert len(names(simulator)) == 2


def test_the_ledgers_of_other_environments_are_not_read_where_no_account_is_shared(
    run_line: Line, two_environments: Project, simulator: Simulator
) -> None:
    path = two_environments.folder / "reconciler.yaml"
    staging, _, prod = path.read_text("utf-8").partition("  prod:\n")
    other = prod.replace("67777ce93e25326494e90000", "67777ce93e25326494e91111")
    path.write_text(
        f"{staging}  prod:\n{other.partition('      care:')[0]}".replace(
            "shared: true\n        ", ""
        ),
        "utf-8",
    )
    two_environments.sms("one", name="One")
    apply(run_line, *STAGING)
    assert "managed by" not in run_line("plan", *PROD).err
    assert names(simulator) == ["One"]


@pytest.fixture
def alpha(run_line: Line, project: Project) -> None:
    project.sms("a", name="Alpha")
    apply(run_line)


@pytest.mark.usefixtures("alpha")
def test_a_name_is_reused_after_the_campaign_that_had_it_is_renamed(
    run_line: Line, project: Project, simulator: Simulator
) -> None:
    project.sms("a", name="Alpha old")
    project.sms("b", name="Alpha", contactLists=["Open Bills"])
    refused = run_line("apply", "--auto-approve")
    assert refused.code == 1
    assert "reconciler apply --exclude kore_sms_campaign.b" in refused.err
    assert names(simulator) == ["Alpha"]
    apply(run_line, "--exclude", "kore_sms_campaign.b")
    assert names(simulator) == ["Alpha old"]


@pytest.mark.usefixtures("alpha")
def test_names_are_swapped_through_a_third_name(
    run_line: Line, project: Project, simulator: Simulator
) -> None:
    project.sms("b", name="Beta", contactLists=["Open Bills"])
    apply(run_line)
    project.sms("a", name="Beta")
    project.sms("b", name="Alpha", contactLists=["Open Bills"])
    refused = run_line("apply", "--auto-approve")
    assert (refused.code, refused.err.count("swap their names")) == (1, 1)
    project.sms("a", name="Gamma")
    apply(run_line, "--exclude", "kore_sms_campaign.b")
    apply(run_line)
    project.sms("a", name="Beta")
    apply(run_line)
    by_id = {str(one["name"]): one["contactLists"] for one in simulator.campaigns()}
    assert by_id == {"Alpha": ["Open Bills"], "Beta": ["Spring Renewals 2026"]}
    assert run_line("plan", "--detailed-exitcode").code == 0


@pytest.mark.usefixtures("alpha")
def test_a_campaign_gets_another_address_and_another_name_by_its_former_name(
    run_line: Line, project: Project, simulator: Simulator
) -> None:
    (project.folder / "campaigns/a.json").unlink()
    path = project.sms("b", name="Beta")
    refused = run_line("apply", "--auto-approve")
    assert refused.code == 1
    assert 'write metadata.formerNames: ["Alpha"]' in refused.err
    manifest = json.loads(path.read_text("utf-8"))
    manifest["metadata"]["formerNames"] = ["Alpha"]
    path.write_text(json.dumps(manifest), "utf-8")
    apply(run_line)
    assert names(simulator) == ["Beta"]
    assert run_line("plan", "--detailed-exitcode").code == 0
    assert "kore_sms_campaign.a" not in run_line("status").out


def test_a_name_is_not_removed_and_created_in_one_plan(
    run_line: Line, project: Project, simulator: Simulator
) -> None:
    path = project.sms("a", name="Alpha 1")
    apply(run_line)
    manifest = json.loads(path.read_text("utf-8"))
    manifest["metadata"]["lifecycle"] = "retired"
    path.write_text(json.dumps(manifest), "utf-8")
    project.sms("b", name="Alpha\u00a01", priority=4)
    refused = run_line("apply", "--auto-approve", "--allow", "delete", "--allow", "near-twin")
    assert refused.code == 1
    assert "use the address kore_sms_campaign.a for it" in refused.err
    assert names(simulator) == ["Alpha 1"]
    apply(run_line, "--allow", "delete", "--exclude", "kore_sms_campaign.b")
    assert names(simulator) == []
