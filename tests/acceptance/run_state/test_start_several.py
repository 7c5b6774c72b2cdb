"""Several starts at once: one plan and one confirmation; nothing is sent unless all may start."""

import json
from collections.abc import Callable

import pytest

from reconciler.errors import ApplyRefused, ExitCode, LeaseLost, LedgerFailed
from reconciler.plan.model import Selection
from reconciler.providers.wire import WireRequest, WireResponse
from reconciler.resources.ledger_records import Tombstone
from reconciler.resources.outcome import Outcome
from reconciler.run_state.launch.model import Launches
from reconciler.run_state.launch.start import StartResults, start
from reconciler.simulator.core import Simulator
from reconciler.simulator.faults import Fault, FaultKind
from reconciler.workflow.conversation import Conversation
from reconciler.workflow.locks import find_lock, release_lock
from reconciler.workflow.session import Options, Session
from tests.support.cli import Line, Project
from tests.support.run_state_helpers import (
    CARE,
    QUICK,
    applied_care,
    id_of,
    ledger,
    record_of,
    sent,
    status_of,
    team,
)

pytestmark = pytest.mark.usefixtures("skip_time")

A, B, C = (f"kore_sms_campaign.{name}" for name in "abc")
LISTS = {"a": "Spring Renewals 2026", "b": "Open Bills", "c": "Renewal Due - May/June 2025"}
TEAM = ("start", "--select", "team=retention", "--auto-approve")


@pytest.fixture
def three(run_line: Line, project: Project, simulator: Simulator) -> dict[str, str]:
    """Three applied campaigns, `c` with another label; their ids. The request log is empty."""
    project.configure(more=QUICK)
    for name, contact_list in LISTS.items():
        team(project, name, contact_list, "billing" if name == "c" else "retention")
    result = run_line("apply", "--auto-approve")
    assert result.code == 0, result.err
    simulator.clear_requests()
    return {name: id_of(simulator, name) for name in LISTS}


def statuses(simulator: Simulator, ids: dict[str, str]) -> list[object]:
    return [status_of(simulator, ids[name]) for name in sorted(ids)]


def run_start(
    project: Project,
    simulator: Simulator,
    *,
    on_send: Callable[[WireRequest], None] = lambda _: None,
    approve: Callable[[Launches], None] | None = None,
    interrupted: Callable[[], bool] = lambda: False,
) -> StartResults:
    """Start a, b and c through the workflow; the caller can act during the run."""

    def handle(request: WireRequest) -> WireResponse:
        if "/trigger/" in request.path:
            on_send(request)
        return simulator.handle(request)

    talk = Conversation[Launches](
        show=lambda _: None,
        approve=approve or (lambda _: None),
        on_wait=lambda _: None,
        interrupted=interrupted,
    )
    with Session(Options(directory=project.folder), handlers={"retention": handle}) as session:
        return start(session, Selection(select=(A, B, C)), ask=approve is not None, talk=talk)


def outcomes(starts: StartResults) -> list[Outcome]:
    return [one.outcome.outcome for one in starts.campaigns]


def test_a_label_and_an_address_choose_together_and_are_read_once(
    run_line: Line, simulator: Simulator, three: dict[str, str]
) -> None:
    result = run_line(*TEAM, C)
    assert result.code == 0, result.err
    assert statuses(simulator, three) == ["Active"] * 3
    assert len(sent(simulator, "kore.list")) == 2, "one listing per channel"
    assert len(sent(simulator, "kore.contact_lists")) == 1
    assert result.out.count("Outreach: up to ") == 1
    assert result.out.count("  SMS  kore_sms_campaign.") == 3
    assert "contacts by 3 campaigns, the first " in result.out
    assert "3 started, 0 refused, 0 unknown, 0 not attempted." in result.out


def test_what_is_not_chosen_or_excluded_is_left_alone(
    run_line: Line, simulator: Simulator, three: dict[str, str]
) -> None:
    result = run_line(*TEAM, "--exclude", B)
    assert result.code == 0, result.err
    assert statuses(simulator, three) == ["Active", "Ready", "Ready"]
    assert "In all" not in result.out


@pytest.mark.parametrize(
    "how",
    [
        (),
        ("--exclude", A),
        ("team=retention",),
        (A, "--select", "team=nobody"),
        (A, "--select", "nonsense"),
        (A, "--exclude", A),
        ("--select", "team=retention", "--exclude", "team=retention"),
    ],
)
def test_a_selection_that_says_nothing_or_fits_nothing_sends_nothing(
    run_line: Line, simulator: Simulator, three: dict[str, str], how: tuple[str, ...]
) -> None:
    assert run_line("start", *how, "--auto-approve").code == 3
    assert statuses(simulator, three) == ["Ready"] * 3
    assert simulator.requests(mutating=True) == []


def test_nothing_is_sent_unless_all_pass_and_every_objection_is_reported(
    run_line: Line, simulator: Simulator, three: dict[str, str]
) -> None:
    simulator.edit(three["a"], {"priority": "1", "contactLists": ["Open Bills"]})
    simulator.edit(three["b"], {"status": "Active"})
    result = run_line("start", A, B, C, "kore_sms_campaign.a", "--auto-approve")
    assert result.code == 6
    assert "not all 3 campaigns passed the checks" in result.err
    assert f"{A} differs from its manifest in" in result.err
    assert "already contacting people" in result.err
    assert simulator.requests(mutating=True) == []


def test_what_leaves_git_is_not_started_by_its_label(
    run_line: Line, project: Project, simulator: Simulator, three: dict[str, str]
) -> None:
    path = project.folder / "campaigns" / "b.json"
    document = json.loads(path.read_text("utf-8"))
    document["metadata"]["lifecycle"] = "retired"
    path.write_text(json.dumps(document), "utf-8")
    result = run_line(*TEAM)
    assert result.code == 6
    assert f"{B} is being removed (lifecycle: retired)" in result.err
    assert statuses(simulator, three) == ["Ready"] * 3


@pytest.mark.parametrize(
    ("fault", "told", "code"),
    [
        (
            Fault(kind=FaultKind.STATUS, match="kore.start", value=409.0, body='{"error": "no"}'),
            "2 started, 1 refused, 0 unknown, 0 not attempted.",
            1,
        ),
        ("kore.start:timeout_before", "2 started, 0 refused, 1 unknown, 0 not attempted.", 7),
    ],
)
def test_the_outcome_of_one_start_does_not_block_others(
    run_line: Line,
    simulator: Simulator,
    three: dict[str, str],
    *,
    fault: Fault | str,
    told: str,
    code: int,
) -> None:
    simulator.faults.add(fault)
    result = run_line("start", A, B, C, "--auto-approve")
    assert result.code == code, result.err
    assert told in result.out
    assert statuses(simulator, three) == ["Ready", "Active", "Active"]
    assert len(sent(simulator, "kore.start")) == 3


def test_targets_are_started_in_one_go(
    run_line: Line, project: Project, simulator: Simulator, three: dict[str, str]
) -> None:
    care = applied_care(run_line, project, simulator)
    result = run_line("start", CARE, A, "--auto-approve", "--allow", "reach-over-limit")
    assert result.code == 0, result.err
    assert (status_of(simulator, care), status_of(simulator, three["a"])) == ("active", "Active")
    assert "up to 860 contacts and people whom the vendor selects" in result.out


def test_two_of_one_contact_list_are_warned_about_and_count_for_both(
    run_line: Line, project: Project, simulator: Simulator, three: dict[str, str]
) -> None:
    team(project, "b", LISTS["a"])
    assert run_line("apply", "--auto-approve", "--allow", "audience-changed").code == 0
    result = run_line(*TEAM, "--allow", "duplicate-audience")
    assert result.code == 1, result.err
    assert f'{B} is started with it and uses "{LISTS["a"]}" too' in result.out
    assert f'{A} is started with it and uses "{LISTS["a"]}" too' in result.out
    assert "people may be contacted twice" in result.out
    assert "Outreach: up to 1,720 contacts by 2 campaigns, the first " in result.out
    assert "1 started, 1 refused, 0 unknown, 0 not attempted." in result.out
    assert statuses(simulator, three) == ["Active", "Ready", "Ready"]


@pytest.mark.parametrize(
    ("status", "warned"), [("Active", True), ("Running", True), ("Ready", False)]
)
def test_a_list_that_a_running_campaign_of_any_channel_uses_is_warned_about(
    run_line: Line, simulator: Simulator, three: dict[str, str], status: str, warned: bool
) -> None:
    simulator.change_switches({"kore": {"start_shared_list": "accepted"}})
    voice = {"campaignType": "voice", "dialingMode": "Progressive", "queue_name": "Billing Queue"}
    other = simulator.seed_kore(
        {"name": "Calls", "status": status, "contactLists": [LISTS["a"]], **voice}
    )
    result = run_line("start", A, "--auto-approve", "--allow", "duplicate-audience")
    assert result.code == 0, result.err
    assert (f'"Calls" ({other}) is {status} and uses "{LISTS["a"]}" too' in result.out) is warned
    assert status_of(simulator, three["a"]) == "Active"


@pytest.mark.usefixtures("three")
def test_after_an_interrupt_the_rest_is_not_attempted(
    project: Project, simulator: Simulator
) -> None:
    starts = run_start(project, simulator, interrupted=lambda: bool(sent(simulator, "kore.start")))
    assert outcomes(starts) == [Outcome.APPLIED, Outcome.SKIPPED, Outcome.SKIPPED]
    assert starts.exit_code is ExitCode.ERROR
    assert len(sent(simulator, "kore.start")) == 1


@pytest.mark.usefixtures("three")
def test_no_further_start_is_sent_after_a_stop(project: Project, simulator: Simulator) -> None:
    def stopped(_: WireRequest) -> None:
        found = ledger()
        found.add_tombstone(Tombstone("wrong list", "ada", record_of(A).written_at))
        found.close()

    starts = run_start(project, simulator, on_send=stopped)
    assert outcomes(starts) == [Outcome.APPLIED, Outcome.SKIPPED, Outcome.SKIPPED]
    assert starts.exit_code is ExitCode.REFUSED
    told = starts.campaigns[1].outcome.diagnostics[0]
    assert ("wrong list" in told.summary, str(told.address)) == (True, B)
    assert starts.campaigns[2].outcome.diagnostics == (), "it was not even tried"
    assert len(sent(simulator, "kore.start")) == 1


@pytest.mark.parametrize("moved", [{"status": "Completed"}, {"contactLists": ["Do Not Contact"]}])
def test_what_moved_since_it_was_agreed_to_is_not_started(
    project: Project, simulator: Simulator, three: dict[str, str], moved: dict[str, object]
) -> None:
    def approve(launches: Launches) -> None:
        assert [str(one.address) for one in launches.campaigns] == [A, B, C]
        simulator.edit(three["b"], moved)  # type: ignore[arg-type]

    with pytest.raises(ApplyRefused):
        run_start(project, simulator, approve=approve)
    assert simulator.requests(mutating=True) == []


@pytest.mark.usefixtures("three")
def test_a_start_is_not_sent_if_there_is_a_new_warning(
    project: Project, simulator: Simulator
) -> None:
    def approve(_: Launches) -> None:
        simulator.seed_kore(
            {
                "name": "Other",
                "campaignType": "sms",
                "status": "Active",
                "contactLists": ["Open Bills"],
            }
        )

    with pytest.raises(ApplyRefused, match=B):
        run_start(project, simulator, approve=approve)
    assert simulator.requests(mutating=True) == []


def test_a_start_after_a_stop_says_that_it_begins_again(
    run_line: Line, simulator: Simulator, three: dict[str, str]
) -> None:
    run_line("start", A, B, "--auto-approve")
    assert run_line("stop", A).code == 0
    assert run_line("stop", "--clear", A, "--reason", "mended").code == 0
    result = run_line("start", A, C, "--auto-approve", "--allow", "ran-before")
    assert result.code == 0, result.err
    assert "it ran before and is Stopped: this starts a new run" in result.out
    assert statuses(simulator, three) == ["Active"] * 3


@pytest.mark.usefixtures("three")
def test_a_start_is_not_sent_if_the_ledger_cannot_record_it_first(
    project: Project, simulator: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise LedgerFailed("the disk is full")

    monkeypatch.setattr("reconciler.ledger.sqlite.ledger.SqliteLedger.add_receipt", fail)
    starts = run_start(project, simulator)
    assert outcomes(starts) == [Outcome.SKIPPED] * 3
    assert sent(simulator, "kore.start") == []


def test_no_further_start_is_sent_after_the_lease_is_lost(
    project: Project, simulator: Simulator, three: dict[str, str]
) -> None:
    seconds: list[StartResults] = []

    def take_away(_: WireRequest) -> None:
        if seconds:
            return
        with Session(Options(directory=project.folder)) as other:
            lease = other.open_ledger().lock()
            assert lease is not None
            release_lock(other, find_lock(other, lease.id))
            talk = Conversation[Launches](
                show=lambda _: None,
                approve=lambda _: None,
                on_wait=lambda _: None,
                interrupted=lambda: False,
            )
            seconds.append(start(other, Selection(select=(B,)), ask=False, talk=talk))
        simulator.edit(three["b"], {"status": "Completed"})

    starts = run_start(project, simulator, on_send=take_away)
    assert outcomes(seconds[0]) == [Outcome.APPLIED]
    assert outcomes(starts) == [Outcome.APPLIED, Outcome.SKIPPED, Outcome.SKIPPED]
    assert "the lease was lost" in starts.campaigns[1].outcome.diagnostics[0].summary
    assert statuses(simulator, three) == ["Active", "Completed", "Ready"]
    assert len(sent(simulator, "kore.start")) == 2


@pytest.mark.usefixtures("three")
def test_no_further_start_is_sent_if_the_lease_is_missing_when_a_start_is_recorded(
    project: Project, simulator: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    def lost(*_: object) -> None:
        raise LeaseLost("the lease of environment staging is no longer held by this run")

    monkeypatch.setattr("reconciler.ledger.sqlite.ledger.SqliteLedger.put_record", lost)
    starts = run_start(project, simulator)
    assert outcomes(starts) == [Outcome.APPLIED, Outcome.SKIPPED, Outcome.SKIPPED]
    assert [one.code for one in starts.campaigns[0].outcome.diagnostics] == [
        "run-state-not-recorded"
    ]
    assert len(sent(simulator, "kore.start")) == 1
