"""Where drift is told: webhooks and a heartbeat, from the environment.

Their URLs are secrets, so that neither a project file nor a command line can have them, and no
message repeats more than the host.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from urllib.parse import urlsplit

from reconciler.config.hosts import is_loopback
from reconciler.errors import InvalidInput

NOTIFY = "RECONCILER_NOTIFY"
HEARTBEAT = "RECONCILER_HEARTBEAT"
_MOST = 20


class Form(StrEnum):
    """What a webhook takes."""

    SLACK = "slack"
    TEAMS = "teams"
    DOCUMENT = "json"
    """Our own document, which has a schema."""


_HOSTS = {
    "hooks.slack.com": Form.SLACK,
    "hooks.slack-gov.com": Form.SLACK,
    ".webhook.office.com": Form.TEAMS,
    ".logic.azure.com": Form.TEAMS,
    ".environment.api.powerplatform.com": Form.TEAMS,
}


@dataclass(frozen=True, slots=True)
class Webhook:
    """One URL, and how to speak of it without saying it."""

    url: str = field(repr=False)
    form: Form
    name: str
    """`RECONCILER_NOTIFY line 2 (hooks.slack.com)`."""


def webhooks(environ: Mapping[str, str]) -> tuple[Webhook, ...]:
    """The URLs of `RECONCILER_NOTIFY`, one a line; raises InvalidInput for anything else.

    A line may begin with `slack `, `teams ` or `json ` where the host does not tell.
    """
    return tuple(_webhooks(environ.get(NOTIFY, "")))


def heartbeat(environ: Mapping[str, str]) -> Webhook | None:
    """The URL of `RECONCILER_HEARTBEAT`; raises InvalidInput for anything else."""
    url = environ.get(HEARTBEAT, "").strip()
    return _webhook(url, Form.DOCUMENT, HEARTBEAT) if url else None


def _webhooks(text: str) -> Iterator[Webhook]:
    lines = [(number, line.strip()) for number, line in enumerate(text.splitlines(), 1)]
    filled = [(number, line) for number, line in lines if line]
    if len(filled) > _MOST:
        raise InvalidInput(f"{NOTIFY} has more than {_MOST} lines", "Write one URL a line.")
    for number, line in filled:
        word, _, rest = line.partition(" ")
        form = Form(word) if word in {*Form} else None
        yield _webhook(rest.strip() if form else line, form, f"{NOTIFY} line {number}")


def _webhook(url: str, form: Form | None, name: str) -> Webhook:
    advice = f"Write one URL a line, such as {Form.SLACK} https://hooks.example/services/..."
    try:
        parts = urlsplit(url)
        host, _ = (parts.hostname or "").lower(), parts.port
    except ValueError:
        raise InvalidInput(f"{name} is not a URL", advice) from None
    plain = url.isascii() and url.isprintable() and " " not in url and "#" not in url
    if not plain or not host or "@" in parts.netloc:
        raise InvalidInput(f"{name} is not a URL", advice)
    if parts.scheme != "https" and not (parts.scheme == "http" and is_loopback(host)):
        raise InvalidInput(f"{name} does not begin with https://", advice)
    return Webhook(url, form or _form(host), f"{name} ({host})")


def _form(host: str) -> Form:
    known = (
        form
        for end, form in _HOSTS.items()
        if host == end or (end.startswith(".") and host.endswith(end))
    )
    return next(known, Form.DOCUMENT)
