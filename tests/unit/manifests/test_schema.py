import json
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]
from pydantic import JsonValue

from reconciler.config.sections import project_schema
from reconciler.manifests.schema import manifest_schema, serialised
from tests.support.manifest_texts import SMS, document

SCHEMAS = Path(__file__).parents[3] / "schemas"
VALIDATOR = Draft202012Validator(manifest_schema())
CARECYCLE = """\
apiVersion: reconciler/v1
kind: CareCycleCampaign
metadata: {name: wellness}
spec: {name: Spring, smsTypes: {redial: true}, redialPatterns: [{days: [0], attempts: 1,
  intervalMinutes: 90}]}
overrides: {prod: {smsTypes: {redial: null}}}
"""


def value(text: str) -> JsonValue:
    return document(text).root.value


@pytest.mark.parametrize(
    ("name", "schema"),
    [
        ("manifest.schema.json", manifest_schema()),
        ("project.schema.json", project_schema()),
    ],
)
def test_the_published_schema_is_current(name: str, schema: dict[str, JsonValue]) -> None:
    assert (SCHEMAS / name).read_text(encoding="utf-8") == serialised(schema)


@pytest.mark.parametrize("name", ["manifest.schema.json", "project.schema.json"])
def test_the_published_schema_is_a_schema_without_dead_references(name: str) -> None:
    schema = json.loads((SCHEMAS / name).read_text(encoding="utf-8"))
    Draft202012Validator.check_schema(schema)
    text = json.dumps(schema)
    for definition in schema["$defs"]:
        assert f'"#/$defs/{definition}"' in text


@pytest.mark.parametrize(
    "text",
    [
        SMS,
        SMS.replace("[{day: MO,", "[{day: [MON, TU-FR],").replace('"9:00 AM"', "9am"),
        f"{SMS}  priority: 5\noverrides: {{prod: {{priority: 1, dialingStrategy: null}}}}\n",
        CARECYCLE,
    ],
)
def test_an_editor_accepts_what_the_decoder_accepts(text: str) -> None:
    assert list(VALIDATOR.iter_errors(value(text))) == []


@pytest.mark.parametrize(
    "text",
    [
        SMS.replace("KoreSmsCampaign", "KoreSms"),
        f"{SMS}  color: red\n",
        f"{SMS}  priority: 6\n",
        SMS.replace("  contactLists: [Renewal Due]\n", ""),
        SMS.replace('"+12025550123"', "12025550123"),
        SMS.replace("Renewal reminder", "n" * 49),
        f"{SMS}overrides: {{prod: {{color: red}}}}\n",
        f"{SMS}overrides: {{prod: {{dialingStrategy: {{callingHours: {{days: [{{}}]}}}}}}}}\n",
        CARECYCLE.replace("redial: true", "redial: 1"),
        CARECYCLE.replace("metadata: {name: wellness}", "metadata: {name: Wellness}"),
    ],
)
def test_an_editor_marks_what_the_decoder_refuses(text: str) -> None:
    assert list(VALIDATOR.iter_errors(value(text))) != []


PROJECT = """\
apiVersion: reconciler/v1
kind: Project
environments:
  staging:
    targets:
      retention:
        provider: kore
        baseUrl: https://platform.kore.ai
        appId: st-1
        accountId: a
        auth: {clientId: cs-1, clientSecret: {env: SECRET}}
        rateLimit: 50/minute
        maxWait: 15m
safety: {maxCreates: 5}
"""


def test_a_project_file_fits_its_schema() -> None:
    validator = Draft202012Validator(project_schema())
    assert list(validator.iter_errors(value(PROJECT))) == []


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("clientSecret: {env: SECRET}", "clientSecret: eyJhbGciOi"),
        ("{env: SECRET}", "{env: SECRET, file: x}"),
        ("maxWait: 15m", "maxWait: 15 minutes"),
        ("provider: kore", "provider: twilio"),
        ("appId: st-1", "appid: st-1"),
        ("safety: {maxCreates: 5}", 'policy: {rules: {sms-segments: "off"}}'),
        ("rateLimit: 50/minute", "policy: {packs: [us-federal]}"),
    ],
)
def test_an_editor_marks_what_is_wrong_in_a_project_file(right: str, wrong: str) -> None:
    validator = Draft202012Validator(project_schema())
    assert list(validator.iter_errors(value(PROJECT.replace(right, wrong)))) != []
