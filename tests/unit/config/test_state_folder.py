import sys
from pathlib import Path

import pytest

from reconciler.config.state_folder import state_folder

HERE = Path("/project")
BELOW = {"linux": ".local/state", "darwin": "Library/Application Support"}


@pytest.mark.parametrize("platform", ["linux", "darwin"])
def test_the_platform_has_a_folder_for_state(
    monkeypatch: pytest.MonkeyPatch, platform: str
) -> None:
    monkeypatch.setattr(sys, "platform", platform)
    assert state_folder({"HOME": "/h"}, HERE) == Path("/h") / BELOW[platform] / "reconciler"
    assert state_folder({"HOME": "/h", "XDG_STATE_HOME": "/s"}, HERE) == Path("/s/reconciler")
    assert state_folder({}, HERE) is None


def test_windows_has_one_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "win32")
    assert state_folder({"LOCALAPPDATA": "/local", "HOME": "/h"}, HERE) == Path("/local/reconciler")
    assert state_folder({"HOME": "/h"}, HERE) is None


def test_the_operators_folder_wins_and_may_be_relative() -> None:
    environ = {"RECONCILER_STATE_DIR": "/disk", "XDG_STATE_HOME": "/s", "HOME": "/h"}
    assert state_folder(environ, HERE) == Path("/disk")
    assert state_folder({"RECONCILER_STATE_DIR": "disk"}, HERE) == HERE / "disk"


def test_a_relative_folder_of_the_platform_is_ignored() -> None:
    assert state_folder({"XDG_STATE_HOME": "state", "HOME": "/h"}, HERE) is None
