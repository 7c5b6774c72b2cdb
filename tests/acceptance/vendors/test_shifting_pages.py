"""A listing with correct counts misses a live campaign: nothing is concluded from that."""

import json
from collections.abc import Callable

import pytest

from reconciler.simulator.core import Simulator
from tests.support.changing_pages import NAME, ChangingAccount, fill_two_pages, seeded
from tests.support.cli import Line, Project, sms
from tests.support.run_state_helpers import ADDRESS, applied, ledger, sent
from tests.support.unknown_create import QUICK, apply_without_answer

PAGES = f"{QUICK}\n        pageSize: 50"
LIST, GET, CREATE = "kore.list", "kore.get", "kore.create"
each_way = pytest.mark.parametrize("replace", [False, True], ids=["deleted", "replaced"])


@pytest.fixture
def account(simulator: Simulator, monkeypatch: pytest.MonkeyPatch) -> ChangingAccount:
    return ChangingAccount(simulator, monkeypatch)


@pytest.fixture
def managed(
    run_line: Line, project: Project, simulator: Simulator, shift: Callable[[float], None]
) -> str:
    """The id of a running campaign that was applied an hour ago."""
    project.configure(PAGES)
    remote_id = applied(run_line, project, simulator)
    simulator.edit(remote_id, {"status": "Active"})
    shift(3600)
    return remote_id


def asked(simulator: Simulator) -> tuple[int, int]:
    """How many pages and how many campaigns were requested."""
    return len(sent(simulator, LIST)), len(sent(simulator, GET))


def leaving(name: str, lifecycle: str) -> str:
    return json.dumps({**sms(name), "metadata": {"name": name, "lifecycle": lifecycle}})


@each_way
def test_a_campaign_that_nobody_knows_is_not_created_again(
    run_line: Line, project: Project, simulator: Simulator, account: ChangingAccount, replace: bool
) -> None:
    project.configure(PAGES)
    project.sms()
    victims = fill_two_pages(simulator)
    seeded(simulator, NAME, "Active")
    account.shift(victims, replace=replace)
    run_line("apply", "--auto-approve")
    assert sent(simulator, CREATE) == []
    assert [one["name"] for one in simulator.campaigns()].count(NAME) == 1


def test_an_account_that_never_settles_is_not_written_to(
    run_line: Line, project: Project, simulator: Simulator, account: ChangingAccount
) -> None:
    project.configure(PAGES)
    project.sms()
    account.shift(fill_two_pages(simulator), replace=True, walks=99)
    result = run_line("apply", "--auto-approve")
    assert result.code == 1
    assert "the listing of sms campaigns keeps changing" in result.err
    assert asked(simulator) == (6, 0)
    assert sent(simulator, CREATE) == []


@each_way
@pytest.mark.parametrize("how", ["retired", "pruned"])
@pytest.mark.usefixtures("managed")
def test_a_running_campaign_is_not_forgotten(
    run_line: Line, project: Project, account: ChangingAccount, replace: bool, how: str
) -> None:
    retired = how == "retired"
    project.write(
        "renewal.json",
        leaving("renewal", "retired") if retired else leaving("another", "released"),
    )
    account.shift(fill_two_pages(account.simulator), replace=replace)
    run_line("apply", "--auto-approve", *(() if retired else ("--prune",)))
    assert [str(one) for one in ledger().view().records] == [ADDRESS]


@each_way
def test_a_campaign_that_slipped_is_not_drift(
    run_line: Line, simulator: Simulator, account: ChangingAccount, managed: str, replace: bool
) -> None:
    simulator.edit(managed, {"status": "Ready"})
    account.shift(fill_two_pages(simulator), replace=replace)
    result = run_line("drift", "--json")
    assert result.code == 0, result.out
    assert result.json["resource_drift"] == []


def test_a_campaign_that_slipped_costs_one_reading_and_one_listing_more(
    run_line: Line, simulator: Simulator, account: ChangingAccount, managed: str
) -> None:
    simulator.edit(managed, {"status": "Ready"})
    account.shift(fill_two_pages(simulator), replace=True)
    assert run_line("plan").code == 0
    # Two pages, twice; one get that finds it, and one that is compared.
    assert asked(simulator) == (4, 2)


@each_way
def test_a_conflict_stays_open_if_the_listing_misses_the_other_campaign(
    run_line: Line, project: Project, simulator: Simulator, account: ChangingAccount, replace: bool
) -> None:
    project.configure(PAGES)
    project.sms()
    victims = fill_two_pages(simulator)

    def conflict() -> None:
        seeded(simulator, NAME)
        account.shift(victims, replace=replace)

    account.refuse_create(conflict)
    result = run_line("apply", "--auto-approve")
    assert (result.code, len(sent(simulator, CREATE))) == (1, 1), result.err
    assert [str(one) for one in ledger().view().intents] == [ADDRESS]
    run_line("apply", "--auto-approve")
    assert len(sent(simulator, CREATE)) == 1


@each_way
def test_an_operators_word_is_not_believed_over_a_campaign_that_slipped(
    run_line: Line, project: Project, simulator: Simulator, account: ChangingAccount, replace: bool
) -> None:
    apply_without_answer(run_line, project, simulator)
    victims = fill_two_pages(simulator)
    found = seeded(simulator, NAME)
    account.shift(victims, replace=replace)
    result = run_line("resolve", ADDRESS, "--not-created", "--reason", "looked for it")
    assert result.code != 0
    assert found in result.err
    assert [str(one) for one in ledger().view().intents] == [ADDRESS]


def test_what_costs_a_second_listing(
    run_line: Line, project: Project, simulator: Simulator, managed: str
) -> None:
    simulator.edit(managed, {"status": "Ready"})
    fill_two_pages(simulator)

    def cost(*line: str) -> tuple[int, int]:
        simulator.clear_requests()
        run_line(*line)
        return asked(simulator)

    assert cost("plan", "--no-cache") == (2, 1), "nothing to create: one walk over two pages"
    project.sms("another")
    assert cost("plan", "--no-cache") == (5, 1), "a create: two walks, and the other channel"
    (project.folder / "campaigns" / "another.json").unlink()
    simulator.console.remove(managed)
    assert cost("plan", "--no-cache") == (5, 1), "gone: denied by id, two walks to recreate"
    (project.folder / "campaigns" / "renewal.json").unlink()
    project.write("release.json", leaving("renewal", "released"))
    assert cost("plan", "--no-cache") == (2, 0), "nothing is concluded about what is released"


def test_a_create_on_one_page_costs_no_second_listing(
    run_line: Line, project: Project, simulator: Simulator
) -> None:
    project.configure(PAGES)
    project.sms()
    assert run_line("plan").code == 0
    assert asked(simulator) == (2, 0), "its own channel once, and the other one"
