import os
from pathlib import Path

import pytest

from reconciler.config.find import find_project_file


def test_the_nearest_project_file_above_is_found(tmp_path: Path) -> None:
    deep = tmp_path / "a" / "b"
    deep.mkdir(parents=True)
    (tmp_path / "reconciler.yaml").touch()
    assert find_project_file(deep) == (tmp_path / "reconciler.yaml").resolve()
    (tmp_path / "a" / "reconciler.yaml").touch()
    assert find_project_file(deep) == (tmp_path / "a" / "reconciler.yaml").resolve()
    assert find_project_file(tmp_path) == tmp_path / "reconciler.yaml"


def test_the_search_ends_at_the_top_of_a_work_tree(tmp_path: Path) -> None:
    (tmp_path / "reconciler.yaml").touch()
    (tmp_path / "other" / ".git").mkdir(parents=True)
    assert find_project_file(tmp_path / "other") == tmp_path / "other" / "reconciler.yaml"


@pytest.mark.skipif(not hasattr(os, "geteuid"), reason="this system has no owners")
def test_a_strangers_file_above_is_not_used(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "reconciler.yaml").touch()
    (tmp_path / "mine").mkdir()
    owner = (tmp_path / "reconciler.yaml").stat().st_uid
    monkeypatch.setattr(os, "geteuid", lambda: owner + 1)
    if owner:
        assert find_project_file(tmp_path / "mine") == tmp_path / "mine" / "reconciler.yaml"
    else:  # What the administrator owns is trusted.
        assert find_project_file(tmp_path / "mine") == (tmp_path / "reconciler.yaml").resolve()


def test_a_file_in_the_folder_itself_needs_no_owner(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "reconciler.yaml").touch()
    monkeypatch.setattr(os, "geteuid", lambda: -1, raising=False)
    assert find_project_file(tmp_path) == tmp_path / "reconciler.yaml"
