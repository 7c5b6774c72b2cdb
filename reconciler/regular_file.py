"""A path into the bytes of a regular file.

A file of a project may be replaced by a pipe, a device or a link. So nothing is opened that is not
a regular file, no link at the end of the path is followed, and no pipe is waited for.
"""

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

_FLAGS = (
    os.O_RDONLY
    | getattr(os, "O_BINARY", 0)
    | getattr(os, "O_NOFOLLOW", 0)
    | getattr(os, "O_NONBLOCK", 0)
    | getattr(os, "O_NOCTTY", 0)
)


@contextmanager
def open_regular(path: Path) -> Iterator[BinaryIO]:
    """The file, to read; raises OSError for anything but a regular file."""
    # Opening a device may already have an effect, so its kind is looked at before, too.
    _require_regular(path.lstat())
    with os.fdopen(os.open(path, _FLAGS), "rb") as stream:
        _require_regular(os.fstat(stream.fileno()))
        yield stream


def read_regular(path: Path, limit: int) -> bytes:
    """At most `limit` bytes of the file; raises OSError for anything but a regular file."""
    with open_regular(path) as stream:
        return stream.read(limit)


def reason(problem: OSError) -> str:
    """Why a file could not be read, in a few words."""
    return problem.strerror or str(problem)


def _require_regular(found: os.stat_result) -> None:
    if not stat.S_ISREG(found.st_mode):
        raise OSError("not a regular file")
