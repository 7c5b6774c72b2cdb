"""`examples/ci/scripts/comment.py` against a fake forge: one comment, and never a failed plan."""

import json
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import comment
import pytest
from fake_forge import REPOSITORY, FakeForge, served

MARK = comment.marker(".", ["production"])
Post = Callable[..., None]


@pytest.fixture
def forge() -> FakeForge:
    return FakeForge()


@pytest.fixture
def address(forge: FakeForge) -> Iterator[str]:
    with served(forge) as url:
        yield url


def on_github(address: str, folder: Path) -> Mapping[str, str]:
    event = folder / "event.json"
    event.write_text(json.dumps({"pull_request": {"number": 7}}), "utf-8")
    return {
        "GITHUB_API_URL": address,
        "GITHUB_REPOSITORY": REPOSITORY,
        "GITHUB_TOKEN": "t",
        "GITHUB_EVENT_PATH": str(event),
    }


def on_gitlab(address: str, _: Path) -> Mapping[str, str]:
    return {
        "GITLAB_CI": "true",
        "CI_API_V4_URL": address,
        "CI_PROJECT_ID": "acme/campaigns",
        "CI_MERGE_REQUEST_IID": "7",
        "RECONCILER_COMMENT_TOKEN": "t",
    }


@pytest.fixture(params=[on_github, on_gitlab])
def post(request: pytest.FixtureRequest, forge: FakeForge, address: str, tmp_path: Path) -> Post:
    """Post a text as the plan of an environment; it must exit with 0."""
    environ = request.param(address, tmp_path)
    if request.param is on_gitlab:
        forge.login = forge.writer = "reconciler-bot"

    def post(text: str, *options: str, **changed: str) -> None:
        path = tmp_path / "plan.md"
        path.write_text(text, "utf-8")
        options = options or ("--environment", "production")
        assert comment.main([str(path), *options], {**environ, **changed}, lambda _: None) == 0

    return post


def bodies(forge: FakeForge) -> list[str]:
    return [one["body"] for one in forge.comments]


def test_a_later_plan_replaces_the_earlier_one(forge: FakeForge, post: Post) -> None:
    post("first")
    post("second")
    assert bodies(forge) == [f"{MARK}\nsecond"]
    count = len(forge.requests)
    post("second")
    assert {method for method, _ in forge.requests[count:]} == {"GET"}


def test_each_environment_and_each_project_has_a_comment(forge: FakeForge, post: Post) -> None:
    post("a", "--environment", "staging", "--environment", "production")
    post("b", "--environment", "production", "--environment", "staging")
    post("c", "--environment", "production")
    post("d", "--environment", "production", "--project", "teams/--> x")
    assert [body.partition("\n")[2] for body in bodies(forge)] == ["b", "c", "d"]
    assert all("-->" not in body.partition("\n")[0].removesuffix("-->") for body in bodies(forge))


def test_our_comment_is_found_among_300(forge: FakeForge, post: Post) -> None:
    for number in range(250):
        forge.add_comment("person", f"{number}")
    forge.add_comment(forge.writer, f"{MARK}\nold")
    for number in range(50):
        forge.add_comment("person", f"{number}")
    post("new")
    assert len(forge.comments) == 301
    assert forge.comments[250]["body"] == f"{MARK}\nnew"


def test_a_marker_in_the_comment_of_somebody_else_is_left_alone(
    forge: FakeForge, post: Post
) -> None:
    forge.add_comment("mallory", f"{MARK}\nNo changes.")
    forge.add_comment(forge.writer, f"Quoted: {MARK}\nNo changes.")
    post("1 to add")
    assert bodies(forge)[2:] == [f"{MARK}\n1 to add"]
    assert bodies(forge)[0] == f"{MARK}\nNo changes."


def test_of_several_comments_of_ours_one_stays(forge: FakeForge, post: Post) -> None:
    for text in ("one", "two"):
        forge.add_comment(forge.writer, f"{MARK}\n{text}")
    post("three")
    assert bodies(forge) == [f"{MARK}\nthree"]


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_forge_that_fails_at_first_is_asked_again(
    forge: FakeForge, post: Post, method: str
) -> None:
    forge.failures = [(method, 502), (method, 503)]
    post("text")
    assert bodies(forge) == [f"{MARK}\ntext"]


@pytest.mark.parametrize(
    ("failures", "reason"),
    [
        ([("POST", 403)], "answers 403"),
        ([("POST", 404)], "answers 404"),
        ([("POST", 503)] * 9, "answers 503"),
        ([("POST", 422)] * 9, "answers 422"),
    ],
)
def test_a_forge_that_refuses_is_a_warning(
    forge: FakeForge,
    post: Post,
    capsys: pytest.CaptureFixture[str],
    failures: list[tuple[str, int]],
    reason: str,
) -> None:
    forge.failures = [*failures]
    post("text")
    assert bodies(forge) == []
    warned = capsys.readouterr().err
    assert warned.startswith("::warning::The plan is not on its pull request: ")
    assert reason in warned


def test_a_text_that_is_refused_or_too_long_becomes_a_short_one(
    forge: FakeForge, post: Post
) -> None:
    forge.failures = [("POST", 422)]
    post("odd")
    post("\N{PARTY POPPER}" * 33_000, "--environment", "staging")
    assert [body.partition("\n")[2][:27] for body in bodies(forge)] == [
        "The plan cannot be shown he"
    ] * 2


def test_nothing_that_is_missing_fails_a_plan(
    forge: FakeForge, post: Post, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    (tmp_path / "event.json").write_text("{}", "utf-8")
    post("text", CI_MERGE_REQUEST_IID="")
    assert "no pull request" in capsys.readouterr().err
    post("text", "--request", "7", GITHUB_API_URL="http://forge", CI_API_V4_URL="http://forge")
    assert "not an https address" in capsys.readouterr().err
    closed = "http://127.0.0.1:9"
    post("text", "--request", "7", GITHUB_API_URL=closed, CI_API_V4_URL=closed)
    assert "cannot be reached" in capsys.readouterr().err
    assert bodies(forge) == []
