from reconciler.address import Address
from reconciler.apply.changes.opening import opening_of
from reconciler.diagnostics import Diagnostic
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


def test_a_create_whose_intent_is_not_open_is_held_back(world: ApplyWorld) -> None:
    change = world.create()
    with world.run(change) as run:
        intent = opening_of(change, run).intent
        assert run.permit.last_check(60, [change.address]) is None
        problem = run.permit.last_check(60, [change.address], intent)
        assert "the intent" in summary(problem)
        assert run.permit.refusal(60) == problem


def test_a_wait_ends_when_the_lease_fails_and_the_run_with_it(world: ApplyWorld) -> None:
    with world.run() as run:
        world.ledger.before["renew"] = failing(LedgerFailed("disk full"))
        begun = world.clock.monotonic()
        run.permit.pause(600)
        assert world.clock.monotonic() - begun < 60
        assert summary(run.permit.refusal(60)) == "disk full"
