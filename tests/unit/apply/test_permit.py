from reconciler.address import Address
from reconciler.apply.changes.opening import opening_of
from reconciler.diagnostics import Diagnostic, error
from reconciler.errors import LedgerFailed
from reconciler.resources.ledger_records import Tombstone
from tests.support.apply_world import SMS, START, ApplyWorld, failing


def summary(problem: Diagnostic | None) -> str:
    assert problem is not None
    return problem.summary


def test_a_stop_of_a_campaign_holds_back_what_is_about_it_and_nothing_else(
    world: ApplyWorld,
) -> None:
    stopped, other = Address(SMS, "renewal"), Address(SMS, "welcome")
    world.real_ledger.add_tombstone(Tombstone("wrong list", "eve", START, stopped))
    with world.run() as run:
        assert summary(run.permit.last_check(60, [other, stopped])) == (
            "not attempted: eve stopped kore_sms_campaign.renewal (wrong list)"
        )
        assert run.permit.last_check(60, [other]) is None
        assert run.permit.refusal(60) is None


def test_a_stop_of_the_environment_holds_back_the_rest_of_the_run(world: ApplyWorld) -> None:
    stop = Tombstone("wrong list", "eve", START)
    with world.run() as run:
        world.real_ledger.add_tombstone(stop)
        assert run.permit.refusal(60) is None
        problem = error(
            "apply-refused", "not attempted: eve stopped this environment (wrong list)", stop.advice
        )
        assert run.permit.last_check(60, []) == run.permit.refusal(60) == problem


def test_an_interrupted_run_attempts_nothing_more(world: ApplyWorld) -> None:
    world.interrupted = lambda: True
    with world.run() as run:
        problem = error("interrupted", "not attempted: the run was interrupted")
        assert run.permit.refusal(60) == run.permit.last_check(60, []) == problem


def test_a_create_whose_intent_is_not_open_is_held_back(world: ApplyWorld) -> None:
    change = world.create()
    with world.run(change) as run:
        intent = opening_of(change, run).intent
        assert run.permit.last_check(60, [change.address]) is None
        problem = run.permit.last_check(60, [change.address], intent)
        assert "the intent" in summary(problem)
        assert run.permit.refusal(60) == problem


def test_a_run_that_was_interrupted_or_whose_ledger_failed_is_stopping(world: ApplyWorld) -> None:
    with world.run() as run:
        halted = [run.permit.stopped]
        world.ledger.before["renew"] = failing(LedgerFailed("disk full"))
        run.permit.pause(60)
        halted.append(run.permit.stopped)
    world.interrupted = lambda: True
    with world.run() as run:
        halted.append(run.permit.stopped)
    assert halted == [False, True, True]


def test_a_wait_ends_when_the_lease_fails_and_the_run_with_it(world: ApplyWorld) -> None:
    with world.run() as run:
        world.ledger.before["renew"] = failing(LedgerFailed("disk full"))
        begun = world.clock.monotonic()
        run.permit.pause(600)
        assert world.clock.monotonic() - begun < 60
        assert summary(run.permit.refusal(60)) == "disk full"
