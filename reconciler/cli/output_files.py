"""Files that a command is asked to write. Their place is tried before the first request."""

import contextlib
import os
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from reconciler.cli.options import STANDARD_OUTPUT
from reconciler.cli.output import going_on, say_document
from reconciler.errors import ExitCode, InvalidInput, ReconcilerError

_UNSENT = "Nothing was sent."
_ROOM = 64 * 1024
"""Bytes that must fit on the disk, tried before the first request."""
_DATABASE = b"SQLite format 3\0"
"""How a ledger file begins. Nothing else knows what was sent, so no output takes its place."""
_SOURCE = re.compile(rb"^[\[{ \t]*\"?apiVersion\"?[ \t]*:[ \t]*[\"']?reconciler/", re.MULTILINE)
"""A line of a project file or a manifest, which no output has."""


@contextlib.contextmanager
def output_file(
    path: Path | None, what: str, *, mode: int = 0o644
) -> Iterator[Callable[[str], None]]:
    """A function that writes the file, completely or not at all; without a path it does nothing.

    Raises InvalidInput for a place that cannot be written, and the function ReconcilerError if it
    cannot be written later. Both name `what`.
    """
    if path is None:
        yield lambda _: None
        return
    partial = path.with_name(f".{path.name}.{os.getpid()}") if path.name else path
    try:
        _require_file(path)
        descriptor = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
        _require_room(descriptor, partial)
    except OSError as problem:
        raise _cannot(path, what, problem) from None
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:

        def write(text: str) -> None:
            try:
                file.write(text)
                file.flush()
                os.fsync(file.fileno())
                partial.replace(path)
            except OSError as problem:
                reason = problem.strerror or str(problem)
                raise ReconcilerError(f"{what} cannot be saved to {path}: {reason}") from None

        try:
            yield write
        finally:
            partial.unlink(missing_ok=True)


class Place(NamedTuple):
    """Where one output goes; without a path there is none."""

    option: str
    what: str
    """What it is in messages."""
    path: Path | None = None
    mode: int = 0o644


class OutputFiles:
    """The outputs of one run. One that cannot be written later is reported, and ends nothing."""

    def __init__(self, writers: Mapping[str, Callable[[str], None]]) -> None:
        self._writers = dict(writers)
        self._missing = set[str]()

    def write(self, place: Place, make: Callable[[], str]) -> None:
        """Write an output once, if it was asked for, or report that it is missing.

        The run continues, whatever goes wrong here: it may have written to a vendor.
        """
        writer = self._writers.pop(place.option, None)
        if writer is None:
            return
        self._missing.add(place.option)
        with going_on():
            writer(make())
            self._missing.remove(place.option)

    def is_missing(self, place: Place) -> bool:
        """Whether an output could not be written."""
        return place.option in self._missing

    @property
    def exit_code(self) -> ExitCode:
        """1 if an output is missing."""
        return ExitCode.ERROR if self._missing else ExitCode.OK


@contextlib.contextmanager
def output_files(folder: Path, places: Iterable[Place]) -> Iterator[OutputFiles]:
    """All outputs of a run, each of whose places is tried; `-` is standard output.

    Raises as `output_file` does, and for two outputs in one file.
    """
    writers: dict[str, Callable[[str], None]] = {}
    by_path: dict[str, Place] = {}
    with contextlib.ExitStack() as stack:
        for place in places:
            if place.path == STANDARD_OUTPUT:
                writers[place.option] = say_document
            elif place.path is not None:
                path = folder / place.path
                other = by_path.setdefault(os.path.realpath(path), place)
                if other is not place:
                    both = f"{other.what} and {place.what}"
                    raise InvalidInput(f"{both} cannot both be saved to {path}", _UNSENT)
                opened = output_file(path, place.what, mode=place.mode)
                writers[place.option] = stack.enter_context(opened)
        yield OutputFiles(writers)


def output_folder(path: Path, what: str) -> Path:
    """The folder, made if it is missing; raises InvalidInput, which names `what`."""
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as problem:
        raise _cannot(path, what, problem) from None
    return path


def _require_file(path: Path) -> None:
    """Raise OSError for a path that names no file, or names what no output may replace."""
    if not path.name or path.is_dir():
        raise IsADirectoryError(0, "it is a folder")
    if path.exists() and not path.is_file():
        raise OSError(0, "it is not a regular file; - is standard output")
    start = _start_of(path)
    if start.startswith(_DATABASE):
        raise OSError(0, "it is a SQLite database, perhaps the ledger")
    if _SOURCE.search(start):
        raise OSError(0, "it is a project file or a manifest")
    if not path.parent.is_dir():
        raise FileNotFoundError(0, f"the folder {path.parent} does not exist")


def _start_of(path: Path) -> bytes:
    if not path.exists():
        return b""
    with path.open("rb") as file:
        return file.read(_ROOM)


def _require_room(descriptor: int, partial: Path) -> None:
    try:
        os.write(descriptor, bytes(_ROOM))
        os.fsync(descriptor)
        os.ftruncate(descriptor, 0)
        os.lseek(descriptor, 0, os.SEEK_SET)
    except OSError:
        os.close(descriptor)
        partial.unlink(missing_ok=True)
        raise


def _cannot(path: Path, what: str, problem: OSError) -> InvalidInput:
    reason = problem.strerror or str(problem)
    return InvalidInput(f"{what} cannot be saved to {path}: {reason}", _UNSENT)
