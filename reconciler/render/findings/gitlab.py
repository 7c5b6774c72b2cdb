"""Findings and counts into the reports that GitLab shows in a merge request.

https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format and
https://docs.gitlab.com/ci/yaml/artifacts_reports/#artifactsreportsterraform
"""

import json
from collections.abc import Sequence

from reconciler.diagnostics import Diagnostic, Severity
from reconciler.plan.model import Plan
from reconciler.render.findings.common import Locate, code_of, fingerprint, message, place_of
from reconciler.render.summary import plan_counts
from reconciler.resources.tree import Tree

_SEVERITIES = {Severity.ERROR: "major", Severity.WARNING: "minor"}


def code_quality(diagnostics: Sequence[Diagnostic], locate: Locate, at: str) -> str:
    """A Code Quality report; what has no place of its own is shown in the file `at`."""
    entries = [_entry(one, locate, at) for one in diagnostics]
    return json.dumps(entries, indent=2) + "\n"


def _entry(found: Diagnostic, locate: Locate, at: str) -> Tree:
    place = place_of(found, locate)
    path, line = (place[0], place[1].start.line) if place else (at, 1)
    return {
        "description": message(found),
        "check_name": code_of(found),
        "fingerprint": fingerprint(found, locate),
        "severity": _SEVERITIES[found.severity],
        "location": {"path": path, "lines": {"begin": line}},
    }


def terraform_report(plan: Plan) -> str:
    """The counts of a plan, for the merge request's Terraform widget."""
    counts = plan_counts(plan)
    report = {"create": counts.add, "update": counts.change, "delete": counts.destroy}
    return json.dumps(report) + "\n"
