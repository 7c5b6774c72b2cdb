"""A folder in memory for what tests write: a ledger waits for its disk, and tests have many."""

import os
import sys
from pathlib import Path

_ROOM = 2 * 1024**3


def memory_folder() -> Path | None:
    """The folder that Linux keeps in memory, where it has room and may hold programs."""
    folder = Path("/dev/shm")  # noqa: S108 - private folders are made below it
    if sys.platform != "linux" or not folder.is_dir():
        return None
    disk = os.statvfs(folder)
    roomy = disk.f_bavail * disk.f_frsize > _ROOM
    return folder if roomy and not disk.f_flag & os.ST_NOEXEC else None
