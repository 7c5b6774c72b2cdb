from dataclasses import replace
from datetime import timedelta

from reconciler.apply.unknown.sent_id import doubt_of_id, doubt_of_reading
from reconciler.resources.snapshot import Listing, TargetSnapshot
from tests.support.apply_world import START, ApplyWorld
from tests.support.campaigns import bare_live, desired, intent


def test_an_id_that_is_owned_or_was_there_before_is_not_the_new_campaigns(
    world: ApplyWorld,
) -> None:
    listed = Listing("sms", (bare_live({}, remote_id="listed"),))
    snapshot = TargetSnapshot(target="main", listings={"sms": listed})
    begun = intent(desired(), seen_ids=("seen",))
    with world.run(snapshot=snapshot) as run:
        run.owned.add("owned")
        doubts = {one: doubt_of_id(one, begun, run) for one in ("owned", "seen", "listed", "new")}
    assert doubts == {
        "owned": "the response names owned, which belongs to another address",
        "seen": "the response names seen, which existed before",
        "listed": "the response names listed, which existed before",
        "new": "",
    }


def test_a_reading_of_an_older_campaign_or_one_of_another_name_is_doubted() -> None:
    begun = intent(desired(), vendors_at=START)
    new = bare_live({}, name=begun.name, created_at=START)
    other = replace(new, name="Welcome")
    older = replace(new, created_at=START - timedelta(minutes=6))
    assert doubt_of_reading(new, begun) == ""
    assert doubt_of_reading(other, begun) == ('the response names cd-1, which is called "Welcome"')
    assert doubt_of_reading(older, begun) == (
        "the response names cd-1, which was created earlier, at 2026-11-20T08:54:00Z"
    )
