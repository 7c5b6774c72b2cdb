import json
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import JsonValue

from reconciler.address import Address
from reconciler.diagnostics import Position
from reconciler.manifests.scope import TargetScope
from reconciler.resources.base import Lifecycle
from reconciler.resources.exemptions import Exemption
from reconciler.resources.tree import Tree
from tests.support.manifest_texts import (
    CARE,
    RETENTION,
    SMS,
    decoded,
    diagnostic_lines,
    document,
    scopes,
)

V1 = TargetScope("retention", "kore", "v1")


def spec(text: str, environment: str = "staging") -> Tree:
    found = decoded(text)
    assert not found.diagnostics, diagnostic_lines(found.diagnostics)
    return found.desired[environment].spec


def test_a_manifest_is_wanted_in_every_environment() -> None:
    found = decoded(SMS)
    assert list(found.desired) == ["staging", "prod"]
    desired = found.desired["prod"]
    assert desired.address == Address("kore_sms_campaign", "renewal")
    assert (desired.target, desired.name) == ("retention", "Renewal reminder")
    assert str(desired.source) == "a.yaml:1:1"
    phone = Position(10, 29, SMS.index('"+1202'))
    assert desired.positions["dialingStrategy.callerId.phoneNumber"] == phone


def test_the_spec_is_canonical_and_holds_only_what_is_set() -> None:
    assert spec(SMS) == {
        "format": "advanced",
        "name": "Renewal reminder",
        "description": "Sends a link.",
        "contactLists": ["Renewal Due"],
        "dialingStrategy": {
            "callerId": {"phoneNumber": "+12025550123"},
            "callingHours": {
                "frequency": "WEEKLY",
                "timezone": "America/New_York",
                "days": [{"day": "MO", "start": "9:00 AM", "end": "6:00 PM"}],
            },
        },
        "experienceFlowName": "SMS Support Flow",
    }


def test_metadata_becomes_a_value() -> None:
    text = SMS.replace(
        "  name: renewal\n",
        """\
  name: renewal
  remoteId: c-1
  formerNames: [Old]
  labels: {team: retention}
  lifecycle: protected
  ignore: [{path: dialingStrategy.callerId, reason: by hand, until: 2026-11-20}]
""",
    )
    metadata = decoded(text).desired["staging"].metadata
    assert metadata.remote_id == "c-1"
    assert metadata.former_names == ("Old",)
    assert metadata.labels == {"team": "retention"}
    assert metadata.lifecycle is Lifecycle.PROTECTED
    until = date(2026, 11, 20)
    assert metadata.ignore == (Exemption("dialingStrategy.callerId", "by hand", until),)


def test_overrides_hold_in_their_environment_only_and_know_their_place() -> None:
    found = decoded(f"{SMS}overrides:\n  prod: {{priority: 1, description: null}}\n")
    staging, prod = found.desired["staging"], found.desired["prod"]
    assert "priority" not in staging.spec
    assert prod.spec["priority"] == "1"
    assert "description" not in prod.spec
    assert prod.positions["priority"].line == 17
    assert "description" not in prod.positions


def test_the_spec_may_be_completed_by_every_environment() -> None:
    text = SMS.replace("  contactLists: [Renewal Due]\n", "")
    over = "overrides:\n  staging: {contactLists: [A]}\n  prod: {contactLists: [B]}\n"
    found = decoded(text + over)
    assert [one.spec["contactLists"] for one in found.desired.values()] == [["A"], ["B"]]
    assert diagnostic_lines(decoded(text).diagnostics) == [
        "missing-field a.yaml:5:1 spec.contactLists is required"
    ]


def test_only_the_named_environments_have_the_campaign() -> None:
    text = SMS.replace("  name: renewal\n", "  name: renewal\n  environments: [prod]\n")
    assert list(decoded(text).desired) == ["prod"]
    assert list(decoded(text, selected="staging").desired) == []


def test_a_selected_environment_is_the_only_one_checked() -> None:
    text = f"{SMS}overrides: {{prod: {{priority: 9}}}}\n"
    assert decoded(text, selected="staging").diagnostics == ()
    assert len(decoded(text, selected="prod").diagnostics) == 1


def test_the_api_version_of_the_target_has_its_say_once_per_version() -> None:
    text = f"{SMS}  dncLists: {{name: Do not call}}\n"
    known = scopes(staging=[RETENTION], prod=[V1], load=[V1])
    found = decoded(text, known)
    (problem,) = diagnostic_lines(found.diagnostics)
    assert problem.startswith("not-on-target a.yaml:16:20 spec.dncLists.name must not be set for")
    assert problem.endswith("advanced SMS campaigns on api v1")
    assert list(found.desired) == ["staging"]


def test_a_missing_field_that_the_target_requires_is_reported_at_the_spec() -> None:
    text = """
        apiVersion: reconciler/v1
        kind: KoreVoiceCampaign
        metadata: {name: call}
        spec:
          name: Call
          contactLists: [Due]
          dialingMode: Agentless
          experienceFlowName: Flow
          dialingStrategy:
            callerId: {phoneNumber: "+12025550123"}
            callingHours:
              frequency: WEEKLY
              timezone: UTC
              days: [{day: MO-FR, start: 9am, end: 5pm}]
            dialingOrder: FIFO
            maxAttemptsPerRecord: 3
            defaultRetryPeriod: 60
            maxRingTime: 30
        """
    found = decoded(text, scopes(prod=[V1]))
    (problem,) = diagnostic_lines(found.diagnostics)
    assert problem.startswith("missing-field a.yaml:5:1 spec.enableMachineDetect is required for ")
    assert problem.endswith("Agentless voice campaigns on api v1")


def test_all_problems_of_a_document_are_reported_at_once() -> None:
    text = """
        apiVersion: reconciler/v2
        kind: CareCycleCampaign
        metadata: {name: Bad, target: car, ignore: [{path: nme, reason: x}]}
        spec: {nam: x, redial: 1}
        overrides: {stage: {}}
        """
    codes = [found.code for found in decoded(text).diagnostics]
    assert sorted(codes) == [
        "name",
        "not-allowed-value",
        "unknown-environment",
        "unknown-key",
        "unknown-path",
        "unknown-target",
        "unknown-target",
        "wrong-type",
    ]


def test_a_problem_names_the_address_when_it_is_known() -> None:
    (found,) = decoded(SMS + "  color: red\n").diagnostics
    assert found.address == Address("kore_sms_campaign", "renewal")


@pytest.mark.parametrize("spec_", ["", "spec: x", "spec: [x]"])
def test_a_spec_that_is_not_a_mapping_is_reported_once(spec_: str) -> None:
    text = f"apiVersion: reconciler/v1\nkind: KoreSmsCampaign\nmetadata: {{name: a}}\n{spec_}\n"
    (found,) = decoded(text).diagnostics
    assert found.summary in ("spec is required", "spec must be a mapping")


@pytest.mark.parametrize("setting", ["audience: {}", "audience: {states: [NY]}", "waive: []"])
def test_settings_of_a_later_version_are_refused(setting: str) -> None:
    text = SMS.replace("  name: renewal\n", f"  name: renewal\n  {setting}\n")
    (found,) = decoded(text).diagnostics
    key = setting.partition(":")[0]
    assert found.summary == f"metadata.{key}: not available in this version; remove it"


@pytest.mark.parametrize("text", ["- a", "x", "5"])
def test_a_document_that_is_no_mapping_is_no_manifest(text: str) -> None:
    (found,) = decoded(text).diagnostics
    assert found.summary.startswith("a manifest must be a mapping")


@pytest.mark.parametrize(
    ("kind", "detail"),
    [
        ("koresmscampaign", "Did you mean KoreSmsCampaign?"),
        ("Project", "A project file is not a manifest; move it out of the folders with manifests."),
    ],
)
def test_an_unknown_kind_says_what_was_meant(kind: str, detail: str) -> None:
    (found,) = decoded(SMS.replace("KoreSmsCampaign", kind)).diagnostics
    assert (found.code, found.detail) == ("unknown-kind", detail)


def test_a_spec_is_checked_even_when_no_environment_is_known() -> None:
    text = SMS.replace("  name: renewal\n", "  name: renewal\n  environments: [nowhere]\n")
    codes = [found.code for found in decoded(f"{text}  color: red\n").diagnostics]
    assert codes == ["unknown-environment", "unknown-key"]


def shuffled(value: JsonValue, draw: st.DataObject) -> JsonValue:
    if isinstance(value, list):
        return [shuffled(item, draw) for item in value]
    if not isinstance(value, dict):
        return value
    keys = draw.draw(st.permutations(list(value)))
    return {key: shuffled(value[key], draw) for key in keys}


@given(st.data())
def test_the_order_of_keys_means_nothing(data: st.DataObject) -> None:
    text = json.dumps(shuffled(document(SMS).root.value, data))
    assert decoded(text).desired["prod"].spec == spec(SMS, "prod")


@pytest.mark.parametrize(
    ("written", "canonical"),
    [
        ("priority: 5", "priority: '5'"),
        ("priority: 1", 'priority: "1"'),
        ("campaignType: sms", ""),
        ("format: advanced", ""),
        ("contactLists: [Renewal Due]", "contactLists: [Renewal Due, Renewal Due]"),
    ],
)
def test_shorthands_equal_their_canonical_form(written: str, canonical: str) -> None:
    base = SMS.replace("  contactLists: [Renewal Due]\n", "") if "contact" in written else SMS
    assert spec(f"{base}  {written}\n") == spec(f"{base}  {canonical}\n".replace("  \n", ""))


def test_a_carecycle_campaign_goes_to_the_carecycle_target() -> None:
    text = """
        apiVersion: reconciler/v1
        kind: CareCycleCampaign
        metadata: {name: wellness}
        spec: {name: Spring, description: null, redial: true}
        """
    desired = decoded(text, scopes(prod=[CARE])).desired["prod"]
    assert (desired.target, desired.spec) == (
        "care",
        {"name": "Spring", "description": "", "redial": True},
    )


def test_a_required_field_may_be_left_out_when_it_is_ignored() -> None:
    ignoring = "  name: renewal\n  ignore: [{path: experienceFlowName, reason: unknown}]\n"
    text = SMS.replace("  name: renewal\n", ignoring)
    text = text.replace("  experienceFlowName: SMS Support Flow\n", "  format: advanced\n")
    assert decoded(text).diagnostics == ()
    (problem, *_) = decoded(text.replace("path: experienceFlowName", "path: name")).diagnostics
    assert problem.summary.startswith("spec.experienceFlowName is required for advanced SMS")
