"""What is new in drift, into the JSON bodies of Slack and of Microsoft Teams.

Both are asked to show plain text, so that nothing in a name is a link, a mention or a format.
"""

from pydantic import JsonValue

from reconciler.plan.drift_news import DriftNews
from reconciler.render.notification.words import lines, title

_SLACK_HEADER = 150
_SLACK_TEXT = 3_000


def slack(told: DriftNews, page: str) -> JsonValue:
    """Block Kit: a header and one section; `page` is the page of the run, or ""."""
    rows = [*lines(told), *([page] if page else [])]
    return {
        "text": title(told),
        "blocks": [
            {"type": "header", "text": _plain(title(told), _SLACK_HEADER)},
            {"type": "section", "text": _plain("\n".join(rows), _SLACK_TEXT)},
        ],
    }


def _plain(text: str, longest: int) -> JsonValue:
    shown = text if len(text) <= longest else f"{text[: longest - 1]}…"
    return {"type": "plain_text", "text": shown, "emoji": False}


def teams(told: DriftNews, page: str) -> JsonValue:
    """An Adaptive Card; `page` is the page of the run, or ""."""
    bold: dict[str, JsonValue] = {"weight": "Bolder", "size": "Medium"}
    actions: list[JsonValue] = (
        [{"type": "Action.OpenUrl", "title": "Open the run", "url": page}] if page else []
    )
    card: dict[str, JsonValue] = {
        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
        "type": "AdaptiveCard",
        "version": "1.4",
        "body": [_run(title(told), bold), *(_run(line, {}) for line in lines(told))],
        "actions": actions,
    }
    return {
        "type": "message",
        "attachments": [
            {"contentType": "application/vnd.microsoft.card.adaptive", "content": card}
        ],
    }


def _run(text: str, style: dict[str, JsonValue]) -> JsonValue:
    # A TextBlock would read its text as Markdown.
    return {"type": "RichTextBlock", "inlines": [{"type": "TextRun", "text": text, **style}]}
