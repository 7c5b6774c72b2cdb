"""`examples/ci/scripts/reviewed.py` against a fake forge: only what was reviewed counts."""

import hashlib
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import reviewed
from fake_forge import REPOSITORY, FakeForge, pull, run, served

HEAD, MERGE, OTHER = "a" * 40, "b" * 40, "c" * 40
APPLY = ".github/workflows/apply.yml"
NAME = "plan-production.json"
Find = Callable[..., dict[str, str]]


@pytest.fixture
def forge() -> FakeForge:
    """A pull request with two plan runs of its head commit, merged as `MERGE`."""
    made = FakeForge()
    made.pulls = [pull(7, HEAD, MERGE)]
    made.runs = [run(1, HEAD), run(2, HEAD)]
    made.upload(1, NAME, b"first")
    made.upload(2, NAME, b"second")
    return made


@pytest.fixture
def find(forge: FakeForge, tmp_path: Path) -> Iterator[Find]:
    with served(forge) as address:

        def found(*options: str, commit: str = MERGE, code: int = 0) -> dict[str, str]:
            outputs = tmp_path / "outputs"
            outputs.write_text("", "utf-8")
            environ = {
                "GITHUB_API_URL": address,
                "GITHUB_REPOSITORY": REPOSITORY,
                "GITHUB_SHA": commit,
                "GITHUB_WORKFLOW_REF": f"{REPOSITORY}/{APPLY}@refs/heads/main",
                "GITHUB_OUTPUT": str(outputs),
            }
            options = ("--artifact", NAME, *options)
            assert reviewed.main(options, environ, lambda _: None) == code
            lines = outputs.read_text("utf-8").splitlines()
            return dict(line.split("=", 1) for line in lines)

        yield found


def digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


@pytest.mark.parametrize("how", ["merge", "squash", "rebase"])
def test_the_last_plan_of_the_head_commit_counts_however_it_was_merged(
    forge: FakeForge, find: Find, how: str
) -> None:
    # A merge commit has the head commit as a parent; a squash and a rebase make new commits.
    forge.pulls[0]["commits"] = [MERGE, OTHER] if how == "rebase" else [MERGE]
    assert find() == {
        "request": "7",
        "run": "2",
        "artifact": "2",
        "sha256": digest(b"second"),
        "found": "true",
    }


def test_a_commit_of_the_merge_queue_has_a_plan_of_its_own(forge: FakeForge, find: Find) -> None:
    forge.pulls.append(pull(8, OTHER, MERGE))
    assert find()["found"] == "false"
    forge.runs.append(run(3, MERGE, "merge_group"))
    forge.upload(3, NAME, b"queued")
    assert find() == {"run": "3", "artifact": "3", "sha256": digest(b"queued"), "found": "true"}


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"merged_at": None}, "not the merge of one pull request"),
        ({"merge_commit_sha": OTHER}, "not the merge of one pull request"),
        ({"base": {"ref": "release"}}, "not the merge of one pull request"),
        ({"commits": []}, "not the merge of one pull request"),
        ({"head": {"sha": OTHER}}, f"no plan run of commit {OTHER} succeeded"),
    ],
)
def test_another_pull_request_has_no_say(
    forge: FakeForge, find: Find, changes: dict[str, object], reason: str
) -> None:
    forge.pulls[0].update(changes)
    found = find()
    assert found["found"] == "false"
    assert reason in found["reason"]
    assert "sha256" not in found


@pytest.mark.parametrize(
    "changes",
    [
        {"conclusion": "failure"},
        {"head_repository": {"full_name": "mallory/campaigns"}},
        {"head_repository": None},
        {"path": ".github/workflows/other/plan.yml"},
    ],
)
def test_a_run_that_failed_or_is_not_ours_does_not_count(
    forge: FakeForge, find: Find, changes: dict[str, object]
) -> None:
    forge.runs[1].update(changes)
    assert find()["run"] == "1"
    forge.runs[0].update(changes)
    assert find()["reason"] == f"no plan run of commit {HEAD} succeeded"


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"name": "plan-staging.json"}, "has no artifact"),
        ({"expired": True}, "has expired"),
        ({"digest": None}, "not proven"),
        ({"digest": "md5:0"}, "not proven"),
        ({"workflow_run": {"id": 2, "head_sha": OTHER}}, "not proven"),
    ],
)
def test_an_artifact_that_is_gone_or_of_another_run_does_not_count(
    forge: FakeForge, find: Find, changes: dict[str, object], reason: str
) -> None:
    forge.artifacts[1].update(changes)
    found = find()
    assert (found["found"], reason in found["reason"]) == ("false", True), found


def test_a_person_chooses_a_run_of_the_default_branch(forge: FakeForge, find: Find) -> None:
    forge.runs += [run(5, MERGE, "push", conclusion="failure"), run(6, OTHER, "push")]
    forge.upload(5, NAME, b"new")
    forge.runs[-1]["head_branch"] = "topic"
    assert find("--run", "5", commit=OTHER)["sha256"] == digest(b"new")
    for other in ("6", "2"):
        reason = find("--run", other)["reason"]
        assert reason == f"run {other} is not a run of {APPLY} on the default branch"
    with pytest.raises(SystemExit):
        find("--run", "5; rm")


def test_a_forge_that_does_not_answer_is_an_error(
    forge: FakeForge, find: Find, capsys: pytest.CaptureFixture[str]
) -> None:
    forge.failures = [("GET", 503)] * 2
    assert find()["found"] == "true"
    forge.failures = [("GET", 503)] * 9
    assert find(code=1) == {}
    assert "::error::The reviewed plan cannot be looked up" in capsys.readouterr().err
    forge.failures = [("GET", 403)]
    assert find(code=1) == {}
