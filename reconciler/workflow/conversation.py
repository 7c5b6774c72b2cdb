"""The callbacks by which a run shows things, asks for approval, and learns whether to go on.

Must not know a terminal: the command line provides the callbacks.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

from reconciler.ledger.base import LockInfo

Shown = TypeVar("Shown")


# Without slots: with them, Conversation[X](...) fails on Python 3.11.
@dataclass(frozen=True, kw_only=True)
class Conversation(Generic[Shown]):
    """One run's conversation with its operator about `Shown`: a plan, launches or run states."""

    show: Callable[[Shown], None]
    """Called with everything that is about to be approved."""
    approve: Callable[[Shown], None]
    """Returns if the operator approves all of it; raises Declined otherwise."""
    remind: Callable[[Shown], None] = lambda _: None
    """Called with what is about to be done, if it was approved before this run."""
    on_wait: Callable[[LockInfo], None]
    """Called once for each holder of the lease that the run waits for."""
    interrupted: Callable[[], bool]
    """Whether the run was asked to stop; checked before each write and during waits."""
