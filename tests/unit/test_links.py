import os
from pathlib import Path

import pytest

from reconciler.links import LeadsElsewhere, first_link, inside, is_hidden
from reconciler.regular_file import open_regular, read_regular


def test_a_path_without_links_is_taken_as_it_is(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "b").touch()
    for path in ("a/b", "a/../a/b", str(tmp_path / "a" / "b")):
        assert inside(path, tmp_path) == tmp_path / "a" / "b"
    assert inside(".", tmp_path) == tmp_path


@pytest.mark.parametrize("path", ["..", "a/../../x", "/etc/passwd", "out", "out/passwd", "deep/up"])
def test_nothing_leads_out_of_the_project_or_of_its_folder(path: str, tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "deep").mkdir()
    (tmp_path / "out").symlink_to("/etc")
    (tmp_path / "deep" / "up").symlink_to("../a")
    with pytest.raises(LeadsElsewhere):
        inside(path, tmp_path)


def test_what_is_not_there_is_an_os_error(tmp_path: Path) -> None:
    (tmp_path / "circle").symlink_to("circle")
    for path in ("gone", "circle", "gone/x"):
        with pytest.raises(OSError):  # noqa: PT011 - its message is the system's
            inside(path, tmp_path)


def test_one_dot_hides_and_two_are_a_mount(tmp_path: Path) -> None:
    hidden = {name: is_hidden(tmp_path / name, tmp_path) for name in (".a/b", "a/.b", "..a/b", "a")}
    assert hidden == {".a/b": True, "a/.b": True, "..a/b": False, "a": False}


def test_the_first_link_below_the_project_is_found(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to("real")
    (tmp_path / "real" / "file").symlink_to("/etc/passwd")
    assert first_link(tmp_path / "link" / "file", tmp_path) == tmp_path / "link"
    assert first_link(tmp_path / "real" / "file", tmp_path) == tmp_path / "real" / "file"
    assert first_link(tmp_path / "real" / "x", tmp_path) is None
    assert first_link(Path("/somewhere/else"), tmp_path) is None


def test_only_a_regular_file_is_opened(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("text", "utf-8")
    (tmp_path / "link").symlink_to("file")
    os.mkfifo(tmp_path / "pipe")
    assert read_regular(tmp_path / "file", 3) == b"tex"
    for path in (tmp_path / "link", tmp_path / "pipe", tmp_path, Path("/dev/zero")):
        with pytest.raises(OSError, match="not a regular file"), open_regular(path):
            pass
