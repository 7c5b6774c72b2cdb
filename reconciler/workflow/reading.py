"""Read targets into snapshots: complete listings, then only the details that a plan needs.

Targets are read in parallel, details by a pool of threads per account; a problem of one target does
not affect the others. Campaigns read in full are cached under the marker of their list rows, and
`freshness` says which of them a run may use.
"""

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
from reconciler.workflow.freshness import Freshness
from reconciler.workflow.kept_readings import KeptReadings
from reconciler.workflow.proving_absence import Question, read_listings
from reconciler.workflow.read_work import AccountsWork, AccountWork, ReadWork


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What to read and how."""

    desired: tuple[Desired, ...]
    view: LedgerView
    ledger: Ledger
    clock: Clock
    parallelism: int
    freshness: Freshness
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
    # Targets may share listings, so the moment before the first listing counts for all of them.
    begun = reading.clock.now(), reading.clock.monotonic()
    with ExitStack() as opened:
        # A pool per account: threads that wait for one vendor's rate limit do not delay another's.
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
                    begun=begun,
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
    begun: tuple[datetime, float],
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
            begun=begun,
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
    fresh = _fresh(rows.target, reading, now - timedelta(seconds=provider.capabilities.settle))
    unsure = [
        row
        for row in (by_id[remote_id] for remote_id in needed)
        if row.thin or _may_be_stale(row, fresh.get(row.remote_id))
    ]
    if not unsure:
        return {}
    cached = reading.ledger.cached(rows.target)
    written = {
        record.remote_id: record.written_at
        for record in reading.view.records.values()
        if record.target == rows.target
    }
    standing = reading.freshness.standing(cached, unsure, written=written, now=now)
    due = [row for row in unsure if row.remote_id not in standing]
    full_since = reading.freshness.full_since(cached, now)
    kept = KeptReadings(rows, reading.ledger, reading.clock, full_since=full_since)

    def read(row: Live) -> CachedRead:
        live = provider.get(row.type, row.remote_id, row)
        if live is None:
            raise ReadFailed(
                f"campaign {row.remote_id} was listed, and was gone a moment later",
                "Somebody is changing this account. Run this again.",
            )
        found = CachedRead(row.marker, live, reading.clock.now())
        kept.add(row.remote_id, found)
        work.done(rows.target)
        return found

    work.begin(rows.target, len(due))
    runs = [details.submit(read, row) for row in due]
    try:
        reads = [run.result() for run in runs]
        kept.whole()
    finally:
        # An interrupted pool drops runs: they are cancelled, because `wait` never ends for them.
        wait([run for run in runs if not run.cancel()])
        kept.save()
    return {**standing, **{found.live.remote_id: found for found in reads}}


def _fresh(target: str, reading: Reading, since: datetime) -> dict[str, Record]:
    """Records written so recently that a listing may still show the old campaign, by id."""
    return {
        record.remote_id: record
        for record in reading.view.records.values()
        if record.target == target and record.written_at > since
    }


def _may_be_stale(row: Live, written: Record | None) -> bool:
    return written is not None and bool(evidence(written.spec, row, {}).different)


def of_target(problem: ReconcilerError, name: str) -> Diagnostic:
    """The first diagnostic of a problem, placed on the target that could not be read."""
    first = problem.diagnostics[0]
    return first if first.target else replace(first, target=name)
