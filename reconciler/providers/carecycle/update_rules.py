"""Which CareCycle campaigns may be updated or archived; only their status decides.

See docs/vendors/carecycle.md 9.
"""

from collections.abc import Iterator

from reconciler.providers.redaction import redacted

_WRITABLE = ("draft", "paused")
_BLOCKING = {
    "active": "it is active, and a change would reach people immediately; pause it first",
    "archived": "it is archived",
}


def why_not_updatable(status: str) -> Iterator[str]:
    """Why no update or archiving may be planned; empty if it may."""
    if status in _BLOCKING:
        yield _BLOCKING[status]
    elif status not in _WRITABLE:
        word = redacted(status) or "(none)"
        yield f"the vendor does not document whether status {word} allows a change"
