"""Paths of a project into the bytes of its manifest files, never from outside the project.

Walks folders, follows no link out of the folder that holds it, and reads no more than the size
limit of a manifest. Does not parse what it reads.
"""

import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from reconciler.diagnostics import Diagnostic, error, warning
from reconciler.links import LeadsElsewhere, followed, inside, is_hidden
from reconciler.located_yaml.text import MAX_BYTES
from reconciler.regular_file import read_regular, reason
from reconciler.system_text import from_system

MAX_FILES = 100_000
MAX_TOTAL = 64 * 1024 * 1024
"""Files and bytes of a project; a manifest has about a thousand bytes."""
STDIN = "<stdin>"
_SUFFIXES = frozenset({".yaml", ".yml", ".json"})
_PROJECT_FILES = frozenset({"reconciler.yaml", "reconciler.yml"})
_MOST_NAMES = 5
_NAMES = "The names of manifest files end in .yaml, .yml or .json."


@dataclass(frozen=True, slots=True)
class Sources:
    """Where manifests come from: paths below `root` (`-` is standard input) and its bytes."""

    root: Path
    paths: tuple[str, ...]
    stdin: bytes = b""
    named: bool = False
    """Whether the command line names the paths, not the project file."""


@dataclass(slots=True)
class Gathered:
    """The files' bytes by the name to show, and what could not be read."""

    files: dict[str, bytes] = field(default_factory=dict)
    problems: list[Diagnostic] = field(default_factory=list)
    seen: set[str] = field(default_factory=set)
    """Files and folders that were read, after their links."""
    total: int = 0
    """Bytes that were read."""
    passed: list[str] = field(default_factory=list)
    """Files beside manifests whose names are nearly those of manifests."""

    @property
    def full(self) -> bool:
        """Whether no more may be read."""
        return self.total > MAX_TOTAL or len(self.seen) > MAX_FILES

    def add(self, name: str, data: bytes) -> None:
        """One file more."""
        self.total += len(data)
        self.files[name] = data


def gather(sources: Sources) -> Gathered:
    """Every manifest file, in the order of the paths and by name within a folder."""
    gathered = Gathered()
    root = sources.root.resolve()
    for path in sources.paths:
        if path == "-":
            gathered.add(STDIN, sources.stdin)
        else:
            _gather_path(path, root, gathered, named=sources.named)
        if gathered.full:
            gathered.problems.append(
                error(
                    "too-large",
                    f"the manifests are larger than {MAX_TOTAL // 2**20} MiB in all, or more than "
                    f"{MAX_FILES:,} files",
                    "Name fewer paths, or divide them into several projects.",
                )
            )
            break
    if gathered.passed:
        gathered.problems.append(_not_read(gathered.passed))
    return gathered


def _gather_path(path: str, root: Path, gathered: Gathered, *, named: bool) -> None:
    try:
        real = inside(path, root)
    except LeadsElsewhere:
        gathered.problems.append(_outside(path))
        return
    except (OSError, ValueError):
        summary = f"there is no file or folder {path}"
        advice = f"The path is relative to {root}."
        if not named:
            advice += (
                " Write a manifest there, or correct `manifests` in the project file. git keeps no "
                "empty folder."
            )
        gathered.problems.append(error("path-not-found", summary, advice))
        return
    if not real.is_dir():
        _read(path, real, root, gathered)
        return
    gathered.seen.add(str(real))
    before = len(gathered.files)
    already = len(gathered.problems)
    for file, found in _walk(real, root, gathered):
        _read(file, found, root, gathered)
        if gathered.full:
            return
    if len(gathered.files) == before and len(gathered.problems) == already:
        gathered.problems.append(no_manifests(path))


def no_manifests(paths: str) -> Diagnostic:
    """There is nothing to read."""
    return error("no-manifests", f"no manifests in {paths}", _NAMES)


def _walk(folder: Path, root: Path, gathered: Gathered) -> Iterator[tuple[str, Path]]:
    """The manifest files below a folder, by name: the name to show, and the resolved path.

    Without recursion, because folders nest freely. Paths stay text, because a `Path` of a thousand
    folders is slow to compare.
    """
    waiting = _visible(str(folder), str(folder), root, gathered)
    while waiting:
        entry, real = waiting.pop()
        if entry.is_symlink():
            try:
                real = str(followed(Path(real)))
            except (LeadsElsewhere, OSError):
                gathered.problems.append(_outside(_shown(entry.path, root)))
                continue
        if entry.is_dir(follow_symlinks=False) or (entry.is_symlink() and Path(real).is_dir()):
            if real not in gathered.seen:
                gathered.seen.add(real)
                waiting += _visible(entry.path, real, root, gathered)
        elif Path(entry.name).suffix in _SUFFIXES:
            yield _shown(entry.path, root), Path(real)


def _visible(
    folder: str, real: str, root: Path, gathered: Gathered
) -> list[tuple["os.DirEntry[str]", str]]:
    """What a folder shows, the last name first, each with its path below the resolved folder."""
    try:
        with os.scandir(folder) as entries:
            found = sorted(entries, key=lambda entry: entry.name, reverse=True)
    except OSError as fault:
        name = from_system(_shown(folder, root))
        gathered.problems.append(error("unreadable", f"{name} cannot be read: {reason(fault)}"))
        return []
    gathered.passed += [
        _shown(entry.path, root)
        for entry in reversed(found)
        if _is_nearly_a_manifest(entry.name)
        # The top of a repository holds the hidden settings of other tools.
        and not (folder == str(root) and entry.name.startswith("."))
        and not entry.is_dir()
    ]
    return [
        (entry, f"{real}{os.sep}{entry.name}")
        for entry in found
        if not entry.name.startswith(".") and entry.name not in _PROJECT_FILES
    ]


def _shown(path: str, root: Path) -> str:
    """A path below `root` as messages show it."""
    return path.removeprefix(str(root)).lstrip(os.sep).replace(os.sep, "/")


def _is_nearly_a_manifest(name: str) -> bool:
    """Whether a file would be read, but for a capital letter, a further `.txt` or a first dot."""
    visible = name.lstrip(".")
    suffix = Path(visible.lower().removesuffix(".txt")).suffix
    return suffix in _SUFFIXES and (visible != name or Path(name).suffix not in _SUFFIXES)


def _not_read(names: list[str]) -> Diagnostic:
    shown = ", ".join(from_system(name) for name in names[:_MOST_NAMES])
    more = f" and {len(names) - _MOST_NAMES:,} more" if len(names) > _MOST_NAMES else ""
    return warning("not-read", f"not read: {shown}{more}", f"{_NAMES} They begin with no dot.")


def _outside(path: str) -> Diagnostic:
    return error(
        "outside-project",
        f"{from_system(path)} is outside the project, or a link out of the folder that holds it",
        "Only manifests inside the project are read. Put the file itself there.",
    )


def _read(shown: str, real: Path, root: Path, gathered: Gathered) -> None:
    name = from_system(shown)
    if str(real) in gathered.seen:
        return
    gathered.seen.add(str(real))
    if real.suffix not in _SUFFIXES or is_hidden(real, root):
        summary = f"{name} is not a manifest file by its name"
        gathered.problems.append(
            error("not-a-manifest", summary, f"{_NAMES} No part begins with a dot.")
        )
        return
    try:
        gathered.add(name, read_regular(real, MAX_BYTES + 1))
    except OSError as fault:
        gathered.problems.append(error("unreadable", f"{name} cannot be read: {reason(fault)}"))
