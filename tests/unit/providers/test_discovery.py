from collections.abc import Iterator
from pathlib import Path

import pytest

from reconciler.providers.discovery import (
    PluginProblem,
    installed,
    load_installed,
    load_plugin,
    origin,
)
from tests.support.packages import importable, package

PLUGIN = """\
from reconciler.providers.plugin import ProviderPlugin, SignIn
from reconciler.resources.base import Field, Kind
from reconciler.resources.spec import Spec
from reconciler.resources.capabilities import Ability, Capabilities

class Made(Spec):
    name: str

def kind(**changed):
    told = dict(kind="Made", type="maker_made", provider="maker", channel="c", medium="m")
    return Kind(**{**told, **changed}, model=Made, variant=lambda _: "", fields=())

def plugin(name="maker", kinds=None, channels=("c",), **more):
    able = Capabilities(
        provider=more.pop("able", name), channels=channels, create=Ability.YES,
        update=Ability.NO, delete=Ability.NO, may_send_on_write=False, settle=1.0,
    )
    return ProviderPlugin(
        name=name, kinds=(kind(),) if kinds is None else kinds, capabilities=able,
        build=lambda _: None, **more,
    )

"""


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Path]:
    with importable(tmp_path):
        yield tmp_path


def brought(site: Path, code: str, name: str = "maker") -> None:
    (site / "maker_module.py").write_text(PLUGIN + code, "utf-8")
    package(site, "maker-package", {name: "maker_module:IT"})


def problem(name: str = "maker") -> str:
    with pytest.raises(PluginProblem) as caught:
        load_plugin(name)
    return f"{caught.value} {caught.value.detail}"


def test_a_plugin_is_found_by_its_entry_point(site: Path) -> None:
    brought(site, "IT = plugin()")
    assert "maker" in installed()
    assert load_plugin("maker").name == "maker"
    assert origin("maker") == "maker-package 1.0"


def test_listing_imports_nothing(site: Path) -> None:
    brought(site, "raise SystemExit")
    assert "maker" in installed()


@pytest.mark.parametrize(
    ("code", "told"),
    [
        ("import no_such_module", "cannot be loaded: ModuleNotFoundError"),
        ("raise SystemExit('gone')", "cannot be loaded: SystemExit: gone"),
        ("IT = (", "cannot be loaded: SyntaxError"),
        ("", "cannot be loaded: AttributeError"),
        ("IT = 5", "is not a ProviderPlugin"),
        ("IT = plugin(kinds=('x',))", "cannot be loaded: AttributeError"),
        ("IT = plugin(name='other')", "its name is other"),
        ("IT = plugin(name='Ma_ker')", "must be lower-case letters and digits"),
        ("IT = plugin(kinds=())", "it has no kinds"),
        ("IT = plugin(able='kore')", "its capabilities are those of kore"),
        ("IT = plugin(channels=())", "channel c is not in its capabilities"),
        ("IT = plugin(kinds=(kind(provider='kore'),))", "has another provider, kore"),
        ("IT = plugin(kinds=(kind(type='kore_made'),))", "does not begin with maker_"),
        ("IT = plugin(kinds=(kind(kind='KoreSmsCampaign'),))", "is already built in"),
        ("IT = plugin(auth=frozenset({'password'}))", "password is not a key of auth"),
        ("IT = plugin(auth=(SignIn(frozenset()),))", "needs a key that no other way has"),
        ("IT = plugin(auth=(SignIn(frozenset({'token'})),) * 2)", "needs a key that no other"),
        ("IT = plugin(required_keys=frozenset({'room'}))", "room is not a key of a target"),
        ("IT = plugin(account_keys=('accountId',))", "accountId cannot identify the account"),
        ("IT = plugin(account_keys=('auth.token',))", "auth.token cannot identify the account"),
        (
            "IT = plugin(older_apis={'v0': plugin().capabilities})",
            "only choose between api v1 and v2",
        ),
    ],
)
def test_a_plugin_that_cannot_be_used_is_a_problem_with_its_package(
    site: Path, code: str, told: str
) -> None:
    brought(site, code)
    assert told in problem()
    assert "maker-package" in problem()


def test_a_built_in_name_cannot_be_taken(site: Path) -> None:
    brought(site, "raise SystemExit", name="kore")
    with pytest.raises(PluginProblem, match="maker-package registers provider kore, which is"):
        load_installed("kore")
    assert load_plugin("kore").title == "Kore.ai"


def test_two_packages_with_the_same_name_are_refused(site: Path) -> None:
    brought(site, "IT = plugin()")
    package(site, "another-package", {"maker": "maker_module:IT"})
    assert "Keep one of another-package, maker-package." in problem()


def test_an_unknown_name_is_reported_with_the_known_ones(site: Path) -> None:
    brought(site, "IT = plugin()")
    assert problem("makr").startswith("there is no provider makr Known providers: kore, carecycle")
    assert "maker" in problem("makr")
