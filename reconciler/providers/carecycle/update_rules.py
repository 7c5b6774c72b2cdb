"""Which CareCycle campaigns may be updated or archived: by their status, and nothing else.

See docs/vendors/carecycle.md 9.
"""

from collections.abc import Iterator

from reconciler.providers.redaction import redacted

_WRITABLE = ("draft", "paused")
_BLOCKING = {
    "active": "it is active, and a change would reach people at once; pause it first",
    "archived": "it is archived",
}


def why_not_updatable(status: str) -> Iterator[str]:
    """Why no update or archiving may be planned; nothing where it may."""
    if status in _BLOCKING:
        yield _BLOCKING[status]
    elif status not in _WRITABLE:
        word = redacted(status) or "(none)"
        yield f"the vendor does not say what its status {word} means for a change"
