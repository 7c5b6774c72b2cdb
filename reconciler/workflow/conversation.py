"""How a run talks to whoever watches it: what it shows, whom it asks, and whether to go on.

Values and callbacks only. Knows no terminal: the command line fills it in.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

from reconciler.ledger.base import LockInfo

Shown = TypeVar("Shown")


# Without slots: with them, Conversation[X](...) fails on Python 3.11.
@dataclass(frozen=True, kw_only=True)
class Conversation(Generic[Shown]):
    """One run's conversation with its operator about what `Shown` is: a plan, or launches."""

    show: Callable[[Shown], None]
    """Called with everything that is about to be agreed to."""
    approve: Callable[[Shown], None]
    """Returns when the operator says yes to all of it; raises Declined otherwise."""
    on_wait: Callable[[LockInfo], None]
    """Told once about each holder of the lease that is waited for."""
    interrupted: Callable[[], bool]
    """Whether the run was asked to end; checked before each write and during waits."""
