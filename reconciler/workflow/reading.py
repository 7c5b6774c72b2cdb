"""Read targets into snapshots: complete listings, then only the details that a plan needs.

Targets are read in parallel, details by a pool of threads per account; a problem of one target does
not affect the others. Campaigns read in full are cached under the marker of their list rows, as
they arrive: a run that ends early need not read them again.
"""

import threading
from collections.abc import Callable, Collection, Hashable, Mapping
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from reconciler.clock import Clock
from reconciler.diagnostics import Diagnostic
from reconciler.errors import ReadFailed, ReconcilerError
from reconciler.ledger.base import CachedRead, Ledger
from reconciler.plan.compare.unknown_creates import evidence
from reconciler.plan.match import channels_of, needed_details
from reconciler.providers.account import Account
from reconciler.providers.base import Provider
from reconciler.resources.base import Desired, Live
from reconciler.resources.ledger_records import LedgerView, Record
from reconciler.resources.snapshot import TargetSnapshot
from reconciler.threads import results
from reconciler.workflow.proving_absence import Question, read_listings
from reconciler.workflow.read_work import AccountsWork, AccountWork, ReadWork

_SAVE_SECONDS = 30.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What to read and how. `max_age` limits cached readings; zero reads everything again."""

    desired: tuple[Desired, ...]
    view: LedgerView
    ledger: Ledger
    clock: Clock
    parallelism: int
    max_age: timedelta
    settle: Mapping[str, timedelta]
    """By target: how long a vendor may take to list a new campaign."""
    prune: bool
    every_channel: bool = False
    """Also channels without a manifest or record."""
    in_full: Callable[[TargetSnapshot], Collection[str]] | None = None
    """The ids of listed campaigns to read in full; None: those that a plan compares."""
    accounts: Mapping[str, Account] = field(default_factory=dict)
    """By target; by default, each target has its own."""
    pages: Callable[[str], int] = lambda _: 0
    """How many pages the listings of a target had when it was read last."""
    listed: Callable[[TargetSnapshot], None] = lambda _: None
    """Called with the rows of each target."""
    on_read: Callable[[ReadWork], None] = lambda _: None
    """Called for each campaign that was read in full."""
    on_wait: Callable[[AccountWork], None] = lambda _: None
    """Called before the rate limit of an account makes a read wait for long."""
    stop: Callable[[], None] = lambda: None
    """Called when the run is interrupted: every wait of a read must then end."""


@dataclass(frozen=True, slots=True)
class Reads:
    """Snapshots by target, and the errors behind those with a problem."""

    snapshots: Mapping[str, TargetSnapshot]
    errors: tuple[ReconcilerError, ...]


def _channels(target: str, reading: Reading, provider: Provider) -> tuple[str, ...]:
    if reading.every_channel:
        return provider.capabilities.channels
    return channels_of(target, reading.desired, reading.view)


def read_targets(providers: Mapping[str, Provider], reading: Reading) -> Reads:
    """Read every target that has a channel to list; an error of one does not affect the others."""
    wanted = {name: _channels(name, reading, providers[name]) for name in sorted(providers)}
    names = [name for name, channels in wanted.items() if channels]
    if not names:
        return Reads({}, ())
    account: dict[str, Hashable] = {name: reading.accounts.get(name, name) for name in names}
    work = AccountsWork(reading.accounts, reading.clock, reading.on_read, reading.on_wait)
    with ExitStack() as opened:
        # A pool per account: threads that wait for one vendor's rate limit hold no other back.
        pools = {
            one: opened.enter_context(ThreadPoolExecutor(reading.parallelism, "detail"))
            for one in set(account.values())
        }
        targets = opened.enter_context(ThreadPoolExecutor(len(names), "target"))
        try:
            runs = {
                name: targets.submit(
                    _read_target,
                    name,
                    providers[name],
                    reading=reading,
                    details=pools[account[name]],
                    work=work,
                )
                for name in names
            }
            found = dict(zip(runs, results(runs.values()), strict=True))
        except BaseException:
            reading.stop()
            for pool in pools.values():
                pool.shutdown(wait=False, cancel_futures=True)
            raise
    return Reads(
        {name: snapshot for name, (snapshot, _) in found.items()},
        tuple(problem for _, problem in found.values() if problem is not None),
    )


def _read_target(
    name: str,
    provider: Provider,
    *,
    reading: Reading,
    details: ThreadPoolExecutor,
    work: AccountsWork,
) -> tuple[TargetSnapshot, ReconcilerError | None]:
    work.listing(name, reading.pages(name))
    try:
        question = Question(
            target=name,
            channels=_channels(name, reading, provider),
            desired=reading.desired,
            view=reading.view,
            prune=reading.prune,
            creates=reading.in_full is None,
            settle=reading.settle[name],
        )
        rows = read_listings(provider, question, clock=reading.clock, pool=details)
        reading.listed(rows)
        reads = _read_details(rows, provider, reading=reading, details=details, work=work)
    except ReconcilerError as problem:
        diagnostic = of_target(problem, name)
        return (
            TargetSnapshot(target=name, requests=provider.requests_sent, problem=diagnostic),
            problem,
        )
    finally:
        work.end(name)
    now = reading.clock.now()
    oldest = min((read.read_at for read in reads.values()), default=now)
    snapshot = replace(
        rows,
        details={remote_id: read.live for remote_id, read in reads.items()},
        oldest_read=min(oldest, now),
        requests=provider.requests_sent,
    )
    return snapshot, None


def _read_details(
    rows: TargetSnapshot,
    provider: Provider,
    *,
    reading: Reading,
    details: ThreadPoolExecutor,
    work: AccountsWork,
) -> dict[str, CachedRead]:
    by_id = {row.remote_id: row for listing in rows.listings.values() for row in listing.items}
    if reading.in_full is None:
        needed = needed_details(reading.desired, rows, reading.view, prune=reading.prune)
    else:
        needed = tuple(reading.in_full(rows))
    now = reading.clock.now()
    written_at = {
        record.remote_id: record.written_at
        for record in reading.view.records.values()
        if record.target == rows.target
    }
    fresh = _fresh(rows.target, reading, now - timedelta(seconds=provider.capabilities.settle))
    unsure = [
        row
        for row in (by_id[remote_id] for remote_id in needed)
        if row.thin or _may_be_stale(row, fresh.get(row.remote_id))
    ]
    if not unsure:
        return {}
    known = reading.ledger.cached(rows.target)
    cached = known if reading.max_age else {}
    # Readings that were cached for another purpose stay; a plan keeps what it compares.
    kept = _Kept(rows.target, reading, {row.remote_id for row in unsure}, known, work)

    def held(row: Live) -> CachedRead | None:
        known = cached.get(row.remote_id)
        written = written_at.get(row.remote_id)
        if (
            known is not None
            and _holds(known, row, now=now, max_age=reading.max_age)
            # A vendor may leave the row unchanged, so the marker alone does not show our write.
            and (written is None or known.read_at >= written)
        ):
            # The marker has no counters, so that progress of a run costs no reading.
            return replace(known, live=known.live.counted_as(row))
        return None

    def read(row: Live) -> CachedRead:
        live = provider.get(row.type, row.remote_id, row)
        if live is None:
            raise ReadFailed(
                f"campaign {row.remote_id} was listed, and was gone a moment later",
                "Somebody is changing this account. Run this again.",
            )
        return CachedRead(row.marker, live, reading.clock.now())

    def keep(row: Live) -> CachedRead:
        found = read(row)
        kept.add(row.remote_id, found)
        return found

    holding = {row.remote_id: found for row in unsure if (found := held(row)) is not None}
    kept.hold(holding)
    runs = [details.submit(keep, row) for row in unsure if row.remote_id not in holding]
    try:
        return {**holding, **{one.live.remote_id: one for one in (run.result() for run in runs)}}
    finally:
        for run in runs:
            run.cancel()
        wait(runs)
        kept.save()


class _Kept:
    """The readings of a target, which are cached every few seconds while they arrive."""

    def __init__(
        self,
        target: str,
        reading: Reading,
        wanted: Collection[str],
        known: Mapping[str, CachedRead],
        work: AccountsWork,
    ) -> None:
        self._target = target
        self._reading = reading
        # Until a plan has read what it compares, older readings may still hold.
        self._older = known
        self._wanted = wanted
        self._work = work
        self._found: dict[str, CachedRead] = {}
        self._saved_at = reading.clock.monotonic()
        self._guard = threading.Lock()

    def hold(self, found: Mapping[str, CachedRead]) -> None:
        """Take the cached readings that still hold; all others will be read."""
        self._found.update(found)
        self._work.begin(self._target, len(self._wanted) - len(found))

    def add(self, remote_id: str, found: CachedRead) -> None:
        """Take a reading, and cache all of them if the last time is long ago."""
        with self._guard:
            self._found[remote_id] = found
            if self._reading.clock.monotonic() - self._saved_at >= _SAVE_SECONDS:
                self._save()
        self._work.done(self._target)

    def save(self) -> None:
        """Cache all readings; those that no plan asks for any more are dropped by a whole one."""
        with self._guard:
            self._save()

    def _save(self) -> None:
        whole = len(self._found) == len(self._wanted) and self._reading.in_full is None
        older = {} if whole else self._older
        if self._found:
            self._reading.ledger.cache(self._target, {**older, **self._found})
        self._saved_at = self._reading.clock.monotonic()


def _fresh(target: str, reading: Reading, since: datetime) -> dict[str, Record]:
    """Records written so recently that a listing may still show the old campaign, by id."""
    return {
        record.remote_id: record
        for record in reading.view.records.values()
        if record.target == target and record.written_at > since
    }


def _may_be_stale(row: Live, written: Record | None) -> bool:
    return written is not None and bool(evidence(written.spec, row, {}).different)


def _holds(known: CachedRead, row: Live, *, now: datetime, max_age: timedelta) -> bool:
    return known.marker == row.marker and timedelta(0) <= now - known.read_at <= max_age


def of_target(problem: ReconcilerError, name: str) -> Diagnostic:
    """The first diagnostic of a problem, placed on the target that could not be read."""
    first = problem.diagnostics[0]
    return first if first.target else replace(first, target=name)
