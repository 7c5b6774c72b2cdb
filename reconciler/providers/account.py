"""What all targets of one vendor account share in a run.

Its rate limit, its reads, its connections, and the page size of its listings.
"""

import threading
from collections.abc import Callable, Hashable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from typing import Any, TypeVar

from reconciler.providers.page_size import PageSize
from reconciler.providers.rate_limit import RateLimiter

PARALLEL_READS = 8
PARALLEL_PAGES = 4
"""How many of the reads may be pages of listings; a vendor computes long for a page."""

Opened = TypeVar("Opened")


@dataclass(frozen=True, slots=True, kw_only=True)
class PagesRead:
    """How far the walk over the pages of a listing is."""

    pages: int
    campaigns: int
    pages_left: int


class Account:
    """An account, by its vendor, server and id or credential; shared by threads."""

    def __init__(
        self,
        limiter: RateLimiter,
        *,
        parallelism: int = PARALLEL_READS,
        page_size: PageSize | None = None,
    ) -> None:
        self.limiter = limiter
        self.page_size = page_size or PageSize()
        self.on_page: Callable[[str, PagesRead], None] = lambda _target, _read: None
        """Called for each page of a target's listing that was read."""
        self._reads = threading.BoundedSemaphore(parallelism)
        self._pages = threading.BoundedSemaphore(min(parallelism, PARALLEL_PAGES))
        self._opened: dict[Hashable, Any] = {}
        self._guard = threading.Lock()

    @contextmanager
    def reading(self, *, page: bool = False) -> Iterator[None]:
        """Be one of the reads that run at once, and with `page` one of the pages."""
        pages: AbstractContextManager[object] = self._pages if page else nullcontext()
        # A page takes both in this order, and nothing else takes two: nobody waits in a circle.
        with pages, self._reads:
            yield

    def share(self, key: Hashable, make: Callable[[], Opened]) -> Opened:
        """What `make` made for the first target that has this key."""
        with self._guard:
            if key not in self._opened:
                self._opened[key] = make()
            found: Opened = self._opened[key]
            return found
