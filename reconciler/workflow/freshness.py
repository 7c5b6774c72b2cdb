"""Which cached readings a run may use, and which it reads again; pure.

A reading may be used only while its campaign's list row stays as it was, and while it is younger
than `max_age`. Some readings end earlier, so that one run does not have to read everything again.
For a plan, the readings of each campaign have a lifetime of their own. A survey reads the oldest
share.
"""

import hashlib
import math
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from reconciler.ledger.base import CachedRead, CachedReads
from reconciler.resources.base import Live
from reconciler.workflow.session import Options


@dataclass(frozen=True, slots=True, kw_only=True)
class Freshness:
    """How old a cached reading may be that a run uses."""

    max_age: timedelta
    """Zero: no cached reading is used."""
    full: bool = False
    """Read everything again that was not read since a full reading began."""
    survey: bool = False
    """Read the oldest share again, so that all is read again within `max_age` in equal parts."""

    def full_since(self, cached: CachedReads, now: datetime) -> datetime | None:
        """When the full reading began that this run starts or continues; None if it does neither.

        A run does not continue one that began more than `max_age` ago.
        """
        if not self.full:
            return None
        began = cached.full_since
        return began if began is not None and self._is_recent(began, now) else now

    def standing(
        self,
        cached: CachedReads,
        rows: Collection[Live],
        *,
        written: Mapping[str, datetime],
        now: datetime,
    ) -> Mapping[str, CachedRead]:
        """The readings of these list rows that the run may use, by remote id.

        `written` says when we last wrote a campaign: a vendor may leave the row unchanged, so its
        marker alone does not show our write.
        """
        recent = {
            row.remote_id: known
            for row in rows
            if (known := cached.reads.get(row.remote_id)) is not None
            and self._is_recent(known.read_at, now)
        }
        # A run that still lacks readings gets these first, and reads no others again.
        surveys = self.survey and not self.full and len(recent) == len(rows)
        due = oldest_share(recent, now, self.max_age) if surveys else ()
        young = self.young(CachedReads(recent, cached.full_since), now)
        return {
            # The marker has no counters, so that progress of a run costs no reading.
            row.remote_id: replace(known, live=known.live.counted_as(row))
            for row in rows
            if (known := young.get(row.remote_id)) is not None
            and known.marker == row.marker
            and known.read_at >= written.get(row.remote_id, known.read_at)
            and row.remote_id not in due
        }

    def young(self, cached: CachedReads, now: datetime) -> Mapping[str, CachedRead]:
        """The readings that are young enough, whatever their rows are now, by remote id."""
        since = self.full_since(cached, now)

        def is_young(remote_id: str, known: CachedRead) -> bool:
            if not self._is_recent(known.read_at, now):
                return False
            if since is not None:
                return known.read_at >= since
            return self.survey or now - known.read_at <= lifetime(remote_id, self.max_age)

        return {one: known for one, known in cached.reads.items() if is_young(one, known)}

    def _is_recent(self, moment: datetime, now: datetime) -> bool:
        """Also False for a moment to come: a clock was wrong then or is wrong now."""
        return self.max_age > timedelta(0) and timedelta(0) <= now - moment <= self.max_age


def freshness_of(options: Options, *, survey: bool = False) -> Freshness:
    """What the command line says about cached readings."""
    return Freshness(
        max_age=options.max_age if options.use_cache else timedelta(0),
        full=options.refresh_all,
        survey=survey,
    )


def lifetime(remote_id: str, max_age: timedelta) -> timedelta:
    """How long a reading of a campaign may be used: between half of `max_age` and all of it.

    So campaigns that were read together are read again at different times.
    """
    number = int.from_bytes(hashlib.sha256(remote_id.encode()).digest()[:4])
    return max_age * (1 - number / 2**33)


def oldest_share(
    reads: Mapping[str, CachedRead], now: datetime, max_age: timedelta
) -> Collection[str]:
    """The ids of the oldest readings: as large a part as the part of `max_age` that has passed.

    It counts from the latest reading, so everything is read again at any interval of the runs.
    """
    if not reads:
        return ()
    passed = now - max(known.read_at for known in reads.values())
    number = math.ceil(len(reads) * (passed / max_age))
    by_age = sorted(reads, key=lambda one: (reads[one].read_at, one))
    return frozenset(by_age[:number])
