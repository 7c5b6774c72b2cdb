"""Tells people what is new in drift: when it begins, grows or ends, and when it is accepted."""

from collections.abc import Callable, Iterable

from pydantic import JsonValue

from reconciler.config.webhooks import Form, Webhook, heartbeat, webhooks
from reconciler.diagnostics import Diagnostic, warning
from reconciler.errors import ExitCode
from reconciler.plan.drift_news import DriftNews, drift_news
from reconciler.render.notification.bodies import slack, teams
from reconciler.render.notification.document import document
from reconciler.resources.base import Desired
from reconciler.resources.tree import covers
from reconciler.workflow.drifting import Drift
from reconciler.workflow.provenance import page_of
from reconciler.workflow.session import Session
from reconciler.workflow.webhooks import post

_NOT_KEPT = warning(
    "not-remembered",
    "what was told cannot be kept in the ledger's cache",
    "The next run tells the same again. Let the job write the cache.",
)
_DONE = (ExitCode.OK, ExitCode.CHANGES)
"""A run with one of these codes looked at everything; a heartbeat says so."""


def check_settings(session: Session) -> None:
    """Raise InvalidInput now for a URL that could not be used after the run."""
    webhooks(session.environ)
    heartbeat(session.environ)


def announce(session: Session, found: Drift) -> tuple[Diagnostic, ...]:
    """Tell the webhooks what is new and remember it; warnings about what did not work.

    What no webhook took is told again by the next run.
    """
    ledger = session.open_ledger()
    known = ledger.drift_notes()
    told = drift_news(known, found.plan, _ignores(found.desired))
    problems: tuple[Diagnostic, ...] = ()
    hooks = webhooks(session.environ)
    arrived = 0
    if told.news and hooks:
        page = page_of(session.environ)
        arrived, problems = post(hooks, lambda hook: _body(hook, told, page), session)
    is_told = arrived > 0 or not (told.news and hooks)
    if is_told and told.notes != known and not ledger.keep_drift_notes(told.notes) and hooks:
        problems = (*problems, _NOT_KEPT)
    return (*problems, *_beat(session, found))


def _body(hook: Webhook, told: DriftNews, page: str) -> JsonValue:
    match hook.form:
        case Form.SLACK:
            return slack(told, page)
        case Form.TEAMS:
            return teams(told, page)
        case Form.DOCUMENT:
            body: JsonValue = document(told, page).model_dump(mode="json")
            return body


def _ignores(desired: Iterable[Desired]) -> Callable[[str, str], bool]:
    ignored = {
        str(one.address): tuple(entry.subject for entry in one.metadata.ignore) for one in desired
    }
    return lambda address, path: covers(ignored.get(address, ()), path)


def _beat(session: Session, found: Drift) -> tuple[Diagnostic, ...]:
    """Say that the run has looked at everything; whoever waits for it notices when it does not."""
    hook = heartbeat(session.environ)
    if hook is None or found.exit_code not in _DONE:
        return ()
    body: JsonValue = {"environment": found.plan.environment, "exit_code": int(found.exit_code)}
    _, problems = post([hook], lambda _: body, session)
    return problems
