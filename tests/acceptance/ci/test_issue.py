"""`examples/ci/scripts/issue.py` against a fake forge: one issue per environment."""

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import issue
import pytest
from fake_forge import REPOSITORY, FakeForge, served

MARK = issue.marker(".", "production")
Keep = Callable[..., None]


@pytest.fixture
def forge() -> FakeForge:
    return FakeForge()


@pytest.fixture
def address(forge: FakeForge) -> Iterator[str]:
    with served(forge) as url:
        yield url


def on_github(address: str) -> Mapping[str, str]:
    return {"GITHUB_API_URL": address, "GITHUB_REPOSITORY": REPOSITORY, "GITHUB_TOKEN": "t"}


def on_gitlab(address: str) -> Mapping[str, str]:
    return {
        "GITLAB_CI": "true",
        "CI_API_V4_URL": address,
        "CI_PROJECT_ID": "acme/campaigns",
        "RECONCILER_COMMENT_TOKEN": "t",
    }


@pytest.fixture(params=[on_github, on_gitlab])
def keep(request: pytest.FixtureRequest, forge: FakeForge, address: str, tmp_path: Path) -> Keep:
    """Keep the issue after a drift run; it must exit with 0."""
    environ = request.param(address)
    if request.param is on_gitlab:
        forge.login = forge.writer = "reconciler-bot"

    def keep(text: str, code: int, environment: str = "production", **changed: str) -> None:
        path = tmp_path / "drift.md"
        path.write_text(text, "utf-8")
        options = ["--environment", environment, "--code", str(code)]
        assert issue.main([str(path), *options], {**environ, **changed}, lambda _: None) == 0

    return keep


def shown(forge: FakeForge) -> list[tuple[str, str]]:
    return [(one["state"], one["body"]) for one in forge.issues]


def test_an_issue_is_made_replaced_and_closed(forge: FakeForge, keep: Keep) -> None:
    keep("one", 2)
    assert forge.issues[0]["title"] == "Drift in production"
    keep("two", 2)
    assert shown(forge) == [("open", f"{MARK}\ntwo")]
    keep("", 0)
    assert shown(forge) == [("closed", f"{MARK}\nThere is no drift any more.")]
    keep("again", 2)
    assert shown(forge)[1:] == [("open", f"{MARK}\nagain")]


@pytest.mark.parametrize("code", [1, 3, 4, 5, 7])
def test_an_issue_stays_while_nobody_knows(forge: FakeForge, keep: Keep, code: int) -> None:
    keep("one", 2)
    keep("", code)
    assert shown(forge) == [("open", f"{MARK}\none")]


def test_each_environment_has_an_issue(forge: FakeForge, keep: Keep) -> None:
    keep("one", 2)
    keep("two", 2, "staging --> x")
    assert len(forge.issues) == 2
    assert all(one["body"].partition("\n")[0].count("-->") == 1 for one in forge.issues)
    keep("", 0, "staging --> x")
    assert [one["state"] for one in forge.issues] == ["open", "closed"]


def test_somebody_elses_issue_is_left_alone(forge: FakeForge, keep: Keep) -> None:
    ours, forge.writer = forge.writer, "mallory"
    forge._open_issue({}, {"title": "x", "body": f"{MARK}\nx", "description": f"{MARK}\nx"})
    forge.writer = ours
    keep("", 0)
    keep("one", 2)
    assert shown(forge) == [("open", f"{MARK}\nx"), ("open", f"{MARK}\none")]


def test_our_issue_is_found_behind_300_others(forge: FakeForge, keep: Keep) -> None:
    for number in range(300):
        forge._open_issue({}, {"title": str(number), "body": "x", "description": "x"})
    keep("one", 2)
    keep("two", 2)
    assert len(forge.issues) == 301
    assert shown(forge)[-1] == ("open", f"{MARK}\ntwo")


def test_a_write_that_seemed_to_fail_makes_no_second_issue(forge: FakeForge, keep: Keep) -> None:
    forge.failures = [("POST", 502)]
    keep("one", 2)
    assert len(forge.issues) == 1


@pytest.mark.parametrize("status", [403, 404, 422])
def test_a_refusal_is_a_warning(
    forge: FakeForge, keep: Keep, status: int, capsys: pytest.CaptureFixture[str]
) -> None:
    forge.failures = [("POST", status)]
    keep("one", 2)
    assert f"::warning::The issue about drift was not kept: the forge answers {status}" in (
        capsys.readouterr().err
    )
