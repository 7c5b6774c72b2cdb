"""Paths of a project into the bytes of its manifest files, never from outside the project.

Walks folders, follows no link out of the root, and reads no more than the size limit of a manifest.
Does not parse what it reads.
"""

import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from reconciler.diagnostics import Diagnostic, error
from reconciler.located_yaml.text import MAX_BYTES
from reconciler.system_text import from_system

MAX_FILES = 2_000
STDIN = "<stdin>"
_SUFFIXES = frozenset({".yaml", ".yml", ".json"})
_PROJECT_FILES = frozenset({"reconciler.yaml", "reconciler.yml"})


@dataclass(frozen=True, slots=True)
class Sources:
    """Where manifests come from: paths below `root` (`-` is standard input) and its bytes."""

    root: Path
    paths: tuple[str, ...]
    stdin: bytes = b""


@dataclass(slots=True)
class Gathered:
    """The files' bytes by the name to show, and what could not be read."""

    files: dict[str, bytes] = field(default_factory=dict)
    problems: list[Diagnostic] = field(default_factory=list)


def gather(sources: Sources) -> Gathered:
    """Every manifest file, in the order of the paths and by name within a folder."""
    gathered = Gathered()
    root = sources.root.resolve()
    for path in sources.paths:
        if path == "-":
            gathered.files[STDIN] = sources.stdin
        else:
            _gather_path(path, root, gathered)
    return gathered


def _gather_path(path: str, root: Path, gathered: Gathered) -> None:
    try:
        real = (root / path).resolve(strict=True)
    except (OSError, ValueError, RuntimeError):
        summary = f"there is no file or folder {path}"
        gathered.problems.append(
            error("path-not-found", summary, f"The path is relative to {root}.")
        )
        return
    if not real.is_relative_to(root):
        gathered.problems.append(_outside(path))
        return
    if not real.is_dir():
        _read(real, root, gathered)
        return
    before = len(gathered.files)
    already = len(gathered.problems)
    for count, file in enumerate(_walk(real, root, gathered.problems)):
        if count == MAX_FILES:
            summary = f"folder {path} has more than {MAX_FILES:,} manifest files"
            gathered.problems.append(error("too-many-files", summary))
            return
        _read(file, root, gathered)
    if len(gathered.files) == before and len(gathered.problems) == already:
        detail = "The names of manifest files end in .yaml, .yml or .json."
        gathered.problems.append(error("no-manifests", f"no manifests in {path}", detail))


def _walk(folder: Path, root: Path, problems: list[Diagnostic]) -> Iterator[Path]:
    """The manifest files below a folder, by name; without recursion, as folders nest freely."""
    waiting = _visible(folder, root, problems)
    while waiting:
        entry = waiting.pop()
        path = Path(entry.path)
        if entry.is_symlink() and not _stays(path, root):
            problems.append(_outside(path.relative_to(root).as_posix()))
        elif entry.is_dir(follow_symlinks=False):
            waiting += _visible(path, root, problems)
        elif path.suffix in _SUFFIXES and entry.is_file():
            yield path


def _visible(folder: Path, root: Path, problems: list[Diagnostic]) -> list["os.DirEntry[str]"]:
    """What a folder shows, the last name first."""
    try:
        with os.scandir(folder) as entries:
            found = sorted(entries, key=lambda entry: entry.name, reverse=True)
    except OSError as fault:
        name = from_system(folder.relative_to(root).as_posix())
        problems.append(error("unreadable", f"{name} cannot be read: {fault.strerror}"))
        return []
    return [
        entry
        for entry in found
        if not entry.name.startswith(".") and entry.name not in _PROJECT_FILES
    ]


def _stays(link: Path, root: Path) -> bool:
    try:
        return link.resolve(strict=True).is_relative_to(root)
    except (OSError, RuntimeError):
        return False


def _outside(path: str) -> Diagnostic:
    summary = f"{path} is outside the project"
    return error("outside-project", summary, "Only manifests inside the project are read.")


def _read(file: Path, root: Path, gathered: Gathered) -> None:
    name = from_system(file.relative_to(root).as_posix())
    if name in gathered.files:
        return
    try:
        if not file.is_file():
            raise OSError("not a regular file")
        with file.open("rb") as stream:
            gathered.files[name] = stream.read(MAX_BYTES + 1)
    except OSError as fault:
        reason = fault.strerror or str(fault)
        gathered.problems.append(error("unreadable", f"{name} cannot be read: {reason}"))
