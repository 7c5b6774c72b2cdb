"""The highest state of a ledger that this machine has seen, in a small file outside of the ledger.

A ledger that is lost, or was restored from an older copy, does not know what was sent since. This
mark shows it. It is written after each commit. One that cannot be read or written is no failure: it
then protects nobody.
"""

import contextlib
import hashlib
import os
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from reconciler.regular_file import read_regular

_LARGEST = 64 * 1024
Committed = Callable[[str, int, int], None]
"""Called after a commit, with the ledger's lineage and its serial before and after."""
Watch = Callable[[], Committed]
"""Called before a transaction begins; its result is called after the commit."""


def unwatched() -> Committed:
    """Watch nothing."""
    return lambda *_: None


class Seen(BaseModel):
    """What this machine has seen of a ledger."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)

    location: str
    environment: str
    lineage: str
    serial: int
    fork: int = 0
    """The serial that an older copy reached, which was written to in place of the ledger."""

    @property
    def is_hidden(self) -> bool:
        """Whether an older copy was written to so often that its serial shows nothing any more."""
        return self.fork >= self.serial


@dataclass(frozen=True, slots=True)
class HighWaterMark:
    """The mark of one environment's ledger; `folder` is None where the machine has none for it."""

    folder: Path | None
    location: str
    environment: str

    @property
    def path(self) -> Path | None:
        """Its file."""
        if self.folder is None:
            return None
        key = hashlib.sha256(f"{self.location}\0{self.environment}".encode()).hexdigest()
        return self.folder / "ledgers" / f"{key[:32]}.json"

    def read(self) -> Seen | None:
        """What was seen; None if nothing was, or if the file cannot be read."""
        try:
            data = read_regular(self.path, _LARGEST) if self.path else b""
            return Seen.model_validate_json(data)
        except (OSError, ValidationError):
            return None

    def watch(self) -> Committed:
        """See `Watch`. The mark is read before the transaction, so it never is ahead of that."""
        before = self.read()

        def committed(lineage: str, old: int, new: int) -> None:
            if new == old or (before is not None and before.lineage != lineage):
                return
            if before is not None and (old < before.serial or before.is_hidden):
                self._write(before.model_copy(update={"fork": max(before.fork, new)}))
                return
            now = self.read()
            if now is None or now.serial < new:
                self._write(self._seen(lineage, new))

        return committed

    def acknowledge(self, lineage: str, serial: int) -> None:
        """Take the ledger as it is from now on; without a lineage there is none."""
        if lineage:
            self._write(self._seen(lineage, serial))
        elif self.path is not None:
            with contextlib.suppress(OSError):
                self.path.unlink(missing_ok=True)

    def trouble(self) -> str:
        """Why no mark can be kept; "" if it can."""
        if self.folder is None or self.path is None:
            return "this machine names no folder for it"
        there = next(one for one in (self.path.parent, *self.path.parents) if one.exists())
        if not there.is_dir() or not os.access(there, os.W_OK | os.X_OK):
            return f"{there} cannot be written to"
        if self.path.exists() and self.read() is None:
            return f"{self.path} cannot be read"
        return ""

    def _seen(self, lineage: str, serial: int) -> Seen:
        return Seen(
            location=self.location, environment=self.environment, lineage=lineage, serial=serial
        )

    def _write(self, seen: Seen) -> None:
        """Replace the file as a whole, so that nobody reads half of it."""
        path = self.path
        if path is None:
            return
        fresh = path.with_name(f".{path.name}.{os.getpid()}.{threading.get_ident()}")
        with contextlib.suppress(OSError):
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            fresh.write_text(seen.model_dump_json(), "utf-8")
            fresh.replace(path)
