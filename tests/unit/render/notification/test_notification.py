"""What is new in drift, as Slack, Teams and any other webhook get it."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import jsonschema  # type: ignore[import-untyped]
import pytest

from reconciler.plan.drift_news import DriftNews, Event, News
from reconciler.render.notification.bodies import slack, teams
from reconciler.render.notification.document import document, notification_schema
from reconciler.render.notification.words import SHOWN, in_words, lines, title
from reconciler.resources.drift_notes import Finding, FindingKind, KnownFinding, Severity

NOW = datetime(2026, 11, 27, 6, 37, tzinfo=UTC)
PAGE = "https://ci.example/run/1"
FINDING = Finding(
    kind=FindingKind.DRIFT,
    target="retention",
    address="kore_sms_campaign.renewal",
    remote_id="cd-1",
    severity=Severity.HIGH,
    fields={"priority": "0" * 64, "contactLists": "1" * 64},
)


def news(event: Event, finding: Finding = FINDING, *, hours: int = 0) -> News:
    return News(event, finding, NOW - timedelta(hours=hours))


def told(*given: News, environment: str = "production") -> DriftNews:
    left = [one for one in given if one.event in (Event.NEW, Event.GROWN)]
    notes = {str(n): KnownFinding(one.finding, one.since) for n, one in enumerate(left)}
    return DriftNews(environment, NOW, given, notes)


TWIN = replace(FINDING, kind=FindingKind.TWIN, remote_id="cd-9", fields={})
UNREAD = Finding(kind=FindingKind.UNJUDGED, target="care", severity=Severity.MEDIUM)
LOW = replace(FINDING, severity=Severity.LOW)
EVERYTHING = told(
    news(Event.NEW),
    news(Event.NEW, TWIN),
    news(Event.NEW, UNREAD),
    news(Event.NEW, replace(LOW, fields={})),
    news(Event.GROWN, LOW, hours=75),
    news(Event.ENDED, hours=1),
    news(Event.ENDED, UNREAD, hours=1),
    news(Event.ACCEPTED, hours=30),
)


def test_every_event_is_one_plain_line() -> None:
    where = "kore_sms_campaign.renewal on target retention"
    high = "(high: may reach more people, at other times, or with other content)"
    low = "(low: nobody more is contacted)"
    unread = "target care cannot be judged: not everything was read and compared"
    assert title(EVERYTHING) == (
        "reconciler: drift in production: 4 new, 1 grown, 2 ended, 1 accepted"
    )
    assert [*lines(EVERYTHING)] == [
        f"New {high}: {where}: contactLists, priority",
        f"New {high}: cd-9 on target retention looks like kore_sms_campaign.renewal",
        f"New (medium: nobody knows): {unread}",
        f"New {low}: {where}: it is gone",
        f"Grown {low}, found 3 days ago: {where}: contactLists, priority",
        f"Ended after 1 hour: {where}: contactLists, priority",
        "Ended after 1 hour: target care can be judged again",
        f"Accepted by the manifest after 1 day: {where}: contactLists, priority",
        "Open now: 5, the oldest for 3 days.",
    ]


def test_a_long_message_is_cut_and_nothing_open_is_said() -> None:
    many = told(*(news(Event.ENDED) for _ in range(SHOWN + 3)))
    found = [*lines(many)]
    assert len(found) == SHOWN + 2
    assert found[-2:] == ["and 3 more", "Nothing is open any more."]


@pytest.mark.parametrize(
    ("age", "words"),
    [
        (timedelta(seconds=59), "less than a minute"),
        (timedelta(minutes=1), "1 minute"),
        (timedelta(hours=23, minutes=59), "23 hours"),
        (timedelta(days=1), "1 day"),
        (timedelta(days=400), "400 days"),
    ],
)
def test_ages_are_said_in_their_largest_unit(age: timedelta, words: str) -> None:
    assert in_words(age) == words


def test_the_document_fits_its_schema() -> None:
    body = document(EVERYTHING, PAGE).model_dump(mode="json")
    jsonschema.validate(body, notification_schema())
    assert body["open"] == {"count": 5, "oldest": "2026-11-24T03:37:00Z"}
    assert body["events"][0] == {
        "event": "new",
        "kind": "drift",
        "severity": "high",
        "target": "retention",
        "address": "kore_sms_campaign.renewal",
        "remote_id": "cd-1",
        "fields": ["contactLists", "priority"],
        "since": "2026-11-27T06:37:00Z",
    }


def test_nothing_that_a_vendor_wrote_is_a_format_a_link_or_a_mention() -> None:
    hostile = "<!channel> *x* [y](https://evil.example) @here"
    given = told(news(Event.NEW, replace(TWIN, remote_id=hostile)), environment="<@U1>")
    body: Any = slack(given, PAGE)
    assert {block["text"]["type"] for block in body["blocks"]} == {"plain_text"}
    card: Any = teams(given, PAGE)
    blocks = card["attachments"][0]["content"]["body"]
    assert {block["type"] for block in blocks} == {"RichTextBlock"}
    assert {run["type"] for block in blocks for run in block["inlines"]} == {"TextRun"}
    assert card["attachments"][0]["content"]["actions"][0]["url"] == PAGE


def test_slack_takes_no_more_than_its_limits() -> None:
    long = replace(FINDING, fields={f"field{number}" * 20: "0" for number in range(100)})
    body: Any = slack(told(news(Event.NEW, long), environment="e" * 300), "")
    header, section = body["blocks"]
    assert len(header["text"]["text"]) == 150
    assert len(section["text"]["text"]) == 3_000
