"""The folder of this machine for what must outlive a project's folder."""

import sys
from collections.abc import Mapping
from pathlib import Path

STATE_DIR = "RECONCILER_STATE_DIR"


def state_folder(environ: Mapping[str, str], directory: Path) -> Path | None:
    """`RECONCILER_STATE_DIR`, relative to `directory`; else the platform's folder for state.

    None if no variable names a folder.
    """
    if given := environ.get(STATE_DIR):
        return directory.absolute() / given
    if own := environ.get("XDG_STATE_HOME"):
        return Path(own) / "reconciler" if Path(own).is_absolute() else None
    if sys.platform == "win32":
        local = environ.get("LOCALAPPDATA")
        return Path(local) / "reconciler" if local else None
    home = environ.get("HOME")
    if not home:
        return None
    below = "Library/Application Support" if sys.platform == "darwin" else ".local/state"
    return Path(home) / below / "reconciler"
