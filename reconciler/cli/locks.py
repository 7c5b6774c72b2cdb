"""Locks as text: who holds one, since when, and whether the holder is gone."""

from reconciler.cli.output import say
from reconciler.clock import timestamp
from reconciler.ledger.base import LockInfo
from reconciler.resources.tree import Tree
from reconciler.safe_text import safe_text
from reconciler.workflow.locks import HeldLock, lock_tree

HEADER = ("ENVIRONMENT", "ID", "OPERATION", "HOLDER", "TAKEN", "RENEWED", "STATE")


def tell_holder(holder: LockInfo) -> None:
    """Print on standard error whose lock the run waits for."""
    say(waiting_line(holder), err=True)


def waiting_line(holder: LockInfo) -> str:
    """`Waiting for the lock: ada on desk (apply).`, and what the holder waits for."""
    who = safe_text(f"{holder.who} on {holder.host}")
    waits = f": {safe_text(holder.waiting)}" if holder.waiting else ""
    return f"Waiting for the lock: {who} ({safe_text(holder.operation)}){waits}."


def held_tree(lock: HeldLock) -> Tree:
    """A lock as `lock list --json` prints it."""
    waiting = {"waiting": lock.info.waiting or None, "gone": lock.gone}
    return {"environment": lock.environment, **lock_tree(lock.info), **waiting}


def lock_row(lock: HeldLock) -> tuple[str, ...]:
    """A lock as a row under `HEADER`."""
    info = lock.info
    return (
        lock.environment,
        info.id,
        info.operation,
        f"{info.who} on {info.host}{f' ({info.run_url})' if info.run_url else ''}",
        timestamp(info.created_at),
        timestamp(info.renewed_at),
        "holder is gone; the next run takes it over" if lock.gone else info.waiting or "held",
    )
