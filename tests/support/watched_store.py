"""Object stores in memory that count calls, and fail or stall on demand."""

from collections.abc import Callable
from typing import TypeVar

from obstore.store import MemoryStore

from reconciler.errors import LedgerFailed
from reconciler.ledger.objects.store import ObjectStore, Stored

_T = TypeVar("_T")


class WatchedStore(ObjectStore):
    """Calls `watch` before and after each operation, for example `claim prod/lease`."""

    def __init__(self, native: MemoryStore) -> None:
        super().__init__(native, "memory://")
        self.calls: list[str] = []
        self.before: Callable[[str], None] = lambda _: None
        self.after: Callable[[str], None] = lambda _: None

    def get(self, key: str, known: Stored | None = None) -> Stored | None:
        return self._told(f"get {key}", lambda: super(WatchedStore, self).get(key, known))

    def claim(self, key: str, body: bytes) -> Stored:
        return self._told(f"claim {key}", lambda: super(WatchedStore, self).claim(key, body))

    def swap(self, key: str, body: bytes, old: Stored) -> Stored | None:
        return self._told(f"swap {key}", lambda: super(WatchedStore, self).swap(key, body, old))

    def list(self, folder: str) -> "list[str]":
        return self._told(f"list {folder}", lambda: super(WatchedStore, self).list(folder))

    def count(self, *verbs: str) -> int:
        return sum(call.split()[0] in verbs for call in self.calls)

    def fail_at(self, number: int, *, done: bool) -> None:
        """Let the n-th call from now on, and all after it, fail before or after its effect."""
        self.calls.clear()

        def fail(call: str) -> None:
            if len(self.calls) >= number:
                raise LedgerFailed(f"{call} failed")

        self.before, self.after = (lambda _: None, fail) if done else (fail, lambda _: None)

    def _told(self, call: str, act: Callable[[], _T]) -> _T:
        self.calls.append(call)
        self.before(call)
        result = act()
        self.after(call)
        return result
