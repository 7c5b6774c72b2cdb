from datetime import date

from pydantic import JsonValue

from reconciler.manifests.scope import EnvironmentScope, TargetScope
from reconciler.resources.base import Live, RunState
from reconciler.resources.tree import Tree
from reconciler.workflow.transcribing import ExportPlace, Transcript, transcribe
from reconciler.workflow.unmanaged import Found


def transcribed(name: str = "Spring", *, others: int = 0, **spec: JsonValue) -> Transcript:
    said: Tree = {"name": name, **spec}
    live = Live(
        type="carecycle_campaign",
        remote_id="11111111-2222-4333-8444-555555555555",
        name=name,
        state=RunState.DRAFT,
        status="draft",
        spec=said,
    )
    care = {f"care{number}": TargetScope(f"care{number}", "carecycle", "v2") for number in range(9)}
    few = {name: care[name] for name in list(care)[: others + 1]}
    place = ExportPlace(
        environment="staging",
        scopes={"staging": EnvironmentScope("staging", few)},
        bindings=(),
        today=date(2026, 11, 20),
    )
    return transcribe(Found("care0", live), "spring", place)


def test_a_campaign_becomes_a_manifest() -> None:
    found = transcribed(redial=True)
    assert found.diagnostics == ()
    assert str(found.address) == "carecycle_campaign.spring"
    assert found.text.endswith("spec:\n  name: Spring\n  redial: true\n")


def test_the_target_is_named_only_if_there_are_several() -> None:
    assert "target:" not in transcribed().text
    assert "  target: care0\n" in transcribed(others=1).text


def test_what_yaml_cannot_carry_is_refused_and_not_mended() -> None:
    (problem,) = transcribed("half \ud83d").diagnostics
    assert problem.code == "not-importable"
    assert "half of a surrogate pair" in problem.detail
    assert "\ud83d" not in problem.summary


def test_a_value_that_would_read_back_differently_is_refused() -> None:
    (problem,) = transcribed(smsCompanyName=["a", "b"], redial="yes").diagnostics
    assert problem.code == "left-out"
    assert problem.summary.startswith("no manifest can express redial, smsCompanyName")
