"""A start of unknown outcome: only a reading or a person settles it."""

import contextlib
import json
from collections.abc import Callable, Sequence

import pytest

from reconciler.errors import ExitCode, LeaseLost
from reconciler.plan.model import Selection
from reconciler.providers.wire import WireFault, WireRequest, WireResponse
from reconciler.resources.ledger_records import Tombstone
from reconciler.resources.outcome import Outcome
from reconciler.resources.tree import Tree
from reconciler.run_state.launch.model import Launches
from reconciler.run_state.launch.start import StartResult, start
from reconciler.simulator.core import Simulator
from reconciler.workflow.conversation import Conversation
from reconciler.workflow.session import Options, Session
from tests.support.cli import Line, Project, sms
from tests.support.run_state_helpers import (
    ADDRESS,
    QUICK,
    applied,
    ledger,
    record_of,
    sent,
    status_of,
)

pytestmark = pytest.mark.usefixtures("skip_time")

NEVER_RAN: Tree = {"status": "Ready", "totalMessagesSent": 0}
ONCE = ("start", ADDRESS, "--auto-approve")
DAILY = (
    *("--daily", "1", "--from", "2036-04-01T09:00Z", "--until", "2036-04-30T18:00Z"),
    *("--allow", "reach-over-limit"),
)


@pytest.fixture
def ready(run_line: Line, project: Project, simulator: Simulator) -> str:
    """An applied campaign that does not run; its id."""
    project.configure(more=QUICK)
    return applied(run_line, project, simulator)


def start_with(
    project: Project,
    simulator: Simulator,
    answer: Callable[[], WireResponse | None],
    *,
    agreed: list[str] | None = None,
) -> StartResult:
    """Start the campaign; `answer` replaces the answer of the vendor, which has started it."""

    def handle(request: WireRequest) -> WireResponse:
        response = simulator.handle(request)
        return (answer() if "/trigger/" in request.path else None) or response

    def approve(launches: Launches) -> None:
        if agreed is not None:
            agreed.extend(doubt for one in launches.campaigns for doubt in one.doubts)

    talk = Conversation[Launches](
        show=lambda _: None, approve=approve, on_wait=lambda _: None, interrupted=lambda: False
    )
    with Session(Options(directory=project.folder), handlers={"retention": handle}) as session:
        selection = Selection(select=(ADDRESS,))
        (started,) = start(session, selection, ask=agreed is not None, talk=talk).campaigns
    return started


@pytest.fixture
def unclear(project: Project, simulator: Simulator, ready: str) -> str:
    """A campaign with one start of unknown outcome; its id."""

    def lose() -> WireResponse | None:
        simulator.edit(ready, NEVER_RAN)
        raise WireFault("timeout")

    assert start_with(project, simulator, lose).outcome.outcome is Outcome.UNKNOWN
    return ready


def assert_held_back(run_line: Line, simulator: Simulator, address: str = ADDRESS) -> None:
    before = len(sent(simulator, "kore.start"))
    again = run_line("start", address, "--auto-approve")
    assert again.code == 6, again.out
    assert "the outcome of an earlier start is not known" in again.err
    assert len(sent(simulator, "kore.start")) == before


@pytest.mark.usefixtures("unclear")
def test_switching_a_schedule_off_says_nothing_of_a_start(
    run_line: Line, simulator: Simulator
) -> None:
    assert run_line("schedule", ADDRESS, "--off", "--auto-approve").code == 0
    assert_held_back(run_line, simulator)


@pytest.mark.usefixtures("unclear")
def test_another_address_is_the_same_campaign(
    run_line: Line, project: Project, simulator: Simulator
) -> None:
    document = sms("renewal")
    document["metadata"] = {"name": "renewal-2026"}
    project.write("renewal.json", json.dumps(document))
    assert run_line("apply", "--auto-approve").code == 0
    assert_held_back(run_line, simulator, "kore_sms_campaign.renewal-2026")


def test_a_further_attempt_that_is_refused_settles_only_itself(
    run_line: Line, project: Project, simulator: Simulator, unclear: str
) -> None:
    def refuse() -> WireResponse:
        simulator.edit(unclear, NEVER_RAN)
        return WireResponse(400, {}, b'{"status": "error", "message": "no"}')

    agreed: list[str] = []
    started = start_with(project, simulator, refuse, agreed=agreed)
    assert started.outcome.outcome is Outcome.REFUSED
    assert len(agreed) == 1, "a person answered for it"
    assert_held_back(run_line, simulator)


@pytest.mark.usefixtures("unclear")
def test_a_further_attempt_that_is_not_sent_settles_only_itself(
    run_line: Line, project: Project, simulator: Simulator
) -> None:
    def lost(*_: object) -> Sequence[Tombstone]:
        raise LeaseLost("the lease was lost")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("reconciler.ledger.sqlite.ledger.SqliteLedger.last_check", lost)
        started = start_with(project, simulator, lambda: None, agreed=[])
    assert started.outcome.outcome is Outcome.SKIPPED
    assert "the lease was lost" in started.outcome.diagnostics[0].summary
    assert len(sent(simulator, "kore.start")) == 1
    assert_held_back(run_line, simulator)


@pytest.mark.usefixtures("ready")
def test_a_start_that_was_confirmed_by_words_alone_leaves_a_doubt(
    run_line: Line, simulator: Simulator
) -> None:
    simulator.change_switches({"kore": {"transition_seconds": 60}})
    assert run_line(*ONCE).code == 1
    assert_held_back(run_line, simulator)


def test_a_person_who_accepts_what_shows_settles_it(
    run_line: Line, simulator: Simulator, unclear: str
) -> None:
    why = ("--reason", "the console shows no run")
    accept = ("status", ADDRESS, "--accept", *why, "--auto-approve")
    accepted = run_line(*accept)
    assert accepted.code == 0, accepted.err
    assert f"the outcome of an earlier start of {ADDRESS} is not known" in accepted.out
    assert "nobody knows" not in run_line(*accept).out
    assert run_line(*ONCE).code == 0
    assert status_of(simulator, unclear) == "Active"


def test_a_confirmed_start_settles_the_one_before(
    run_line: Line, project: Project, simulator: Simulator, unclear: str
) -> None:
    started = start_with(project, simulator, lambda: None, agreed=[])
    assert started.outcome.outcome is Outcome.APPLIED
    simulator.edit(unclear, {"status": "Completed"})
    assert run_line(*ONCE, "--allow", "ran-before").code == 0


def test_an_unclear_schedule_is_settled_by_switching_it_off(
    run_line: Line, simulator: Simulator, ready: str
) -> None:
    simulator.faults.add("kore.schedule:timeout_before")
    assert run_line("schedule", ADDRESS, *DAILY, "--auto-approve").code == 7
    refused = run_line(*ONCE)
    assert (refused.code, "an earlier schedule" in refused.err) == (6, True)
    assert run_line("schedule", ADDRESS, "--off", "--auto-approve").code == 0
    assert run_line(*ONCE).code == 0
    assert status_of(simulator, ready) == "Active"


@pytest.mark.usefixtures("ready")
def test_what_is_kept_before_and_after_an_attempt_has_one_id_and_no_number_or_text(
    run_line: Line,
) -> None:
    assert run_line(*ONCE).code == 0
    assert run_line("schedule", ADDRESS, "--off", "--auto-approve").code in (0, 1, 6)
    receipts = run_line("history", ADDRESS, "--json").json["receipts"]
    shown = [entry for one in receipts for entry in one["outcomes"] if entry["action"] == "start"]
    with contextlib.closing(ledger()) as found:
        entries = [entry for one in found.receipts() for entry in one.outcomes]
    kept = [entry.attempt for entry in entries if entry.action == "start"]
    assert kept == [shown[0]["attempt"]] * 2
    assert len(shown) == 1, "the history shows the outcome only"
    assert "2025550123" not in json.dumps(receipts)
    assert "Sends a link" not in json.dumps(receipts)


SAYS_NO = [
    (409, b'{"status": "error", "message": "already running"}'),
    (404, b'{"error": "no route"}'),
    (404, b"<html>not here</html>"),
    (403, b'{"error": "waf"}'),
    (302, b""),
]


@pytest.mark.parametrize("status", ["Active", "Completed"])
@pytest.mark.parametrize(("code", "body"), SAYS_NO)
def test_a_refusal_that_a_reading_contradicts_is_unknown_and_both_are_reported(
    run_line: Line,
    project: Project,
    simulator: Simulator,
    *,
    ready: str,
    code: int,
    body: bytes,
    status: str,
) -> None:
    def refuse() -> WireResponse:
        simulator.edit(ready, {"status": status})
        return WireResponse(code, {"content-type": "application/json"}, body)

    started = start_with(project, simulator, refuse)
    assert started.outcome.outcome is Outcome.UNKNOWN
    (told,) = started.outcome.diagnostics
    assert f"({code})" in told.summary
    assert f"its status is {status}, so it may have started" in told.summary
    assert record_of().seen is None
    simulator.edit(ready, {"status": "Completed"})
    assert_held_back(run_line, simulator)


@pytest.mark.parametrize(("code", "body"), [SAYS_NO[0], SAYS_NO[2], SAYS_NO[4]])
def test_a_refusal_that_may_not_be_the_vendors_is_watched_for_a_while(
    project: Project, simulator: Simulator, *, ready: str, code: int, body: bytes
) -> None:
    project.configure(more=QUICK.replace("readBack: 1s", "readBack: 20s"))
    simulator.change_switches({"kore": {"transition_seconds": 2}})
    started = start_with(project, simulator, lambda: WireResponse(code, {}, body))
    assert started.outcome.outcome is Outcome.UNKNOWN
    assert started.status == "Active"
    assert status_of(simulator, ready) == "Active"


@pytest.mark.parametrize(
    ("code", "outcome"), [(400, Outcome.REFUSED), (409, Outcome.UNKNOWN), (302, Outcome.UNKNOWN)]
)
@pytest.mark.usefixtures("ready")
def test_without_a_reading_only_the_vendors_own_refusal_counts(
    project: Project, simulator: Simulator, code: int, outcome: Outcome
) -> None:
    def refuse() -> WireResponse:
        simulator.faults.add("kore.get:http_500:*")
        return WireResponse(code, {}, b'{"status": "error", "message": "no"}')

    started = start_with(project, simulator, refuse)
    assert started.outcome.outcome is outcome
    assert "its status could not be read" in str(started.outcome.diagnostics)


def test_a_refused_start_counts_as_refused_if_the_campaign_is_idle(
    run_line: Line, project: Project, simulator: Simulator, ready: str
) -> None:
    def refuse() -> WireResponse:
        simulator.edit(ready, NEVER_RAN)
        return WireResponse(409, {}, b'{"status": "error", "message": "no"}')

    started = start_with(project, simulator, refuse)
    assert started.outcome.outcome is Outcome.REFUSED
    assert run_line(*ONCE).code == ExitCode.OK, "nothing is left to be known"
