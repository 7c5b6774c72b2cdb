"""A folder into the project file that it belongs to.

Looks at names and owners only; reads no file.
"""

import os
from pathlib import Path

PROJECT_FILE = "reconciler.yaml"


def find_project_file(folder: Path, named: Path | str | None = None) -> Path:
    """The project file that somebody `named`, or that of a folder or the nearest folder above it.

    If there is none, the folder's own name for it.

    Stops at the top of a git work tree. A file above the folder counts only if this user or the
    system's administrator owns it: on a shared machine anybody may write to /tmp.
    """
    if named:
        return folder / named
    own = folder / PROJECT_FILE
    if os.path.lexists(own):
        return own
    absolute = folder.resolve()
    for below, above in zip((absolute, *absolute.parents), absolute.parents, strict=False):
        if os.path.lexists(below / ".git"):
            break
        found = above / PROJECT_FILE
        if os.path.lexists(found):
            return found if _trusted(found) else own
    return own


def _trusted(path: Path) -> bool:
    return not hasattr(os, "geteuid") or path.lstat().st_uid in {os.geteuid(), 0}
