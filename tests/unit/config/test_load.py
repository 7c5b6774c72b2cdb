from datetime import timedelta
from pathlib import Path

import pytest

from reconciler.config.load import load_project
from reconciler.config.project import Policy
from reconciler.errors import InvalidInput
from reconciler.manifests.scope import TargetScope
from reconciler.plan.model import Safety, SendsOnWrite
from tests.support.project_files import CARE, KORE, problems, project, written

PROJECT_ID = "9b2c5f6e-6d0b-4b0e-9d0c-3f6a6f1d2a10"


def test_a_small_project_gets_every_default(tmp_path: Path) -> None:
    found = project(tmp_path, written())
    target = found.environments["staging"].targets["retention"]
    assert found.root == tmp_path.resolve()
    assert found.id == ""
    assert found.manifests == ("campaigns",)
    assert found.state == str(tmp_path.resolve() / ".reconciler/state.db")
    assert found.default_environment == "staging"
    assert found.plan_expiry == timedelta(hours=24)
    assert (target.api, target.app_id, target.path_id) == ("v2", "st-1", "st-1")
    assert (target.account_id, target.base_url) == ("acc-1", "https://platform.kore.ai")
    assert (target.message_encoding, target.trigger_path) == (None, "trigger")
    assert (target.sends_on_write, target.marker) == (SendsOnWrite.UNSET, "none")
    assert target.rate_limit == (50, 60)
    assert target.max_wait == timedelta(minutes=15)
    assert (target.create_timeout, target.read_timeout) == (
        timedelta(seconds=60),
        timedelta(seconds=30),
    )
    assert (target.read_back, target.settle) == (timedelta(seconds=60), timedelta(minutes=5))
    assert target.absent_after is None
    assert (target.shared, target.safety, target.policy) == (False, Safety(), Policy())


def test_every_key_of_a_target_is_read(tmp_path: Path) -> None:
    target = """\
provider: kore
baseUrl: https://platform.kore.ai/
api: v1
appId: st-1
pathId: st-2
accountId: acc-1
auth: {clientId: cs-1, clientSecret: {file: key}, subject: {env: SUBJECT}, jti: true}
messageEncoding: base64
triggerPath: plain
sendsOnWrite: never
rateLimit: 1000/hour
maxWait: 1h
timeouts: {create: 90s}
readBack: 2m
settle: 10m
absentAfter: 7d
marker: description
"""
    text = written(f"project: {PROJECT_ID}", prod={"retention": target})
    found = project(tmp_path, text)
    assert found.id == PROJECT_ID
    read = found.environments["prod"].targets["retention"]
    assert (read.api, read.path_id, read.base_url) == ("v1", "st-2", "https://platform.kore.ai")
    identity, secret = read.auth.client_id, read.auth.client_secret
    assert identity is not None
    assert (identity.kind, identity.name) == ("text", "cs-1")
    assert secret is not None
    assert (secret.name, str(secret.source)) == ("key", "reconciler.yaml:14:46")
    assert (read.auth.subject.origin, read.auth.jti) == ("environment variable SUBJECT", True)
    assert (read.message_encoding, read.trigger_path) == ("base64", "plain")
    assert (read.sends_on_write, read.rate_limit) == (SendsOnWrite.NEVER, (1000, 3600))
    assert (read.create_timeout, read.read_timeout) == (
        timedelta(seconds=90),
        timedelta(seconds=30),
    )
    assert (read.settle, read.absent_after) == (timedelta(minutes=10), timedelta(days=7))


def test_carecycle_has_its_own_defaults(tmp_path: Path) -> None:
    found = project(tmp_path, written(prod={"care": CARE}))
    target = found.environments["prod"].targets["care"]
    assert (target.settle, target.api, target.app_id) == (timedelta(minutes=2), "v2", "")
    assert target.auth.api_key is not None


def test_safety_is_inherited_key_by_key(tmp_path: Path) -> None:
    top = "safety: {maxCreates: 5, maxDeletePercent: 0}"
    below = "safety: {maxCreates: 7}\n"
    text = written(top, prod={"plain": KORE, "special": KORE + below})
    found = project(tmp_path, text).environments["prod"].targets
    assert found["plain"].safety == Safety(max_creates=5, max_delete_percent=0)
    assert found["special"].safety == Safety(max_creates=7, max_delete_percent=0)


@pytest.mark.parametrize(
    ("state", "expected"),
    [
        ("s3://bucket/state", "s3://bucket/state"),
        ("az://box/x", "az://box/x"),
        ("/var/lib/state.db", "/var/lib/state.db"),
    ],
)
def test_state_is_a_path_or_a_url(tmp_path: Path, state: str, expected: str) -> None:
    assert project(tmp_path, written(f"state: {state}")).state == expected


def test_there_is_no_default_among_several_environments_unless_one_is_set(tmp_path: Path) -> None:
    other = KORE.replace("acc-1", "acc-2")
    text = written(staging={"a": KORE}, prod={"a": other})
    assert project(tmp_path, text).default_environment is None
    text = written("defaultEnvironment: prod", staging={"a": KORE}, prod={"a": other})
    assert project(tmp_path, text).default_environment == "prod"


def test_manifests_get_to_know_the_project_and_its_targets(tmp_path: Path) -> None:
    targets = {"retention": f"{KORE}api: v1\nshared: true\n", "care": CARE}
    found = project(tmp_path, written(f"project: {PROJECT_ID.upper()}", prod=targets))
    assert found.scopes()["prod"].project == PROJECT_ID
    assert found.scopes()["prod"].targets == {
        "retention": TargetScope("retention", "kore", "v1", shared=True),
        "care": TargetScope("care", "carecycle", "v2"),
    }


@pytest.mark.parametrize("value", ["sms-team", "5", f"'{{{PROJECT_ID}}}'", PROJECT_ID[:-1], "[]"])
def test_a_project_id_is_a_uuid(tmp_path: Path, value: str) -> None:
    (problem,) = problems(tmp_path, written(f"project: {value}"))
    assert (problem.code, str(problem.source)) in (
        ("uuid", "reconciler.yaml:3:10"),
        ("wrong-type", "reconciler.yaml:3:10"),
    )


def test_marking_without_a_project_id_is_told_once(tmp_path: Path) -> None:
    marking = f"{KORE}marker: description\n"
    text = written(staging={"a": marking}, prod={"b": marking.replace("acc-1", "acc-2")})
    (problem,) = problems(tmp_path, text)
    assert (problem.code, str(problem.source)) == ("missing-field", "reconciler.yaml:12:17")


def test_an_allowed_host_is_the_operators_word(tmp_path: Path) -> None:
    text = written(prod={"a": KORE.replace("platform.kore.ai", "gateway.example")})
    assert [found.code for found in problems(tmp_path, text)] == ["url"]
    environ = {"RECONCILER_ALLOWED_HOSTS": "gateway.example"}
    target = project(tmp_path, text, environ).environments["prod"].targets["a"]
    assert target.base_url == "https://gateway.example"


def test_one_account_in_two_environments_must_be_meant_by_both(tmp_path: Path) -> None:
    shared = f"{KORE}shared: true\n"
    for staging, prod in ((KORE, KORE), (shared, KORE), (KORE, shared)):
        text = written(staging={"a": staging}, prod={"a": prod})
        assert [found.code for found in problems(tmp_path, text)] == ["shared-account"]
    found = project(tmp_path, written(staging={"a": shared}, prod={"a": shared}))
    assert found.environments["prod"].targets["a"].shared


def test_two_carecycle_keys_are_two_accounts(tmp_path: Path) -> None:
    other = CARE.replace("CARE_KEY", "OTHER_KEY")
    found = project(tmp_path, written(staging={"a": CARE}, prod={"a": other}))
    assert list(found.environments) == ["staging", "prod"]


@pytest.mark.parametrize(
    ("right", "wrong", "expected"),
    [
        ("KORE_JWT", "", ["reference"]),
        ("{token: {env: KORE_JWT}}", "{}", ["auth"]),
        ("{token: {env: KORE_JWT}}", "[x]", ["wrong-type"]),
        ("{token: {env: KORE_JWT}}", "{token: {env: KORE_A}, jti: true}", ["auth"]),
        ("{token: {env: KORE_JWT}}", "{clientSecret: {env: KORE_A}}", ["missing-field"]),
        ("accountId: acc-1", "marker: '[rc]'", ["missing-field", "not-allowed-value"]),
        ("accountId: acc-1", "accountId: 5", ["wrong-type"]),
        ("accountId: acc-1", 'accountId: "a\\nb: c"', ["id"]),
        ("appId: st-1", "appId: ..", ["id"]),
        ("appId: st-1", "appId: a/../b", ["id"]),
        ("appId: st-1", 'appId: "a b"\npathId: .', ["id", "id"]),
        ("accountId: acc-1", "accountId: a\nproxy: http://p\ncaFile: 1", ["operator-setting"] * 2),
        (
            "accountId: acc-1",
            "accountId: a\nmaxWait: 0s\nrateLimit: 0/minute",
            ["duration", "rate"],
        ),
        ("provider: kore", "provider: 5", ["wrong-type"]),
        ("accountId: acc-1", "accountId: a\ntimeouts: {create: 3m}", ["timeout"]),
    ],
)
def test_problems_of_a_target_are_reported(
    tmp_path: Path, right: str, wrong: str, expected: list[str]
) -> None:
    text = written(prod={"a": KORE.replace(right, wrong)})
    assert sorted(found.code for found in problems(tmp_path, text)) == expected


def test_a_write_may_take_as_long_as_the_lease_allows(tmp_path: Path) -> None:
    text = written(prod={"a": f"{KORE}timeouts: {{create: 150s}}"})
    target = project(tmp_path, text).environments["prod"].targets["a"]
    assert target.create_timeout.total_seconds() == 150


def test_a_project_file_does_not_wait_for_standard_input(tmp_path: Path) -> None:
    (found,) = problems(tmp_path, written('manifests: [a, "-"]'))
    assert (found.code, str(found.source)) == ("manifests", "reconciler.yaml:3:16")


def test_a_state_that_leads_elsewhere_is_refused(tmp_path: Path) -> None:
    for state in ("../state.db", "ftp://x/y"):
        found = problems(tmp_path, written(f"state: {state}"))
        assert [(one.code, str(one.source)) for one in found] == [("state", "reconciler.yaml:3:8")]


def test_a_missing_project_file_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match="there is no project file") as caught:
        load_project(tmp_path / "reconciler.yaml", {})
    assert "command init makes a new project." in caught.value.diagnostics[0].detail
    with pytest.raises(InvalidInput, match="cannot be read"):
        load_project(tmp_path, {})


@pytest.mark.parametrize("text", ["", "a: 1\n---\nb: 2\n"])
def test_a_project_file_is_one_document(tmp_path: Path, text: str) -> None:
    assert [found.code for found in problems(tmp_path, text)] == ["project-file"]


@pytest.mark.parametrize("text", ["x", "- a", "{}"])
def test_a_document_that_is_not_a_project_is_reported(tmp_path: Path, text: str) -> None:
    assert {found.code for found in problems(tmp_path, text)} <= {"wrong-type", "missing-field"}
