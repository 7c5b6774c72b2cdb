"""List the holders of the environments' leases, and release the lease of a holder that is gone."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta

from reconciler.clock import timestamp
from reconciler.errors import ReconcilerError
from reconciler.ledger.base import LockInfo
from reconciler.ledger.gone_holder import is_gone
from reconciler.ledger.lease import MARGIN_SECONDS
from reconciler.resources.tree import Tree
from reconciler.workflow.receipts import ReceiptDraft
from reconciler.workflow.session import Session


@dataclass(frozen=True, slots=True)
class HeldLock:
    """An environment's lease. `gone`: its process ran on this machine and is proven dead."""

    environment: str
    info: LockInfo
    gone: bool


def held_locks(session: Session) -> tuple[HeldLock, ...]:
    """The leases of the chosen environment, or of all if none was chosen; writes nothing."""
    return tuple(_locks(session))


def find_lock(session: Session, lock_id: str) -> HeldLock:
    """The lease with exactly this id; raises ReconcilerError if nobody holds it."""
    held = held_locks(session)
    for lock in held:
        if lock.info.id == lock_id:
            return lock
    ids = ", ".join(f"{lock.info.id} ({lock.environment})" for lock in held)
    which = f"These locks are held: {ids}." if ids else "No lock is held."
    raise ReconcilerError(f"there is no lock {lock_id}", which)


def release_lock(session: Session, lock: HeldLock) -> float:
    """Release a lease; returns for how many seconds a request in flight may still take effect.

    Its holder sends nothing more that had not passed the last check before. Raises ReconcilerError
    if the lease is over.
    """
    session = _in(session, lock.environment)
    ledger = session.open_ledger()
    if not ledger.release(lock.info.id):
        raise ReconcilerError(f"lock {lock.info.id} is no longer held", "Nothing was changed.")
    released = ReceiptDraft.begin(session, "lock release").receipt(())
    ledger.add_receipt(replace(released, lock=lock_tree(lock.info)))
    timeouts = (target.create_timeout for target in session.environment.targets.values())
    return max(timeouts, default=timedelta(0)).total_seconds() + MARGIN_SECONDS


def lock_tree(info: LockInfo) -> Tree:
    """A lease as JSON."""
    return {
        "id": info.id,
        "operation": info.operation,
        "who": info.who,
        "host": info.host,
        "run_url": info.run_url,
        "created_at": timestamp(info.created_at),
        "renewed_at": timestamp(info.renewed_at),
    }


def _locks(session: Session) -> Iterator[HeldLock]:
    chosen = session.options.environment or session.environ.get("RECONCILER_ENV")
    names = [session.environment.name] if chosen else sorted(session.project.environments)
    for name in names:
        info = _in(session, name).open_ledger().lock()
        if info is not None:
            yield HeldLock(name, info, is_gone(info.process))


def _in(session: Session, environment: str) -> Session:
    return replace(session, options=replace(session.options, environment=environment))
