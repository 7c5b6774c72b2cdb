"""What a drift run found, and what was known before, into what is worth a message; pure.

A finding is told when it is new, when it grows, and when it is over, and never in between.
"""

import hashlib
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from reconciler.diagnostics import Severity as DiagnosticSeverity
from reconciler.plan.model import Change, Movement, Plan
from reconciler.plan.twins import TWIN
from reconciler.resources.drift_notes import (
    DriftNotes,
    Finding,
    FindingKind,
    KnownFinding,
    Severity,
)


class Event(StrEnum):
    """What became of a finding since the last run."""

    NEW = "new"
    GROWN = "grown"
    ENDED = "ended"
    ACCEPTED = "accepted"
    """It still differs, and the manifest now says that this is meant (`metadata.ignore`)."""


@dataclass(frozen=True, slots=True)
class News:
    """One line of a message."""

    event: Event
    finding: Finding
    since: datetime
    """When it was first found."""


@dataclass(frozen=True, slots=True)
class DriftNews:
    """What to tell after a run, and what to remember for the next one."""

    environment: str
    at: datetime
    news: tuple[News, ...]
    """What is new first, the severest first."""
    notes: DriftNotes


def drift_news(
    known: DriftNotes, plan: Plan, is_ignored: Callable[[str, str], bool] = lambda *_: False
) -> DriftNews:
    """Compare a run with what was known; `is_ignored` says whether a manifest ignores a path.

    What this run did not look at stays as it was: an unread target, and what a selection left out.
    """
    found = {one.key: one for one in _findings(plan)}
    news: list[News] = []
    notes: dict[str, KnownFinding] = {}
    for key, finding in found.items():
        before = known.get(key)
        since = plan.created_at if before is None else before.since
        notes[key] = KnownFinding(finding, since)
        if before is None:
            news.append(News(Event.NEW, finding, since))
        elif _grew(before.finding, finding):
            news.append(News(Event.GROWN, finding, since))
    for key, before in known.items():
        if key in found:
            continue
        if not _was_judged(before.finding, plan, found):
            notes[key] = before
            continue
        old = before.finding
        ignored = bool(old.fields) and all(is_ignored(old.address, path) for path in old.fields)
        news.append(News(Event.ACCEPTED if ignored else Event.ENDED, old, before.since))
    events, severities = [*Event], [*Severity]
    news.sort(key=lambda one: (events.index(one.event), severities.index(one.finding.severity)))
    return DriftNews(plan.environment, plan.created_at, tuple(news), notes)


def _findings(plan: Plan) -> Iterator[Finding]:
    for change in plan.drift:
        expanding = change.movement is Movement.EXPANDING
        yield Finding(
            kind=FindingKind.DRIFT,
            target=change.target,
            address=str(change.address),
            remote_id=change.remote_id or "",
            severity=Severity.HIGH if expanding else Severity.LOW,
            fields=dict(_hashes(change)),
        )
    for twin in plan.twins:
        if twin.newer:
            yield Finding(
                kind=FindingKind.TWIN,
                target=twin.target,
                address=str(twin.address),
                remote_id=twin.remote_id,
                severity=Severity.HIGH,
            )
    for target in sorted(_unjudged(plan)):
        yield Finding(kind=FindingKind.UNJUDGED, target=target, severity=Severity.MEDIUM)


def _hashes(change: Change) -> Iterator[tuple[str, str]]:
    for one in change.fields:
        text = json.dumps(one.after, sort_keys=True, ensure_ascii=True)
        yield one.path, hashlib.sha256(text.encode()).hexdigest()


def _unjudged(plan: Plan) -> set[str]:
    """The targets of which not everything could be read and compared."""
    if not plan.errored:
        return set()
    named = {
        one.target
        for one in plan.diagnostics
        if one.severity is DiagnosticSeverity.ERROR and one.code != TWIN and one.target
    }
    return named or {target.name for target in plan.targets}


def _was_judged(old: Finding, plan: Plan, found: dict[str, Finding]) -> bool:
    """Whether this run would have found it again."""
    targets = {target.name for target in plan.targets}
    if old.target not in targets:
        # A target that left the project is not looked at any more, but one left out may come back.
        return not plan.selection.partial
    if Finding(kind=FindingKind.UNJUDGED, target=old.target, severity=Severity.MEDIUM).key in found:
        return False
    chosen = {str(change.address) for change in plan.changes}
    return not plan.selection.partial or not old.address or old.address in chosen


def _grew(old: Finding, new: Finding) -> bool:
    """Whether more differs, or something else."""
    worse = new.severity is Severity.HIGH and old.severity is not Severity.HIGH
    return worse or any(old.fields.get(path) != value for path, value in new.fields.items())
