"""What is new in drift, into the JSON that any other webhook gets; it has a published schema."""

from typing import Any, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from reconciler.plan.drift_news import DriftNews, Event, News
from reconciler.render.notification.words import lines, title
from reconciler.resources.drift_notes import FindingKind, Severity

SCHEMA_ID = "https://json-schema.org/draft/2020-12/schema"


class _Document(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class NotifiedEvent(_Document):
    """What became of one finding."""

    event: Event
    kind: FindingKind
    severity: Severity
    target: str
    address: str = Field(description="The campaign; empty for a whole target.")
    remote_id: str = Field(description="Its id at the vendor; empty if there is none.")
    fields: list[str] = Field(description="The fields that differ; values are never sent.")
    since: AwareDatetime = Field(description="When it was first found.")


class Open(_Document):
    """What is open after this run, told now or earlier."""

    count: int
    oldest: AwareDatetime | None = Field(description="When the oldest was found; null for none.")


class Notification(_Document):
    """One message about drift in an environment."""

    version: Literal[1] = 1
    about: Literal["drift"] = "drift"
    environment: str
    at: AwareDatetime = Field(description="When the run began.")
    run: str = Field(description="The page of the CI run; empty if there is none.")
    title: str
    text: str = Field(description="The message for people, one line for each event.")
    events: list[NotifiedEvent]
    open: Open


def document(told: DriftNews, page: str) -> Notification:
    """The whole message; `page` is the page of the run, or ""."""
    since = [known.since for known in told.notes.values()]
    return Notification(
        environment=told.environment,
        at=told.at,
        run=page,
        title=title(told),
        text="\n".join(lines(told)),
        events=[_event(one) for one in told.news],
        open=Open(count=len(since), oldest=min(since, default=None)),
    )


def _event(one: News) -> NotifiedEvent:
    found = one.finding
    return NotifiedEvent(
        event=one.event,
        kind=found.kind,
        severity=found.severity,
        target=found.target,
        address=found.address,
        remote_id=found.remote_id,
        fields=sorted(found.fields),
        since=one.since,
    )


def notification_schema() -> dict[str, Any]:
    """The JSON Schema of the document."""
    return {"$schema": SCHEMA_ID, **Notification.model_json_schema(mode="serialization")}
