"""Which Kore.ai campaigns may be updated or deleted: by status, and by what a PUT would drop.

See docs/vendors/kore.md 6, 7a.
"""

from collections.abc import Iterator

from reconciler.providers.redaction import redacted
from reconciler.resources.base import Kind, RunState
from reconciler.resources.kore_values import FORMATS, MODES
from reconciler.resources.tree import Tree, at
from reconciler.resources.writes import RUNNING

STATES = {
    "Preparing": RunState.DRAFT,
    "Ready": RunState.DRAFT,
    "Scheduled": RunState.SCHEDULED,
    "Rescheduled": RunState.SCHEDULED,
    "Active": RunState.ACTIVE,
    "Paused": RunState.PAUSED,
    "Stopped": RunState.FINISHED,
    "Completed": RunState.FINISHED,
}
_BLOCKING = {
    "Preparing": "the vendor is still preparing it; plan again when it is Ready",
    "Scheduled": "it is scheduled and starts automatically; switch its schedule off first",
    "Rescheduled": "it is scheduled and starts automatically; switch its schedule off first",
    "Active": RUNNING,
    "Paused": "it was paused in the console and would continue where it stopped",
}
SCHEDULES = ("schedule.isSchedulingEnabled", "schedule.isRecurrenceEnabled")
_BLOCKING_FLAGS = (
    (
        SCHEDULES[0],
        "it has a schedule, which an update may lose; switch the schedule off first",
    ),
    (SCHEDULES[1], "it has a recurring schedule, which an update may lose"),
    ("isFiltersEnabled", "it has contact filters set in the console, which an update may lose"),
    (
        "dialingStrategy.useSystemMappings",
        "it uses system mappings set in the console, which an update may lose",
    ),
)
FLAGS = tuple(path for path, _ in _BLOCKING_FLAGS)
"""Switches that block updates while they are on."""
SHAPES = {"sms": ("format", FORMATS), "voice": ("dialingMode", MODES)}
EXCLUSION = "dncLists.name"
TEMPLATE = "message.template_name"


def why_not_updatable(raw: Tree, kind: Kind, api: str, status: str) -> Iterator[str]:
    """Why no update or delete may be planned in this state."""
    if status in _BLOCKING:
        yield _BLOCKING[status]
    elif status not in STATES:
        yield f"its status {redacted(status) or '(none)'} is not documented by the vendor"
    for path, reason in _BLOCKING_FLAGS:
        if at(raw, path) not in (False, None):
            yield reason
    if hides_exclusion(raw):
        yield "it has a do-not-call list without a name, which an update would drop"
    elif api == "v1" and at(raw, EXCLUSION):
        yield "it has a do-not-call list, which api v1 would drop; use api v2"
    if at(raw, "message.templateId") and not at(raw, TEMPLATE):
        yield "the vendor returns no name for its template, which an update would drop"
    key, writable = SHAPES[kind.channel]
    if raw.get(key) not in writable:
        yield f"its {key} {redacted(str(raw.get(key)))} is not a value that an update can write"


def hides_exclusion(raw: Tree) -> bool:
    """Whether it has a do-not-call list in a form that no update can send back."""
    lists, name = raw.get("dncLists"), at(raw, EXCLUSION)
    there = any(lists.values()) if isinstance(lists, dict) else bool(lists)
    return there and not (isinstance(name, str) and name)
