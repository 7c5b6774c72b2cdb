"""Locks as text: who holds one, since when, and whether the holder is gone."""

import click

from reconciler.clock import timestamp
from reconciler.ledger.base import LockInfo
from reconciler.safe_text import safe_text
from reconciler.workflow.locks import HeldLock

HEADER = ("ENVIRONMENT", "ID", "OPERATION", "HOLDER", "TAKEN", "RENEWED", "STATE")


def tell_holder(holder: LockInfo) -> None:
    """Print on standard error whose lock the run waits for."""
    who = safe_text(f"{holder.who} on {holder.host}")
    click.echo(f"Waiting for the lock: {who} ({safe_text(holder.operation)}).", err=True)


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
        "holder is gone; the next run takes it over" if lock.gone else "held",
    )
