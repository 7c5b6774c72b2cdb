"""Files for monitoring and code scanning, read by the programs of those who defined them."""

import json
from pathlib import Path

from tests.support.cli import Line, Project
from tests.tools.programs import Ran, refused, run


def sarif_errors(path: Path) -> list[str]:
    """What the SARIF tool finds wrong; it exits with 0 in any case."""
    ran = run("sarif-multitool", "validate", path)
    assert "Analysis completed successfully." in ran.text, ran.text
    return [line for line in ran.text.splitlines() if ": error " in line]


def promtool(metrics: str) -> Ran:
    return run("promtool", "check", "metrics", given=metrics)


def test_prometheus_reads_the_metrics_of_drift(project: Project, run_line: Line) -> None:
    project.care()
    project.sms()
    metrics = project.folder / "drift.prom"
    drifted = run_line("drift", "--metrics", str(metrics))
    assert drifted.code in {0, 2}, drifted.err
    text = metrics.read_text("utf-8")
    assert promtool(text) == (0, "")
    refused(promtool(text.replace(" gauge", " counter")), "_total")
    refused(promtool(text.replace('"staging"', '"staging')), "error while linting")


def test_code_scanning_reads_the_findings(project: Project, run_line: Line) -> None:
    project.write("two words.yaml", "kind: KoreSmsCampaign\nspec: {nmae: x}\n")
    report = project.folder / "findings.sarif"
    validated = run_line("validate", "--format", "sarif", "--output", str(report))
    assert validated.code == 3, validated.err
    assert json.loads(report.read_text("utf-8"))["runs"][0]["results"]
    assert sarif_errors(report) == []
    damaged = report.read_text("utf-8").replace('"startLine": ', '"startLine": -')
    report.write_text(damaged, "utf-8")
    assert any("startLine" in error for error in sarif_errors(report))
