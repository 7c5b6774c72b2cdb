import os
from pathlib import Path

import pytest

from reconciler.located_yaml.text import MAX_BYTES
from reconciler.manifests import files
from reconciler.manifests.files import Sources, gather


def project(root: Path, *names: str) -> Path:
    for name in names:
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"# {name}\n", encoding="utf-8")
    return root


def names(root: Path, *paths: str) -> list[str]:
    return list(gather(Sources(root, paths)).files)


def problems(root: Path, *paths: str) -> list[str]:
    return [f"{one.code} {one.summary}" for one in gather(Sources(root, paths)).problems]


def test_folders_are_walked_by_name_and_hidden_things_skipped(tmp_path: Path) -> None:
    project(tmp_path, "c/b.yml", "c/a/z.json", "c/a.yaml", "c/.git/x.yaml", "c/.y.yaml", "c/n.txt")
    assert names(tmp_path, "c") == ["c/a/z.json", "c/a.yaml", "c/b.yml"]


def test_names_that_are_nearly_those_of_manifests_are_mentioned(tmp_path: Path) -> None:
    project(tmp_path, "c/a.YAML", "c/a.yaml.txt", "c/.y.yaml", "c/a.yaml", "c/n.txt", "c/x.yaml~")
    (tmp_path / "c" / "folder.Yml").mkdir()
    assert problems(tmp_path, "c") == ["not-read not read: c/.y.yaml, c/a.YAML, c/a.yaml.txt"]
    project(tmp_path, ".pre-commit-config.yaml", "b.yaml")
    assert problems(tmp_path, "c/a.yaml", ".")[0].count("pre-commit") == 0


def test_the_project_file_is_no_manifest(tmp_path: Path) -> None:
    project(tmp_path, "reconciler.yaml", "a.yaml")
    assert names(tmp_path, ".") == ["a.yaml"]


def test_a_file_is_taken_only_once(tmp_path: Path) -> None:
    project(tmp_path, "c/a.yaml", "c/b.yml")
    absolute = str(tmp_path / "c" / "b.yml")
    assert names(tmp_path, "c/b.yml", "c", absolute, "c/../c/a.yaml") == ["c/b.yml", "c/a.yaml"]


@pytest.mark.parametrize("name", [".env", "id_rsa", ".git/config", ".docker/config.json", "a.txt"])
def test_a_file_of_another_kind_is_not_read(name: str, tmp_path: Path) -> None:
    project(tmp_path, name)
    assert problems(tmp_path, name) == [f"not-a-manifest {name} is not a manifest file by its name"]


def test_a_dash_is_standard_input(tmp_path: Path) -> None:
    found = gather(Sources(tmp_path, ("-",), b"kind: x"))
    assert found.files == {"<stdin>": b"kind: x"}


def test_a_folder_without_manifests_and_a_missing_one_are_errors(tmp_path: Path) -> None:
    project(tmp_path, "c/readme.md")
    assert problems(tmp_path, "c", "d", "a\0b") == [
        "no-manifests no manifests in c",
        "path-not-found there is no file or folder d",
        "path-not-found there is no file or folder a\0b",
    ]


def test_nothing_outside_the_project_is_read(tmp_path: Path) -> None:
    root = project(tmp_path / "p", "c/a.yaml")
    outside = project(tmp_path / "o", "x.yaml")
    (root / "c" / "link.yaml").symlink_to(outside / "x.yaml")
    (root / "c" / "folder").symlink_to(outside, target_is_directory=True)
    (root / "c" / "broken.yaml").symlink_to(outside / "gone.yaml")
    found = gather(Sources(root, ("c", "../o", str(outside / "x.yaml"))))
    assert list(found.files) == ["c/a.yaml"]
    assert [one.summary.split()[0] for one in found.problems] == [
        "c/broken.yaml",
        "c/folder",
        "c/link.yaml",
        "../o",
        str(outside / "x.yaml"),
    ]
    assert {one.code for one in found.problems} == {"outside-project"}


def test_a_link_stays_in_the_folder_that_holds_it(tmp_path: Path) -> None:
    project(tmp_path, "c/a.yaml", "c/sub/b.yaml", "shared/s.yaml", ".env", "d/.env.json")
    for link, target in (
        ("c/again.yaml", "a.yaml"),
        ("c/deeper.yaml", "sub/b.yaml"),
        ("c/env.yaml", "../.env"),
        ("c/shared.yaml", "../shared/s.yaml"),
        ("c/folder", "../shared"),
        ("c/loop.yaml", "loop.yaml"),
        ("d/env.json", ".env.json"),
        ("e", "shared"),
    ):
        (tmp_path / link).symlink_to(target)
    assert names(tmp_path, "c", "e") == ["c/a.yaml", "c/deeper.yaml", "shared/s.yaml"]
    assert [one.split()[:2] for one in problems(tmp_path, "c", "d", "c/env.yaml")] == [
        ["outside-project", "c/env.yaml"],
        ["outside-project", "c/folder"],
        ["outside-project", "c/loop.yaml"],
        ["outside-project", "c/shared.yaml"],
        ["not-a-manifest", "d/env.json"],
        ["outside-project", "c/env.yaml"],
        ["not-read", "not"],
    ]


def test_a_circle_of_folders_is_walked_once(tmp_path: Path) -> None:
    project(tmp_path, "c/sub/a.yaml")
    (tmp_path / "c" / "loop").symlink_to(".")
    (tmp_path / "c" / "other").symlink_to("sub")
    assert names(tmp_path, "c") == ["c/other/a.yaml"]


def test_the_mount_of_a_container_is_made_of_links(tmp_path: Path) -> None:
    project(tmp_path, "c/..2026/a.yaml", "c/..2026/sub/b.yaml")
    (tmp_path / "c" / "..data").symlink_to("..2026")
    (tmp_path / "c" / "a.yaml").symlink_to("..data/a.yaml")
    (tmp_path / "c" / "sub").symlink_to("..data/sub")
    assert names(tmp_path, "c") == ["c/a.yaml", "c/sub/b.yaml"]
    assert problems(tmp_path, "c") == []


def test_links_above_the_project_do_not_count(tmp_path: Path) -> None:
    project(tmp_path / "real", "c/a.yaml")
    (tmp_path / "link").symlink_to("real")
    root = tmp_path / "link"
    assert names(root, "c", str(root / "c" / "a.yaml")) == ["c/a.yaml"]


@pytest.mark.parametrize(("limit", "enough"), [("MAX_FILES", 3), ("MAX_TOTAL", 22)])
def test_more_than_a_project_may_have_is_not_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, limit: str, enough: int
) -> None:
    project(tmp_path, "c/1.yaml", "c/2.yaml", "d/3.yaml", "d/4.yaml")
    monkeypatch.setattr(files, limit, enough)
    assert problems(tmp_path, "c") == []
    monkeypatch.setattr(files, limit, enough - 1)
    gathered = gather(Sources(tmp_path, ("c", "d", "e")))
    assert [one.code for one in gathered.problems] == ["too-large"]
    assert [*gathered.files] == ["c/1.yaml", "c/2.yaml"]
    assert "in all, or more than" in gathered.problems[0].summary


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes here")
def test_what_is_no_regular_file_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.yaml")
    assert problems(tmp_path, "pipe.yaml") == [
        "unreadable pipe.yaml cannot be read: not a regular file"
    ]


def test_no_more_is_read_than_a_manifest_may_have(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_bytes(b" " * (MAX_BYTES + 500))
    assert len(gather(Sources(tmp_path, ("a.yaml",))).files["a.yaml"]) == MAX_BYTES + 1
