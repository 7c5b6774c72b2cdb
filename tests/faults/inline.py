"""The product's threads in one thread, so that a schedule can be repeated exactly.

Pools run their work at once, the lease renews when virtual time passes, and a holder is provably
gone when the schedule says so.
"""

import contextlib
import threading
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future
from types import SimpleNamespace
from typing import Self, TypeVar
from unittest import mock

from reconciler.apply import executor
from reconciler.ledger import lease
from reconciler.ledger.sqlite import lease as lease_row
from reconciler.providers import paging
from reconciler.workflow import reading

Result = TypeVar("Result")
PROOF = "incarnation"
"""The key under which a process of ours names itself to the lease."""


class InlinePool:
    """A `ThreadPoolExecutor` whose work is done when `submit` returns."""

    def __init__(self, *_: object, **__: object) -> None:
        return

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        return

    def shutdown(self, **_: object) -> None:
        """See `Executor.shutdown`; nothing is left to do."""

    def submit(
        self, work: Callable[..., Result], /, *args: object, **options: object
    ) -> Future[Result]:
        """See `Executor.submit`; a crash ends the process at once."""
        done: Future[Result] = Future()
        try:
            done.set_result(work(*args, **options))
        except Exception as problem:  # noqa: BLE001 - as an executor does
            done.set_exception(problem)
        return done

    def map(self, work: Callable[..., Result], /, *items: Iterable[object]) -> Iterator[Result]:
        """See `Executor.map`."""
        return iter([work(*row) for row in zip(*items, strict=False)])


class _NoThread:
    """The thread that renews the lease; the operator's clock does its work."""

    def __init__(self, *, target: Callable[[], None], **_: object) -> None:
        holder = getattr(target, "__self__", None)
        if isinstance(holder, lease.Lease):
            RENEWED[holder.id] = holder

    def start(self) -> None:
        """See `Thread.start`."""

    def join(self, timeout: float | None = None) -> None:
        """See `Thread.join`."""


RENEWED: dict[str, lease.Lease] = {}
"""Leases by id whose background renewal the schedule plays."""
GONE: set[str] = set()
"""Incarnations that are dead, and that a holder on the same machine can prove to be so."""


@contextlib.contextmanager
def single_threaded() -> Iterator[None]:
    """Run the product without threads until the block ends."""
    names = SimpleNamespace(
        Lock=threading.Lock, RLock=threading.RLock, Event=threading.Event, Thread=_NoThread
    )
    with (
        mock.patch.object(reading, "ThreadPoolExecutor", InlinePool),
        mock.patch.object(executor, "ThreadPoolExecutor", InlinePool),
        mock.patch.object(paging, "ThreadPoolExecutor", InlinePool),
        mock.patch.object(lease, "threading", names),
        mock.patch.object(lease, "process_identity", dict),
        mock.patch.object(lease_row, "is_gone", lambda process: process.get(PROOF) in GONE),
    ):
        yield
