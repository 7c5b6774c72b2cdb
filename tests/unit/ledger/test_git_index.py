"""What git tracks, compared with what git itself wrote; git is run by this test alone."""

import shutil
import subprocess
from pathlib import Path

import pytest

from reconciler.errors import LedgerRefused
from reconciler.ledger.git_index import Tracked, first_tracked, work_tree
from reconciler.ledger.place import is_in_work_tree, require_own_file

pytestmark = pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")
LEDGER = ".reconciler/state.db"


def git(folder: Path, *arguments: str) -> None:
    settings = ["-c", "user.name=a", "-c", "user.email=a@b", "-c", "protocol.file.allow=always"]
    command = ["git", "-C", str(folder), *settings, *arguments]
    subprocess.run(command, check=True, capture_output=True)


def add(folder: Path, *names: str) -> None:
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    git(folder, "add", "--force", *names)


def tree(folder: Path, *options: str) -> Path:
    folder.mkdir(exist_ok=True)
    git(folder, "init", *options)
    return folder


@pytest.mark.parametrize("format_", ["sha1", "sha256"])
@pytest.mark.parametrize("version", ["2", "3", "4"])
@pytest.mark.parametrize("alone", [True, False])
def test_a_tracked_file_is_found(tmp_path: Path, version: str, format_: str, alone: bool) -> None:
    top = tree(tmp_path, f"--object-format={format_}")
    ledger = top / LEDGER
    if not alone:
        add(top, "a", ".reconciler/a", *(f"campaigns/{n:03}.yaml" for n in range(40)), "ü" * 80)
        add(top, "x" * 200 + "/" + "y" * 200 + "/" + "z" * 200 + "/" + "w" * 200)
    git(top, "update-index", "--index-version", version)
    assert first_tracked([ledger]) is None
    add(top, LEDGER)
    if version == "3":
        git(top, "update-index", "--skip-worktree", LEDGER)
    assert first_tracked([ledger.with_name("b"), ledger]) == Tracked(Path(LEDGER))
    git(top, "update-index", "--force-remove", LEDGER)
    assert first_tracked([ledger]) is None


@pytest.mark.parametrize("format_", ["sha1", "sha256"])
@pytest.mark.parametrize("version", ["2", "4"])
def test_both_parts_of_a_split_index_are_read(tmp_path: Path, version: str, format_: str) -> None:
    top = tree(tmp_path, f"--object-format={format_}")
    ledger = top / LEDGER
    git(top, "config", "splitIndex.maxPercentChange", "100")
    add(top, "a", "b")
    git(top, "update-index", "--index-version", version, "--split-index")
    assert first_tracked([ledger]) is None
    add(top, LEDGER)
    assert first_tracked([ledger]) == Tracked(Path(LEDGER))
    git(top, "update-index", "--split-index")  # it stands in the shared part alone
    assert LEDGER.encode() not in (top / ".git" / "index").read_bytes()
    doubtful = Tracked(Path(LEDGER), "git update-index --no-split-index")
    assert first_tracked([ledger]) == doubtful
    with pytest.raises(LedgerRefused, match="may be tracked by git") as refused:
        require_own_file(ledger, top, "ledger")
    assert "`git update-index --no-split-index`" in refused.value.diagnostics[0].detail
    git(top, "rm", "--cached", LEDGER)
    assert first_tracked([ledger]) == doubtful
    git(top, "update-index", "--no-split-index")
    assert first_tracked([ledger]) is None


def test_a_sparse_index_may_name_only_the_folder(tmp_path: Path) -> None:
    add(tree(tmp_path), "a/b", LEDGER)
    git(tmp_path, "commit", "-m", "x")
    git(tmp_path, "sparse-checkout", "set", "--cone", "--sparse-index", "a")
    ledger = tmp_path / LEDGER
    assert not ledger.exists()
    found = Tracked(Path(LEDGER), "git sparse-checkout add .reconciler")
    assert first_tracked([ledger]) == found
    assert first_tracked([tmp_path / "other" / LEDGER]) is None
    git(tmp_path, "sparse-checkout", "add", ".reconciler")
    assert first_tracked([ledger]) == Tracked(Path(LEDGER))


def test_letters_of_another_case_are_the_same_file_on_some_machines(tmp_path: Path) -> None:
    add(tree(tmp_path), ".Reconciler/State.DB")
    assert first_tracked([tmp_path / LEDGER]) == Tracked(Path(LEDGER))


def test_a_folder_below_the_top_is_found(tmp_path: Path) -> None:
    add(tree(tmp_path), f"team/project/{LEDGER}")
    found = first_tracked([tmp_path / "team/project" / LEDGER])
    assert found == Tracked(Path("team/project") / LEDGER)


def test_a_linked_work_tree_and_a_submodule_have_a_git_file(tmp_path: Path) -> None:
    main = tree(tmp_path / "main")
    add(main, LEDGER)
    git(main, "commit", "-m", "x")
    git(main, "worktree", "add", "../linked")
    assert first_tracked([tmp_path / "linked" / LEDGER]) == Tracked(Path(LEDGER))
    outer = tree(tmp_path / "outer")
    inner = tree(tmp_path / "inner")
    add(inner, "state.db")
    git(inner, "commit", "-m", "x")
    git(outer, "submodule", "add", "../inner", ".reconciler")
    assert (outer / ".reconciler" / ".git").is_file()
    assert first_tracked([outer / LEDGER]) == Tracked(Path("state.db"))


@pytest.mark.parametrize(
    "index",
    [
        b"",
        b"DIRC",
        b"DIRC\0\0\0\5\0\0\0\1" + b"\0" * 200,
        b"DIRC\0\0\0\2\xff\xff\xff\xff" + b"\0" * 200,
        b"DIRC\0\0\0\4\0\0\0\1" + b"\x81\xa4" * 200,
        b"XXXX" * 100,
    ],
)
def test_what_cannot_be_read_says_nothing(tmp_path: Path, index: bytes) -> None:
    (tmp_path / ".git").mkdir()
    assert first_tracked([tmp_path / LEDGER]) is None
    (tmp_path / ".git" / "index").write_bytes(index)
    assert first_tracked([tmp_path / LEDGER]) is None


def test_a_git_file_that_leads_nowhere_says_nothing(tmp_path: Path) -> None:
    for text in ("", "gitdir: gone", "gitdir: .git", "nonsense"):
        (tmp_path / ".git").write_text(text, "utf-8")
        assert first_tracked([tmp_path / LEDGER]) is None
    assert work_tree(tmp_path / "x") is not None
    assert is_in_work_tree(tmp_path / "x" / "y", Path("/elsewhere"))


@pytest.mark.parametrize("suffix", ["", "-wal", "-journal", "-shm"])
def test_a_tracked_file_beside_the_ledger_is_refused_too(tmp_path: Path, suffix: str) -> None:
    add(tree(tmp_path), LEDGER + suffix)
    with pytest.raises(LedgerRefused, match="is tracked by git") as refused:
        require_own_file(tmp_path / LEDGER, tmp_path, "ledger")
    assert f"git rm --cached {LEDGER}{suffix}`" in refused.value.diagnostics[0].detail


@pytest.mark.parametrize("link", [".reconciler", LEDGER, f"{LEDGER}-wal"])
def test_a_link_below_the_project_is_refused(tmp_path: Path, link: str) -> None:
    place = tmp_path / link
    place.parent.mkdir(exist_ok=True)
    place.symlink_to(tmp_path / "elsewhere")
    with pytest.raises(LedgerRefused, match=f"through a link, {link}"):
        require_own_file(tmp_path / LEDGER, tmp_path, "ledger")


def test_a_link_above_the_project_does_not_count(tmp_path: Path) -> None:
    (tmp_path / "real" / "p").mkdir(parents=True)
    (tmp_path / "link").symlink_to("real")
    require_own_file(tmp_path / "link" / "x.db", tmp_path / "real" / "p", "ledger")


def test_a_place_that_cannot_be_looked_at_is_refused(tmp_path: Path) -> None:
    too_long = tmp_path / ("x" * 300)
    with pytest.raises(LedgerRefused, match="cannot be looked at: File name too long"):
        require_own_file(too_long, tmp_path, "ledger")
