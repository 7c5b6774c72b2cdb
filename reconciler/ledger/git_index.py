"""Whether git tracks a file, read from `.git/index` without running git.

A stranger's branch may contain a ledger or a cache. git itself is not run, because the settings of
a repository may name commands. What cannot be read says nothing.

The format: https://git-scm.com/docs/index-format, versions 2 to 4, with hashes of either length.
Of a split index the other part is read, too. A sparse index may name a folder in place of its
files. Where these leave room for doubt, a file counts as tracked.
"""

from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from reconciler.regular_file import read_regular

_LARGEST = 256 * 1024 * 1024
_POINTER = b"gitdir:"
_HEADER = 12
_STAT = 40
_SPLIT = b"link"
_SPARSE = b"sdir"
"""Signatures of extensions; a sparse index has the second one."""
_FILE_TYPES = frozenset({0o04, 0o10, 0o12, 0o16})
"""Folder (of a sparse index), file, link and submodule: the upper bits of an entry's mode."""


@dataclass(frozen=True, slots=True)
class WorkTree:
    """A folder that git manages, and the folder with its index."""

    top: Path
    git: Path


def work_tree(path: Path) -> WorkTree | None:
    """The innermost work tree around a resolved path, which need not exist."""
    for folder in path.parents:
        git = folder / ".git"
        if git.is_dir():
            return WorkTree(folder, git)
        if git.is_file():
            return WorkTree(folder, _pointed_at(git))
    return None


def _pointed_at(file: Path) -> Path:
    """The folder that the `.git` file of a worktree or a submodule names."""
    with suppress(OSError):
        start, _, place = read_regular(file, 65536).partition(_POINTER)
        if not start:
            return file.parent / place.decode("utf-8", "surrogateescape").strip()
    return file


@dataclass(frozen=True, slots=True)
class Tracked:
    """A file that git tracks; its path is relative to the top of the work tree."""

    path: Path
    unclear: str = ""
    """A command that makes the index say for certain; "" if it does."""


def first_tracked(paths: Sequence[Path]) -> Tracked | None:
    """The first of several resolved paths in one folder that git tracks, or may track.

    Letters that differ only in case are equal, because some file systems treat them so.
    """
    tree = work_tree(paths[0])
    if tree is None:
        return None
    wanted = {_name(path.relative_to(tree.top)): path.relative_to(tree.top) for path in paths}
    names, other = _relevant(tree.git / "index", wanted)
    if found := _first(names, wanted):
        return Tracked(found)
    # A file of the other part may have been removed since the index was split.
    shared, _ = _relevant(tree.git / other, wanted) if other else ((), "")
    if found := _first(shared, wanted):
        return Tracked(found, "git update-index --no-split-index")
    return _in_folder(names, wanted)


def _first(names: Iterable[bytes], wanted: Mapping[bytes, Path]) -> Path | None:
    return next((wanted[name] for name in names if name in wanted), None)


def _in_folder(names: Iterable[bytes], wanted: Mapping[bytes, Path]) -> Tracked | None:
    """A file below a folder of which a sparse index has only the name."""
    folders = {name for name in names if name.endswith(b"/")}
    for path in wanted.values():
        for folder in path.parents:
            if _name(folder) + b"/" in folders:
                return Tracked(path, f"git sparse-checkout add {path.parent.as_posix()}")
    return None


def _relevant(file: Path, wanted: Iterable[bytes]) -> tuple[Sequence[bytes], str]:
    """As `_parsed`; empty also for an index that cannot be read, or that cannot name a file."""
    try:
        index = read_regular(file, _LARGEST)
    except OSError:
        return (), ""
    lower = index.lower()
    if _version(index) < 4 and not any(part in lower for part in (*wanted, _SPLIT, _SPARSE)):
        return (), ""  # the usual case, many times faster than reading every entry
    return _parsed(index)


def _version(index: bytes) -> int:
    return int.from_bytes(index[4:8], "big")


def _name(path: Path) -> bytes:
    return path.as_posix().encode("utf-8", "surrogateescape").lower()


def _parsed(index: bytes) -> tuple[Sequence[bytes], str]:
    """The paths in an index, in lower case, and the file name of its other part, if any.

    Empty for a file that is not understood.
    """
    for hash_bytes in (20, 32):
        with suppress(IndexError, ValueError):
            names: list[bytes] = []
            end = _entries(index, hash_bytes, names)
            return names, _link(index[end:-hash_bytes], hash_bytes)
    return (), ""


def _link(extensions: bytes, hash_bytes: int) -> str:
    start = 0
    while start < len(extensions):
        size = int.from_bytes(extensions[start + 4 : start + 8], "big")
        hash_ = extensions[start + 8 : start + 8 + hash_bytes]
        if extensions[start : start + 4] == _SPLIT and any(hash_):
            return f"sharedindex.{hash_.hex()}"
        start += 8 + size
    return ""


def _entries(index: bytes, hash_bytes: int, names: list[bytes]) -> int:
    """Append the path of every entry; returns where the entries end.

    Raises ValueError or IndexError for another format, or hashes of another length.
    """
    version = _version(index)
    if index[:4] != b"DIRC" or version not in (2, 3, 4):
        raise ValueError("not an index of versions 2 to 4")
    start, name = _HEADER, b""
    for _ in range(int.from_bytes(index[8:12], "big")):
        if int.from_bytes(index[start + 24 : start + 28], "big") >> 12 not in _FILE_TYPES:
            raise ValueError("not the mode of an entry")
        place = start + _STAT + hash_bytes
        length = int.from_bytes(index[place : place + 2], "big") & 0xFFF
        place += 4 if version > 2 and index[place] & 0x40 else 2
        kept = 0
        if version == 4:
            removed, place = _number(index, place)
            kept = len(name) - removed
        end = index.index(b"\0", place)
        name = name[: max(kept, 0)] + index[place:end]
        if min(len(name), 0xFFF) != length:
            raise ValueError("not the name of an entry")
        names.append(name.lower())
        # Up to version 3, an entry is filled up with 1 to 8 zeros to a multiple of 8 bytes.
        start = end + 1 if version == 4 else start + (end - start) // 8 * 8 + 8
    return start


def _number(index: bytes, place: int) -> tuple[int, int]:
    """A number of variable length, and the place after it."""
    value = index[place] & 0x7F
    while index[place] & 0x80:
        place += 1
        value = (value + 1) << 7 | index[place] & 0x7F
    return value, place + 1
