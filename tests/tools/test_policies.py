"""Policies as people write them for Terraform's plans: one of our plans passes, one is refused."""

import json
from pathlib import Path

import pytest

from tests.support.cli import Line, Project
from tests.tools.programs import ROOT, refused, run

PYTHON = ROOT / ".tools/tools/bin/python"
POLICIES = Path(__file__).parent / "policies"


@pytest.fixture
def plans(project: Project, run_line: Line) -> Path:
    """A folder with two plans: one keeps to the policies, one calls in another time zone."""
    folder = project.folder / "plans"
    folder.mkdir()
    project.care()
    for name, zone in (("good", "America/New_York"), ("bad", "America/Denver")):
        hours = {
            "frequency": "WEEKLY",
            "timezone": zone,
            "days": [{"day": "MO-FR", "start": "9:00 AM", "end": "6:00 PM"}],
        }
        strategy = {"callerId": {"phoneNumber": "+12025550123"}, "callingHours": hours}
        project.sms(dialingStrategy=strategy)
        planned = run_line("plan", "--json")
        assert planned.code == 0, planned.err
        (folder / f"{name}.json").write_text(planned.out, "utf-8")
    return folder


def test_terraform_compliance_reads_a_plan(plans: Path) -> None:
    def verdict(name: str) -> tuple[str, ...]:
        return ("--no-ansi", "--planfile", str(plans / name), "--features", str(POLICIES))

    passed = run("terraform-compliance", *verdict("good.json"))
    assert passed.code == 0, passed.text
    assert "5 steps (5 passed)" in passed.text
    refused(run("terraform-compliance", *verdict("bad.json")), "It is set to America/Denver")


def test_checkov_reads_plans(plans: Path) -> None:
    ran = run(
        *("checkov", "--framework", "terraform_plan", "--check", "CKV2_CAMPAIGNS_1"),
        *("--directory", plans, "--external-checks-dir", POLICIES),
        *("--output", "json", "--quiet", "--skip-download"),
    )
    assert ran.code == 1, ran.text
    report = json.loads(ran.text)
    assert (report["summary"]["passed"], report["summary"]["failed"]) == (1, 1)
    (failed,) = report["results"]["failed_checks"]
    assert failed["file_path"] == "/bad.json"
    assert failed["resource"] == "kore_sms_campaign.renewal"


def test_rego_policies_read_a_plan_and_its_outreach(plans: Path) -> None:
    def denied(document: Path) -> str:
        rule = POLICIES / "outreach.rego"
        return run(str(PYTHON), Path(__file__).parent / "rego.py", rule, document).text

    assert denied(plans / "good.json") == '{"expressions":[[]]}\n'
    assert "kore_sms_campaign.renewal: America/Denver" in denied(plans / "bad.json")
    document = json.loads((plans / "good.json").read_text("utf-8"))
    document["reconciler"]["outreach"]["records"] = 1001
    many = plans / "many.json"
    many.write_text(json.dumps(document), "utf-8")
    assert "1001 contacts are too many" in denied(many)
