"""Files that a command is asked to write. Their place is tried before the first request."""

import contextlib
import os
from collections.abc import Callable, Iterator
from pathlib import Path

from reconciler.errors import InvalidInput, ReconcilerError

_ROOM = 64 * 1024
"""Bytes that must fit on the disk, tried before the first request."""


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


def output_folder(path: Path, what: str) -> Path:
    """The folder, made if it is missing; raises InvalidInput, which names `what`."""
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as problem:
        raise _cannot(path, what, problem) from None
    return path


def _require_file(path: Path) -> None:
    """Raise OSError for a path that names no file, or names a folder or a device."""
    if not path.name or path.is_dir():
        raise IsADirectoryError(0, "it is a folder")
    if path.exists() and not path.is_file():
        raise OSError(0, "it is not a regular file; - is standard output")
    if not path.parent.is_dir():
        raise FileNotFoundError(0, f"there is no folder {path.parent}")


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
    return InvalidInput(f"{what} cannot be saved to {path}: {reason}", "Nothing was sent.")
