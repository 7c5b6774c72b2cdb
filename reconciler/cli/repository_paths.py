"""A file's name in a diagnostic into its path in the repository, as code hosts want it."""

import os
from collections.abc import Callable, Mapping
from pathlib import Path

_TOPS = ("GITHUB_WORKSPACE", "CI_PROJECT_DIR")


def locator(project_file: Path, environ: Mapping[str, str]) -> Callable[[str], str]:
    """A function for names that are relative to the folder of the project file.

    It returns "" for what is no file, and for a file outside of the repository. Without a variable
    that names the repository's folder, that is the project's.
    """
    root = Path(os.path.realpath(project_file.parent))
    named = next(filter(None, map(environ.get, _TOPS)), None)
    top = Path(os.path.realpath(named)) if named else root

    def located(filename: str) -> str:
        path = Path(os.path.normpath(root / filename))
        try:
            found = path.is_file() and path.is_relative_to(top)
        except (OSError, ValueError):
            return ""
        return path.relative_to(top).as_posix() if found else ""

    return located
