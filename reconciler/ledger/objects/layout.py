"""Defines the keys of an environment's objects in a store, and their contents.

Every object is one line with program, format and hash, followed by JSON. The hash covers the key
too, so an object that was shortened, edited, moved or written by another program is never read.
"""

import hashlib
import re
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from pydantic import BaseModel, ConfigDict, StrictBool, StrictInt

from reconciler.errors import LedgerFailed
from reconciler.ledger.base import LockInfo
from reconciler.ledger.codec import decode_lock, utc_text
from reconciler.strict_json import parse_json

FORMAT = 2
"""Format 1, of the first release, has no sent marks; its objects are the same."""
_READABLE = (1, FORMAT)
MARKS = ".marks"
"""The folder of sent marks. No environment's folder is called so, because `_safe` leaves no dot."""
_PROGRAM = b"reconciler-ledger"
_NO_DIGIT = re.compile(r"\D")
_UNSAFE = re.compile(rb"[^A-Za-z0-9_-]")
_HEADER = re.compile(rb"reconciler-ledger ([0-9]{1,9}) ([^\n]*)\n")

Row = tuple[str, str, str]
"""Family, key and body of an entry."""


class Content(BaseModel):
    """What an object holds. A number or a flag is never made of anything else."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class LeaseContent(Content):
    """The lease, held or free; `generation` is the log's generation that its writer knew."""

    id: str
    generation: StrictInt
    lock: str | None

    @property
    def holder(self) -> LockInfo | None:
        """The holder; None when the lease is free."""
        return None if self.lock is None else decode_lock(self.lock)


class Snapshot(Content):
    """All entries as they were when a generation of the log began."""

    generation: StrictInt
    lineage: str
    serial: StrictInt
    entries: tuple[Row, ...]


class LogStep(Content):
    """One object of the log: a change of entries, a fence (no change), or a generation's end."""

    id: str
    lock_id: str
    lineage: str
    serial: StrictInt
    """The serial after this step; a step without a change repeats its predecessor's."""
    puts: tuple[Row, ...] = ()
    removes: tuple[tuple[str, str], ...] = ()
    closes: StrictBool = False


class MarkContent(Content):
    """A sent mark; None once the create that wrote it proved not to have been sent."""

    id: str
    mark: str | None


class StopsContent(Content):
    """The emergency stops in force, in order."""

    id: str
    stops: tuple[str, ...]


class UsedPlan(Content):
    """A plan whose apply has begun."""

    plan_id: str
    lock_id: str
    used_at: str
    id: str


_ContentT = TypeVar("_ContentT", bound=Content)


@dataclass(frozen=True, slots=True)
class Layout:
    """An environment's keys, relative to the location of the state."""

    environment: str

    @property
    def lease(self) -> str:
        """The lease's key."""
        return self._key("lease")

    @property
    def snapshot(self) -> str:
        """The snapshot's key."""
        return self._key("snapshot")

    @property
    def stops(self) -> str:
        """The key of the emergency stops."""
        return self._key("stops")

    @property
    def tombstones(self) -> str:
        """The folder of emergency stops of the first release."""
        return self._key("tombstones")

    @property
    def receipts(self) -> str:
        """The folder of receipts."""
        return self._key("receipts")

    def cache(self, target: str) -> str:
        """The key of a target's cached readings."""
        return self._key(f"cache/{_safe(target)}")

    def notes(self, name: str) -> str:
        """The key of notes that may be lost: about listings, and about drift."""
        return self._key(name)

    def log(self, generation: int) -> str:
        """The folder of a generation of the log."""
        return self._key(f"log/{generation:08d}")

    def step(self, generation: int, position: int) -> str:
        """The key of a step; positions count from 1."""
        return f"{self.log(generation)}/{position:08d}"

    def plan(self, plan_id: str) -> str:
        """The key of a used plan."""
        return self._key(f"plans/{_safe(plan_id)}")

    def probe(self, id_: str) -> str:
        """A key for probing the store."""
        return self._key(f"probe-{id_}")

    def _key(self, name: str) -> str:
        return f"{_safe(self.environment)}/{name}"


def dated(folder: str, moment: datetime, *, number: int, id_: str) -> str:
    """A unique key in a folder; keys sort by time, then by number."""
    stamp = _NO_DIGIT.sub("", utc_text(moment).removesuffix("+00:00"))
    return f"{folder}/{stamp}-{number:04d}-{id_}"


def seal(key: str, body: str) -> bytes:
    """An object's bytes."""
    return b"%s %d %s\n%s" % (_PROGRAM, FORMAT, _digest(key, body.encode()), body.encode())


def unseal(key: str, content: bytes) -> str:
    """The body of an object; raises LedgerFailed unless it is exactly as we wrote it."""
    header = _HEADER.match(content)
    if header is None:
        raise LedgerFailed(
            f"the ledger's object {key} was not written by this program, or was cut short",
            _DAMAGED,
        )
    if int(header[1]) not in _READABLE:
        raise LedgerFailed(
            f"the ledger's object {key} has format {int(header[1])}, and this version reads "
            f"format {FORMAT}",
            "Use the version of reconciler that wrote it, or a newer one.",
        )
    body = memoryview(content)[header.end() :]
    if header[2] != _digest(key, body):
        raise LedgerFailed(f"the ledger's object {key} does not match its seal", _DAMAGED)
    try:
        return str(body, "utf-8")
    except UnicodeDecodeError:
        raise damaged(key, "is not UTF-8") from None


def encode_object(key: str, content: Content) -> bytes:
    """An object's bytes."""
    return seal(key, content.model_dump_json())


def decode_object(kind: type[_ContentT], key: str, content: bytes) -> _ContentT:
    """The content of an object; raises LedgerFailed unless it is exactly as we wrote it."""
    body = unseal(key, content)
    try:
        # pydantic's own parser accepts duplicate keys, and to parse twice costs twice as much.
        return kind.model_validate(parse_json(body))
    except ValueError:
        # The validation error itself would quote what is stored.
        raise damaged(key, "does not match its key") from None


def damaged(key: str, how: str) -> LedgerFailed:
    """The error for an object that cannot be trusted."""
    return LedgerFailed(f"the ledger's object {key} {how}", _DAMAGED)


_DAMAGED = (
    "The ledger was damaged or edited by hand, so nothing in it can be trusted. Restore the whole "
    "location as it was (object versions help). Without a backup, move it away: campaigns are "
    "adopted again, but open intents are lost."
)


def _digest(key: str, body: bytes | memoryview) -> bytes:
    found = hashlib.sha256(key.encode() + b"\n")
    found.update(body)
    return found.hexdigest().encode("ascii")


def _safe(name: str) -> str:
    """One path segment for any name; different names give different segments."""
    return _UNSAFE.sub(lambda found: b"=%02x" % found[0][0], name.encode()).decode("ascii")
