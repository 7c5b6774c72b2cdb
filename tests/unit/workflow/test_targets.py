"""Targets of plugins into providers; the plugin stands in for an installed package's."""

from dataclasses import replace
from pathlib import Path

import pytest

from reconciler.errors import InvalidInput, ReadFailed
from reconciler.providers import discovery
from reconciler.providers.http import HttpClient
from reconciler.providers.plugin import PluginTarget, ProviderPlugin, SignIn
from reconciler.resources.carecycle import CARECYCLE
from reconciler.resources.kinds import BY_KIND
from reconciler.testing.clock import ManualClock
from reconciler.testing.memory import MemoryProvider
from reconciler.workflow.session import Options, Session
from reconciler.workflow.targets import build_providers, target_facts

MADE = replace(CARECYCLE, kind="Made", type="maker_made", provider="maker")
PROJECT = """\
apiVersion: reconciler/v1
kind: Project
environments:
  prod:
    targets:
      a:
        provider: maker
        baseUrl: http://localhost:1
        auth: {clientId: cs-1, clientSecret: {env: ROOM_WORD}}
        options: {room: "5"}
"""


class Maker:
    """Builds providers, and records the arguments."""

    def __init__(self) -> None:
        self.told: list[PluginTarget] = []
        self.fault: Exception | None = None
        self.known: dict[str, ProviderPlugin] = {}

    def __call__(self, target: PluginTarget) -> MemoryProvider:
        self.told.append(target)
        if self.fault is not None:
            raise self.fault
        return MemoryProvider(target.clock, provider="maker")


@pytest.fixture
def maker(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Maker:
    made = Maker()
    capabilities = MemoryProvider(ManualClock(), provider="carecycle").capabilities
    made.known["maker"] = ProviderPlugin(
        name="maker",
        kinds=(MADE,),
        capabilities=replace(capabilities, provider="maker"),
        build=made,
        credential_names=("ROOM_*",),
        auth=frozenset({"clientId", "clientSecret"}),
        optional_options=frozenset({"room"}),
    )
    monkeypatch.setattr(discovery, "load_installed", made.known.__getitem__)
    (tmp_path / "reconciler.yaml").write_text(PROJECT, "utf-8")
    return made


def session(folder: Path, **environ: str) -> Session:
    return Session(Options(directory=folder), environ=environ, clock=ManualClock())


def test_a_plugin_gets_what_the_project_file_says(tmp_path: Path, maker: Maker) -> None:
    with session(tmp_path, ROOM_WORD="s3cret") as opened:
        build_providers(opened, ["a"])
        (told,) = maker.told
        assert isinstance(told.connect(), HttpClient)
    assert (told.name, told.base_url, dict(told.options)) == (
        "a",
        "http://localhost:1",
        {"room": "5"},
    )
    assert {key: one.value() for key, one in told.credentials.items()} == {
        "clientId": "cs-1",
        "clientSecret": "s3cret",
    }
    assert (told.api, dict(told.keys), told.jti) == ("v1", {}, False)
    assert told.folder == tmp_path.resolve()
    assert "s3cret" not in repr(told)


@pytest.mark.usefixtures("maker")
def test_a_plugins_kinds_are_known_until_the_session_ends(tmp_path: Path) -> None:
    with session(tmp_path) as opened:
        assert opened.project.plugins.found
        assert BY_KIND["Made"] is MADE
    assert "Made" not in BY_KIND


@pytest.mark.usefixtures("maker")
def test_a_missing_credential_is_reported(tmp_path: Path) -> None:
    with (
        session(tmp_path) as opened,
        pytest.raises(InvalidInput, match="environment variable ROOM_WORD is not set"),
    ):
        build_providers(opened, ["a"])


def test_a_plugins_own_error_passes(tmp_path: Path, maker: Maker) -> None:
    maker.fault = ReadFailed("the room is locked")
    with session(tmp_path, ROOM_WORD="s") as opened, pytest.raises(ReadFailed, match="locked"):
        build_providers(opened, ["a"])


def test_whatever_else_a_plugin_raises_names_the_target(tmp_path: Path, maker: Maker) -> None:
    maker.fault = KeyError("s3cret")
    with session(tmp_path, ROOM_WORD="s3cret") as opened, pytest.raises(InvalidInput) as problem:
        build_providers(opened, ["a"])
    assert str(problem.value) == "target a: provider maker failed to build: KeyError"


@pytest.mark.usefixtures("maker")
def test_other_options_are_another_account(tmp_path: Path) -> None:
    accounts = []
    for room in ("5", "6", "5"):
        text = PROJECT.replace('"5"', f'"{room}"')
        (tmp_path / "reconciler.yaml").write_text(text, "utf-8")
        with session(tmp_path, ROOM_WORD="s") as opened:
            (provider,) = build_providers(opened, ["a"]).values()
            accounts.append(target_facts(opened.environment.targets["a"], provider, "").account)
    assert accounts[0] == accounts[2] != accounts[1]
    assert accounts[0].startswith("localhost:1 options ")


def test_a_plugin_gets_the_keys_that_it_takes_and_no_others(tmp_path: Path, maker: Maker) -> None:
    way = SignIn(frozenset({"clientId", "clientSecret"}), frozenset({"subject", "jti"}))
    plain = maker.known["maker"]
    maker.known["maker"] = replace(
        plain,
        title="The Maker",
        api="v2",
        older_apis={"v1": plain.capabilities},
        auth=(way, SignIn(frozenset({"token"}))),
        required_keys=frozenset({"accountId"}),
        optional_keys=frozenset({"messageEncoding"}),
    )
    text = PROJECT.replace("ROOM_WORD}}", "ROOM_WORD}, subject: me, jti: true}")
    text += "        accountId: acc-1\n        api: v1\n"
    (tmp_path / "reconciler.yaml").write_text(text, "utf-8")
    with session(tmp_path, ROOM_WORD="s3cret") as opened:
        (provider,) = build_providers(opened, ["a"]).values()
        facts = target_facts(opened.environment.targets["a"], provider, "")
    (told,) = maker.told
    assert (told.api, told.jti) == ("v1", True)
    assert dict(told.keys) == {"accountId": "acc-1"}
    assert set(told.credentials) == {"clientId", "clientSecret", "subject"}
    assert told.credentials["subject"].value() == "me"
    assert (facts.title, facts.api) == ("The Maker", "v1")
    assert facts.account.startswith("acc-1 options ")


def test_targets_of_one_account_share_its_strictest_rate_limit_and_its_connections(
    tmp_path: Path, maker: Maker
) -> None:
    target = PROJECT[PROJECT.index("        provider:") :]
    others = (
        f"      b:\n{target}        rateLimit: 7/minute\n"
        f"      c:\n{target.replace('localhost:1', 'localhost:2')}"
        f"      d:\n{target.replace('ROOM_WORD', 'ROOM_KEY')}"
    )
    (tmp_path / "reconciler.yaml").write_text(PROJECT + others, "utf-8")
    with session(tmp_path, ROOM_WORD="s", ROOM_KEY="t") as opened:
        build_providers(opened, ["a", "b", "c", "d"])
        clients = {told.name: told.connect() for told in maker.told}
    accounts = {name: client.account for name, client in clients.items()}
    assert accounts["a"] is accounts["b"]
    assert clients["a"]._kept is clients["b"]._kept
    # Eight requests: the last one waits for the stricter limit.
    assert accounts["a"].limiter.seconds_until(8) == 60
    assert len({id(one) for one in accounts.values()}) == 3
