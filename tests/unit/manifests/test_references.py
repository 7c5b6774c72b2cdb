import pytest

from reconciler.manifests.scope import EnvironmentScope, TargetScope
from tests.support.manifest_texts import CARE, RETENTION, SMS, decoded, diagnostic_lines, scopes

OTHER = TargetScope("other", "kore", "v2")


def with_metadata(line: str) -> str:
    return SMS.replace("  name: renewal\n", f"  name: renewal\n  {line}\n")


@pytest.mark.parametrize(
    ("line", "known", "expected", "detail"),
    [
        (
            "",
            scopes(prod=[CARE]),
            "no-target a.yaml:3:1 environment prod has no kore target",
            "List the environments of the campaign in metadata.environments.",
        ),
        (
            "",
            scopes(prod=[RETENTION, OTHER]),
            "no-target a.yaml:3:1 environment prod has several kore targets",
            "Name one in metadata.target: other, retention.",
        ),
        (
            "target: retentoin",
            scopes(prod=[RETENTION, OTHER]),
            "unknown-target a.yaml:5:11 unknown target retentoin in environment prod",
            "Did you mean retention?",
        ),
        (
            "target: x",
            scopes(prod=[RETENTION, CARE]),
            "unknown-target a.yaml:5:11 unknown target x in environment prod",
            "Known names: retention.",
        ),
        (
            "target: care",
            scopes(prod=[RETENTION, CARE]),
            "wrong-provider a.yaml:5:11 target care of environment prod is a carecycle account",
            "KoreSmsCampaign needs a kore target: retention.",
        ),
        (
            "environments: [prd]",
            scopes(prod=[RETENTION]),
            "unknown-environment a.yaml:5:18 unknown environment prd",
            "Did you mean prod?",
        ),
        (
            "ignore: [{path: experienceFlow, reason: x}]",
            scopes(prod=[RETENTION]),
            "unknown-path a.yaml:5:19 experienceFlow is not a field of KoreSmsCampaign",
            "Did you mean experienceFlowName?",
        ),
        (
            "ignore: [{path: description, reason: x, until: 2026-11-19}]",
            scopes(prod=[RETENTION]),
            "expired a.yaml:5:50 ignore of description ended on 2026-11-19",
            "Remove the entry, or set a new end date.",
        ),
    ],
)
def test_a_reference_that_leads_nowhere_is_an_error(
    line: str, known: dict[str, EnvironmentScope], expected: str, detail: str
) -> None:
    (found,) = decoded(with_metadata(line) if line else SMS, known).diagnostics
    assert (diagnostic_lines([found]), found.detail) == ([expected], detail)


def test_one_of_several_targets_can_be_named() -> None:
    found = decoded(with_metadata("target: other"), scopes(prod=[RETENTION, OTHER]))
    assert found.desired["prod"].target == "other"


@pytest.mark.parametrize("path", ["dialingStrategy", "dialingStrategy.callingHours.days", "format"])
def test_a_field_or_a_group_of_fields_can_be_ignored(path: str) -> None:
    text = with_metadata(f"ignore: [{{path: {path}, reason: x, until: 2026-11-20}}]")
    assert decoded(text).diagnostics == ()


def test_overrides_of_an_unknown_environment_are_reported_at_its_name() -> None:
    (found,) = decoded(f"{SMS}overrides:\n  stagign: {{priority: 1}}\n").diagnostics
    assert diagnostic_lines([found]) == [
        "unknown-environment a.yaml:17:3 unknown environment stagign in overrides"
    ]
    assert found.detail == "Did you mean staging?"
