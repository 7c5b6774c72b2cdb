"""Targets of plugins in a project file; the plugin stands in for an installed package's."""

from dataclasses import replace
from pathlib import Path
from typing import NoReturn

import pytest

from reconciler.manifests.scope import TargetScope
from reconciler.providers import discovery
from reconciler.providers.discovery import PluginProblem
from reconciler.providers.plugin import ProviderPlugin, SignIn
from reconciler.providers.plugin_rules import faults
from reconciler.resources.base import Field, Kind
from reconciler.resources.capabilities import Ability, Capabilities
from reconciler.resources.spec import Spec
from tests.support.project_files import CARE, KORE, problems, project, written

TARGET = """\
provider: maker
baseUrl: https://platform.kore.ai
auth: {token: {env: MAKER}}
options: {room: "5"}
"""


class Made(Spec):
    name: str


def never(_: object) -> NoReturn:
    raise AssertionError("nothing is built to read a project file")


def plugin(name: str, kind: str = "Made") -> ProviderPlugin:
    return ProviderPlugin(
        name=name,
        kinds=(
            Kind(
                kind=kind,
                type=f"{name}_made",
                provider=name,
                channel="c",
                medium="m",
                model=Made,
                variant=str,
                fields=(Field(path="name"),),
            ),
        ),
        capabilities=Capabilities(
            provider=name,
            channels=("c",),
            create=Ability.YES,
            update=Ability.NO,
            delete=Ability.NO,
            may_send_on_write=False,
            settle=7.0,
        ),
        build=never,
        hosts=("platform.kore.ai",),
        credential_names=("MAKER", "A", "B"),
        api="v3",
        has_base_url=name == "maker",
        auth=frozenset({"token"}) if name == "maker" else frozenset(),
        required_options=frozenset({"room"}) if name == "maker" else frozenset(),
        optional_options=frozenset({"floor"}),
    )


@pytest.fixture(autouse=True)
def installed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The installed plugins: `maker`, `bare`, and `rival` with a kind of maker's name."""
    asked: list[str] = []
    known = {name: plugin(name) for name in ("maker", "rival")}
    known |= {"bare": plugin("bare", "Bare"), "chooser": CHOOSER}

    def load(name: str) -> ProviderPlugin:
        asked.append(name)
        if name not in known:
            raise PluginProblem(f"there is no provider {name}", "Known here: some.")
        return known[name]

    monkeypatch.setattr(discovery, "load_installed", load)
    return asked


def test_nothing_is_looked_for_while_every_provider_is_built_in(
    tmp_path: Path, installed: list[str]
) -> None:
    project(tmp_path, written(prod={"a": KORE, "b": CARE}))
    assert installed == []


def test_a_plugins_target_is_read_with_the_plugins_own_defaults(tmp_path: Path) -> None:
    found = project(tmp_path, written(prod={"a": TARGET}))
    target = found.environments["prod"].targets["a"]
    assert (target.provider, target.api, dict(target.options)) == ("maker", "v3", {"room": "5"})
    assert target.settle.total_seconds() == 7
    assert target.auth.token is not None
    assert found.scopes()["prod"].targets == {"a": TargetScope("a", "maker", "v3")}


def test_a_plugin_is_loaded_once_however_many_targets_name_it(
    tmp_path: Path, installed: list[str]
) -> None:
    other = TARGET.replace('"5"', '"6"')
    project(tmp_path, written(staging={"a": TARGET}, prod={"a": other}))
    assert installed == ["maker"]


def test_a_plugin_without_an_address_needs_none(tmp_path: Path) -> None:
    found = project(tmp_path, written(prod={"a": "provider: bare\n"}))
    assert found.environments["prod"].targets["a"].base_url == ""


def test_a_missing_provider_does_not_affect_the_others(tmp_path: Path) -> None:
    found = project(tmp_path, written(prod={"a": KORE, "b": "provider: gone\n"}))
    problem = found.plugins.problems["gone"]
    assert (problem.code, problem.summary) == ("provider", "there is no provider gone")
    assert str(problem.source) == "reconciler.yaml:13:19"
    assert list(found.environments["prod"].targets) == ["a", "b"]


def test_it_is_reported_with_all_other_problems(tmp_path: Path) -> None:
    text = written("state: s4://x", prod={"b": "provider: gone\n"})
    assert [found.code for found in problems(tmp_path, text)] == ["state", "provider"]


def test_a_line_with_a_literal_secret_is_never_shown(tmp_path: Path) -> None:
    text = written(prod={"b": "{provider: gone, auth: {token: eyJcanary}}"})
    assert "canary" not in repr(problems(tmp_path, text))


def test_two_plugins_with_one_kind_cannot_share_a_project(tmp_path: Path) -> None:
    text = written(prod={"a": TARGET, "b": "provider: rival\noptions: {floor: x}\n"})
    problem = project(tmp_path, text).plugins.problems["rival"]
    assert problem.summary == "providers maker and rival both define kind Made"


@pytest.mark.parametrize(
    ("right", "wrong", "expected"),
    [
        ("baseUrl: https://platform.kore.ai\n", "", "missing-field"),
        ("platform.kore.ai", "elsewhere.example", "url"),
        ("auth: {token: {env: MAKER}}\n", "", "missing-field"),
        ("{token: {env: MAKER}}", "{token: {env: MAKER}, apiKey: {env: A}}", "auth"),
        ("{token: {env: MAKER}}", "{token: {env: MAKER}, jti: true}", "auth"),
        ("{token: {env: MAKER}}", "{token: literal}", "literal-secret"),
        ('{room: "5"}', "{}", "missing-field"),
        ('{room: "5"}', '{room: "5", flor: x}', "unknown-key"),
        ('{room: "5"}', "{room: 5}", "wrong-type"),
        ("provider: maker", "provider: maker\nappId: st-1", "not-on-target"),
        ("provider: maker", "provider: maker\napi: v1", "not-on-target"),
        ("provider: maker", "provider: maker\nmarker: description", "not-on-target"),
    ],
)
def test_a_key_that_the_plugin_does_not_accept_is_reported(
    tmp_path: Path, right: str, wrong: str, expected: str
) -> None:
    id_ = "project: 9b2c5f6e-6d0b-4b0e-9d0c-3f6a6f1d2a10"
    text = written(id_, prod={"a": TARGET.replace(right, wrong)})
    assert [found.code for found in problems(tmp_path, text)] == [expected]


def test_an_address_is_refused_where_there_is_none(tmp_path: Path) -> None:
    text = written(prod={"a": "provider: bare\nbaseUrl: https://platform.kore.ai\n"})
    assert [found.code for found in problems(tmp_path, text)] == ["not-on-target"]


def test_options_are_for_plugins(tmp_path: Path) -> None:
    text = written(prod={"a": f"{KORE}options: {{a: b}}\n"})
    assert [found.code for found in problems(tmp_path, text)] == ["not-on-target"]


def test_one_account_in_two_environments_must_be_meant(tmp_path: Path) -> None:
    text = written(staging={"a": TARGET}, prod={"a": TARGET})
    assert [found.code for found in problems(tmp_path, text)] == ["shared-account"]
    shared = f"{TARGET}shared: true\n"
    assert project(tmp_path, written(staging={"a": shared}, prod={"a": shared})).plugins.found


CHOOSER = replace(
    plugin("chooser", "Chosen"),
    api="v2",
    older_apis={"v1": replace(plugin("chooser").capabilities, settle=90.0)},
    has_base_url=True,
    hosts=("api.chooser.example", "*.chooser.example"),
    auth=(SignIn(frozenset({"token"})), SignIn(frozenset({"clientId"}), frozenset({"jti"}))),
    required_keys=frozenset({"accountId"}),
    optional_keys=frozenset({"pathId"}),
    account_keys=("accountId",),
)
CHOSEN = """\
provider: chooser
baseUrl: https://eu.chooser.example
accountId: acc-1
auth: {token: {env: A}}
"""


def test_a_plugin_may_take_whatever_the_built_in_ones_take(tmp_path: Path) -> None:
    assert faults(CHOOSER) == []
    text = written(prod={"a": CHOSEN, "b": f"{CHOSEN}api: v1\npathId: p-1\n"})
    targets = project(tmp_path, text).environments["prod"].targets
    assert [targets[name].api for name in "ab"] == ["v2", "v1"]
    assert [targets[name].settle.total_seconds() for name in "ab"] == [7, 90]
    assert (targets["b"].account_id, targets["b"].path_id) == ("acc-1", "p-1")


@pytest.mark.parametrize(
    ("right", "wrong", "code", "told"),
    [
        ("accountId: acc-1\n", "", "missing-field", "accountId is required for a chooser target"),
        ("accountId", "appId: a\naccountId", "not-on-target", "appId is only for kore targets"),
        ("auth: {token: {env: A}}\n", "", "missing-field", "auth is required"),
        ("{token: {env: A}}", "{}", "auth", "needs exactly one of token, or clientId"),
        ("{env: A}}", "{env: A}, clientId: c}", "auth", "needs exactly one of token, or clientId"),
        ("{env: A}}", "{env: A}, jti: true}", "auth", "jti can only be used with clientId"),
        ("{env: A}}", "{env: A}, apiKey: {env: B}}", "auth", "is not for chooser targets"),
        ("eu.chooser.example", "chooser.example", "url", "neither the provider's"),
    ],
)
def test_each_rule_is_the_plugins_own(
    tmp_path: Path, right: str, wrong: str, code: str, told: str
) -> None:
    (problem,) = problems(tmp_path, written(prod={"a": CHOSEN.replace(right, wrong)}))
    assert problem.code == code
    assert told in problem.summary


def test_only_what_names_the_account_makes_it_the_same(tmp_path: Path) -> None:
    other = CHOSEN.replace("{env: A}", "{env: B}")
    text = written(staging={"a": CHOSEN}, prod={"a": other})
    assert [found.code for found in problems(tmp_path, text)] == ["shared-account"]
    another = CHOSEN.replace("acc-1", "acc-2")
    text = written(staging={"a": CHOSEN}, prod={"a": another})
    assert set(project(tmp_path, text).environments) == {"staging", "prod"}


def test_the_hosts_of_a_plugin_that_is_not_named_may_not_be_used(tmp_path: Path) -> None:
    text = written(prod={"a": KORE.replace("platform.kore.ai", "api.chooser.example")})
    assert [found.code for found in problems(tmp_path, text)] == ["url"]
