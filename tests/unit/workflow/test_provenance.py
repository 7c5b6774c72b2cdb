from pathlib import Path

import pytest

from reconciler.workflow.provenance import COMMITS, RUN_PAGES, commit_of, page_of

SHA = "0123456789abcdef0123456789abcdef01234567"
OTHER = "f" * 40


@pytest.fixture
def git(tmp_path: Path) -> Path:
    folder = tmp_path / ".git"
    folder.mkdir()
    return folder


@pytest.mark.parametrize("name", COMMITS)
def test_the_commit_of_every_common_runner_is_known(name: str, tmp_path: Path) -> None:
    assert commit_of({name: SHA}, tmp_path) == SHA


@pytest.mark.parametrize("text", ["", "HEAD", "main", "a commit", f"{SHA}\nx"])
def test_what_is_no_commit_is_passed_over(text: str, tmp_path: Path) -> None:
    assert commit_of({"GITHUB_SHA": text, "BUILDKITE_COMMIT": SHA}, tmp_path) == SHA
    assert commit_of({"BUILDKITE_COMMIT": text}, tmp_path) == ""


def test_git_tells_the_commit_of_a_branch(git: Path, tmp_path: Path) -> None:
    (git / "HEAD").write_text("ref: refs/heads/main\n", "ascii")
    (git / "packed-refs").write_text(f"# pack-refs with: peeled\n{OTHER} refs/heads/main\n")
    below = tmp_path / "campaigns" / "sms"
    assert commit_of({}, below) == OTHER
    (git / "refs" / "heads").mkdir(parents=True)
    (git / "refs" / "heads" / "main").write_text(f"{SHA}\n", "ascii")
    assert commit_of({}, below) == SHA
    assert commit_of({"CI_COMMIT_SHA": OTHER}, below) == OTHER


def test_git_tells_the_commit_that_is_checked_out_without_a_branch(
    git: Path, tmp_path: Path
) -> None:
    (git / "HEAD").write_text(f"{SHA}\n", "ascii")
    assert commit_of({}, tmp_path) == SHA


def test_a_work_tree_of_its_own_has_the_branches_of_its_repository(tmp_path: Path) -> None:
    main = tmp_path / "main" / ".git"
    own = main / "worktrees" / "fix"
    own.mkdir(parents=True)
    (main / "refs" / "heads").mkdir(parents=True)
    (main / "refs" / "heads" / "fix").write_text(f"{SHA}\n", "ascii")
    (own / "HEAD").write_text("ref: refs/heads/fix\n", "ascii")
    (own / "commondir").write_text("../..\n", "ascii")
    fix = tmp_path / "fix"
    fix.mkdir()
    (fix / ".git").write_text(f"gitdir: {own}\n", "ascii")
    assert commit_of({}, fix) == SHA


@pytest.mark.parametrize("head", ["ref: refs/../../secret", "ref: /etc/passwd", "no commit", ""])
def test_a_strange_head_tells_nothing(git: Path, tmp_path: Path, head: str) -> None:
    (git.parent / "secret").write_text(SHA, "ascii")
    (git / "HEAD").write_text(head, "ascii")
    assert commit_of({}, tmp_path) == ""


@pytest.mark.parametrize("name", RUN_PAGES)
def test_the_page_of_every_common_runner_is_known(name: str) -> None:
    assert page_of({name: "https://ci/1"}) == "https://ci/1"
    assert page_of({}) == ""
