"""Keeps what a run reads of a target in the ledger's cache, while it reads.

So a run that ends at a limit, an error or Ctrl-C loses nothing: the next one continues.
"""

import threading
from collections.abc import Mapping
from datetime import datetime

from reconciler.clock import Clock
from reconciler.ledger.base import CachedRead, CachedReads, Ledger
from reconciler.resources.kinds import BY_TYPE
from reconciler.resources.snapshot import TargetSnapshot

_SAVE_SECONDS = 30.0


class KeptReadings:
    """Readings as they arrive, cached every 30 seconds and at the end. Safe for threads.

    `full_since` is when a full reading began that goes on until `whole` is called.
    """

    def __init__(
        self,
        rows: TargetSnapshot,
        ledger: Ledger,
        clock: Clock,
        *,
        full_since: datetime | None,
    ) -> None:
        self._target = rows.target
        self._ledger = ledger
        self._clock = clock
        self._listed = {
            channel: frozenset(row.remote_id for row in listing.items)
            for channel, listing in rows.listings.items()
        }
        self._full_since = full_since
        self._ends_full = False
        self._found: dict[str, CachedRead] = {}
        self._saved_at = clock.monotonic()
        self._guard = threading.Lock()

    def add(self, remote_id: str, found: CachedRead) -> None:
        """Take a reading; all are cached if the last time is long ago."""
        with self._guard:
            self._found[remote_id] = found
            if self._clock.monotonic() - self._saved_at >= _SAVE_SECONDS:
                self._save()

    def whole(self) -> None:
        """Say that everything was read: a full reading has come to its end."""
        self._ends_full = self._full_since is not None

    def save(self) -> None:
        """Cache what was read; writes nothing if there is nothing new."""
        with self._guard:
            if self._found or self._ends_full:
                self._save()

    def _save(self) -> None:
        self._ledger.cache(self._target, self._with_found)
        self._saved_at = self._clock.monotonic()

    def _with_found(self, old: CachedReads) -> CachedReads:
        """The cache with the later readings of both, without campaigns that are not listed now."""
        reads = dict(old.reads)
        for remote_id, found in self._found.items():
            known = reads.get(remote_id)
            if known is None or known.read_at <= found.read_at:
                reads[remote_id] = found
        since = old.full_since if self._full_since is None else self._full_since
        return CachedReads(self._still_listed(reads), None if self._ends_full else since)

    def _still_listed(self, reads: Mapping[str, CachedRead]) -> Mapping[str, CachedRead]:
        return {
            remote_id: known
            for remote_id, known in reads.items()
            if known.live.type not in BY_TYPE
            or remote_id in self._listed.get(BY_TYPE[known.live.type].channel, (remote_id,))
        }
