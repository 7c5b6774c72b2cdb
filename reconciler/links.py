"""Follows links inside a project, no further than the folder that holds each of them.

A stranger's branch may add a link to any file of the machine. The mounts of containers use links,
too: there each file is a link into `..data` beside it.
"""

from pathlib import Path, PurePath


class LeadsElsewhere(Exception):
    """A path leaves the project, or a link leads out of the folder that holds it."""


def inside(path: PurePath | str, root: Path) -> Path:
    """The file or folder at `path`, relative to `root` or absolute, with its links followed.

    `root` is resolved; links above it do not count. Raises `LeadsElsewhere`; ValueError for a text
    that is no path; and OSError if there is nothing, or if links lead in a circle.
    """
    found = root
    for part in _below(PurePath(path), root).parts:
        found = found.parent if part == ".." else followed(found / part)
        if not found.is_relative_to(root):
            raise LeadsElsewhere
    found.stat()
    return found


def followed(path: Path) -> Path:
    """A path in a resolved folder, with its own link followed; raises as `inside` does."""
    if not path.is_symlink():
        return path
    found = _resolved(path)
    if not found.is_relative_to(path.parent):
        raise LeadsElsewhere
    return found


def is_hidden(path: Path, root: Path) -> bool:
    """Whether the path of a file below `root` has a name with one dot at its beginning."""
    names = path.relative_to(root).parts
    return any(name.startswith(".") and not name.startswith("..") for name in names)


def first_link(path: Path, root: Path) -> Path | None:
    """The first link in an absolute path below `root`; None if there is none, or elsewhere."""
    if not path.is_relative_to(root):
        return None
    found = root
    for part in path.relative_to(root).parts:
        found /= part
        if found.is_symlink():
            return found
    return None


def _below(path: PurePath, root: Path) -> PurePath:
    if not path.is_absolute():
        return path
    if path.is_relative_to(root):
        return path.relative_to(root)
    try:
        return _resolved(Path(path)).relative_to(root)
    except ValueError:
        raise LeadsElsewhere from None


def _resolved(path: Path) -> Path:
    try:
        return path.resolve(strict=True)
    except RuntimeError as problem:  # before Python 3.13, for links in a circle
        raise OSError("links lead in a circle") from problem
