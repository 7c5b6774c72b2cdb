from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from reconciler.plan.changes import errors
from reconciler.plan.compare.unknown_creates import Candidate
from reconciler.plan.inputs import ManagedElsewhere
from reconciler.plan.inventory import take_inventory
from reconciler.plan.open_creates import OpenCreate, OpenCreates
from reconciler.plan.sent_marks import mark_key
from reconciler.resources.base import Live, RunState
from reconciler.resources.ledger_records import Binding, Intent, Moment
from reconciler.resources.sent_mark import SentMark
from reconciler.resources.snapshot import TargetSnapshot
from tests.support.campaigns import NOW, SMS, VOICE, desired, intent, live, record
from tests.support.plans import facts, inputs, ledger, on_kore, snapshot

ONE = desired()
BEGUN = intent(ONE)
DENIED = intent(ONE, denied="too many requests")
FITS = live("cd-1")
UNPROVEN = ("experienceFlowName",)
OTHER_NAME = live("cd-2", name="Renamed")
OTHER_VALUE = live("cd-3", priority="1")
KEY = mark_key(SMS, ONE.name, "account-1")
MARK = SentMark(
    key=KEY, first_at=NOW, sent=Moment(NOW, NOW), environment="staging", address=ONE.address
)


def creates(*intents: Intent, rows: tuple[Live, ...] = (), **changes: Any) -> OpenCreates:
    facts_ = {"retention": facts(settle=300), "care": facts("care")}
    known = ledger(
        *changes.pop("records", ()),
        intents={one.address: one for one in intents},
        bindings=changes.pop("bindings", ()),
    )
    made = inputs(**{"live": on_kore(*rows), "targets": facts_, "ledger": known, **changes})
    return OpenCreates(take_inventory(made))


def only(*intents: Intent, rows: tuple[Live, ...] = (), **changes: Any) -> OpenCreate:
    (found,) = creates(*intents, rows=rows, **changes).all.values()
    return found


def ids(rows: tuple[Live, ...]) -> list[str]:
    return [row.remote_id for row in rows]


@pytest.mark.parametrize(
    ("begun", "rows", "found", "others"),
    [
        (BEGUN, (FITS, OTHER_NAME), ["cd-1"], []),
        (BEGUN, (FITS, live("cd-9")), ["cd-1", "cd-9"], []),
        (BEGUN, (OTHER_VALUE, OTHER_NAME), [], ["cd-3"]),
        (BEGUN, (OTHER_NAME,), [], ["cd-2"]),
        (BEGUN, (), [], []),
        (DENIED, (FITS, OTHER_VALUE, OTHER_NAME), ["cd-1"], ["cd-3", "cd-2"]),
        (DENIED, (OTHER_NAME,), [], ["cd-2"]),
    ],
)
def test_what_an_open_create_may_have_made(
    begun: Intent, rows: tuple[Live, ...], found: list[str], others: list[str]
) -> None:
    one = only(begun, rows=rows)
    assert ([each.live.remote_id for each in one.found], ids(one.others)) == (found, others)
    assert ids(one.may_be) == [*found, *others]
    assert one.looked


def test_what_an_address_of_the_account_manages_was_not_made_by_it() -> None:
    assert only(BEGUN, rows=(FITS,), records=[record(desired("other"), "cd-1")]).may_be == ()


def test_a_name_is_compared_by_the_ids_that_are_known_on_its_target() -> None:
    path, name = "experienceFlowName", str(ONE.spec["experienceFlowName"])
    row = live("cd-1", references={path: "cf-1"})
    known = Binding("retention", path, name, "cf-1")
    elsewhere = replace(known, target="care", remote="cf-2")
    (proven,) = only(BEGUN, rows=(row,), bindings=(known, elsewhere)).found
    assert path not in proven.unproven
    (unproven,) = only(BEGUN, rows=(row,), bindings=(elsewhere,)).found
    assert path in unproven.unproven


def test_a_thin_row_is_completed_by_what_planning_read() -> None:
    thin = replace(OTHER_VALUE, thin=True, spec={"name": "Renewal"})
    read = on_kore(thin, details={"cd-3": OTHER_VALUE})
    assert ids(only(BEGUN, live=read).others) == ["cd-3"]
    assert [one.live for one in only(BEGUN, live=on_kore(thin)).found] == [thin]


@pytest.mark.parametrize("read", [{}, {"retention": TargetSnapshot(target="retention")}])
def test_without_its_listing_nothing_is_known(read: dict[str, TargetSnapshot]) -> None:
    assert only(BEGUN, live=read, marks={KEY: MARK}) == OpenCreate(intent=BEGUN, looked=False)


def test_a_campaign_may_still_appear_until_the_vendor_must_have_listed_it() -> None:
    read = snapshot("retention")
    listings = {name: replace(one, as_of=NOW) for name, one in read.listings.items()}
    live_ = {"retention": replace(read, listings=listings)}
    assert only(BEGUN, live=live_, marks={KEY: MARK}).not_before == NOW + timedelta(seconds=301)
    assert only(BEGUN, live=live_).not_before is None


def test_a_campaign_that_one_create_certainly_made_may_not_be_anothers() -> None:
    second = desired("again", name="Again")
    opened = creates(intent(ONE, denied="no"), intent(second, denied="no"), rows=(live("cd-1"),))
    first, other = opened.all[ONE.address], opened.all[second.address]
    assert (first.appeared, other.others) == ("cd-1", ())
    assert only(intent(second, denied="no"), rows=(live("cd-1"),)).others == (live("cd-1"),)


@pytest.mark.parametrize(
    ("create", "why", "denied"),
    [
        (OpenCreate(intent=DENIED), "", True),
        (OpenCreate(intent=DENIED, found=(Candidate(FITS, ()),) * 2), "", True),
        (
            OpenCreate(intent=DENIED, found=(Candidate(FITS, ()),)),
            "its create was denied, cd-1 has appeared since",
            False,
        ),
        (
            OpenCreate(intent=BEGUN, found=(Candidate(FITS, ()),)),
            "its create was unclear, cd-1 has appeared since",
            False,
        ),
        (
            OpenCreate(intent=BEGUN, found=(Candidate(FITS, ()),) * 2),
            "the outcome of an earlier create is not known",
            False,
        ),
        (OpenCreate(intent=BEGUN), "the outcome of an earlier create is not known", False),
    ],
)
def test_an_open_create_blocks_its_address_unless_it_was_denied_and_nothing_appeared(
    create: OpenCreate, why: str, denied: bool
) -> None:
    assert (create.why_blocked, create.is_denied) == (why, denied)


def test_a_reviewer_sees_all_that_is_known_of_an_open_create() -> None:
    moment, source, one = NOW + timedelta(minutes=5), ONE.source, Candidate(FITS, UNPROVEN)
    rows = (OTHER_VALUE,)
    for looked, others in ((True, rows), (True, ()), (False, ())):
        denied = OpenCreate(intent=DENIED, others=others, not_before=moment, looked=looked)
        assert denied.diagnostic(source) == errors.denied(
            DENIED, source, moment, looked=looked, may_be=others
        )
    there = OpenCreate(intent=DENIED, found=(one,))
    assert there.diagnostic(source) == errors.denied_but_there(DENIED, source, "cd-1")
    for found, others in (((one,), ()), ((), rows)):
        unclear = OpenCreate(intent=BEGUN, found=found, others=others)
        assert unclear.diagnostic(source) == errors.unsettled_create(BEGUN, source, found, others)


def test_the_open_creates_of_a_manifest_are_those_of_its_address_or_its_name() -> None:
    same_name = desired("copy", name="Renewal ")
    other_kind = desired("calls", VOICE, name="Renewal")
    former = intent(desired(name="Former"))
    opened = creates(former, intent(same_name), intent(other_kind), intent(desired("far")))
    assert names(opened.of(ONE)) == ["copy", "far", "renewal"]
    assert names(opened.of(same_name)) == ["copy", "far"]
    assert names(opened.of(other_kind)) == ["calls"]
    elsewhere = replace(ONE, target="another")
    assert [one.intent for one in opened.of(elsewhere)] == [former]


def names(found: tuple[OpenCreate, ...]) -> list[str]:
    return sorted(one.intent.address.name for one in found)


def archived(remote_id: str, **changes: Any) -> Live:
    return replace(live(remote_id, state=RunState.ARCHIVED), **changes)


def test_suspects_are_campaigns_of_other_names_and_those_archived_since() -> None:
    later = NOW + timedelta(minutes=1)
    rows = (
        FITS,
        OTHER_NAME,
        archived("cd-4", changed_at=later),
        archived("cd-5", changed_at=NOW - timedelta(minutes=1)),
        archived("cd-6", changed_at=later),
        archived("cd-7", changed_at=later),
        archived("cd-8", changed_at=later),
    )
    known: dict[str, Any] = {
        "records": [record(desired("other"), "cd-6")],
        "elsewhere": (ManagedElsewhere("prod", record(desired("third"), "cd-7")),),
    }
    mark = replace(MARK, seen_ids=("cd-8",))
    assert ids(creates(DENIED, rows=rows, marks={KEY: mark}, **known).suspects(ONE)) == [
        "cd-2",
        "cd-4",
    ]
    assert ids(creates(rows=rows, marks={KEY: mark}, **known).suspects(ONE)) == ["cd-4"]
    assert ids(creates(DENIED, rows=rows, **known).suspects(ONE)) == ["cd-2"]
    assert creates(rows=rows, **known).suspects(ONE) == ()


def test_nothing_is_suspected_on_a_target_that_was_not_read() -> None:
    assert creates(BEGUN, live={}, marks={KEY: MARK}).suspects(ONE) == ()
