from datetime import UTC, datetime, timedelta

import pytest

from reconciler.plan.model import Plan, SendsOnWrite
from reconciler.plan.people import moment_in_words
from reconciler.render.outreach import plan_outreach
from reconciler.resources.base import RunState
from reconciler.resources.snapshot import ContactList, by_key
from tests.support.campaigns import CARE, VOICE, desired, live, record
from tests.support.plans import facts, ledger, lists, on_care, on_kore, plan

SATURDAY = {"day": "SA", "start": "9:00 AM", "end": "6:00 PM"}
LIST = {"Renewal_Due_-_May/June_2025": 1204}
UNSURE = "  Not certain: Kore.ai does not say whether a write starts a campaign."
UNCHECKED = (
    '  Not verified, because the vendor does not list these: caller "+919876543210", flow "SMS '
    'Support Flow". Check the spelling.'
)
MONDAY = "Mon 23 Nov 09:00 IST (03:30 UTC)"

ROW = '  SMS  kore_sms_campaign.renewal  1,204  "Renewal Due - May/June 2025"  '
QUIET = "  Same people, nothing new for them: 2 campaigns with 2,408 contacts"
NOBODY = "Outreach: nobody until it is started."


def block(made: Plan) -> list[str]:
    return plan_outreach(made).split("\n")


def test_a_create_says_whom_when_and_what_is_new() -> None:
    made = plan(desired(), live=on_kore(contact_lists=lists(**LIST)))
    assert block(made) == [
        f"Outreach: up to 1,204 contacts by 1 campaign, from {MONDAY}.",
        f"{ROW}{MONDAY}, until 18:00  new",
        UNSURE,
        UNCHECKED,
    ]
    found = made.outreach
    assert (found.campaigns, found.channels, found.records) == (1, ("SMS",), 1204)
    assert found.earliest_at == datetime(2026, 11, 23, 3, 30, tzinfo=UTC)


def test_an_update_counts_its_people_too() -> None:
    one = desired(priority="1", experienceFlowName="Sales Flow")
    known = ledger(record(desired()))
    made = plan(one, live=on_kore(live(), contact_lists=lists(**LIST)), ledger=known)
    assert made.outreach.records == 1204
    assert block(made)[1].endswith("  new flow")


def test_what_people_do_not_notice_stands_in_one_line() -> None:
    both = desired("a", name="A"), desired("b", name="B")
    changed = desired("a", name="A", priority="1"), desired("b", name="B", description="New.")
    known = ledger(record(both[0], "cd-1"), record(both[1], "cd-2"))
    state = on_kore(live("cd-1", name="A"), live("cd-2", name="B"), contact_lists=lists(**LIST))
    assert block(plan(*changed, live=state, ledger=known)) == [
        f"Outreach: up to 2,408 contacts by 2 campaigns, the first from {MONDAY}.",
        UNSURE,
        f"{QUIET} (description, priority).",
    ]


@pytest.mark.parametrize(
    ("before", "after", "news"),
    [
        ({"contactLists": ["A"]}, {"contactLists": ["A", "B"]}, ("list",)),
        ({"contactLists": ["A", "B"]}, {"contactLists": ["A"]}, ()),
        ({"dncLists__name": "No"}, {"dncLists__name": None}, ("do-not-call list",)),
        ({"dncLists__name": "No"}, {"dncLists__name": "Other"}, ("do-not-call list",)),
        ({"dncLists__name": None}, {"dncLists__name": "No"}, ()),
        ({}, {"dialingStrategy__callingHours__days": [SATURDAY]}, ("hours",)),
        ({}, {"dialingStrategy__callingHours__timezone": "UTC"}, ("hours",)),
        ({}, {"dialingStrategy__callerId__phoneNumber": "+12025550123"}, ("sender",)),
        ({}, {"priority": "1", "description": "Other."}, ()),
    ],
)
def test_what_is_new_for_people_is_named(
    before: dict[str, object], after: dict[str, object], news: tuple[str, ...]
) -> None:
    state = on_kore(live(**before))
    (change,) = plan(desired(**after), live=state, ledger=ledger(record(desired(**before)))).changes
    assert change.reach is not None
    assert change.reach.news == news


@pytest.mark.parametrize(
    ("before", "after", "news"),
    [
        ({"maxAttemptsPerRecord": 3}, {"maxAttemptsPerRecord": 50}, ("attempts",)),
        ({"maxAttemptsPerRecord": 3}, {"maxAttemptsPerRecord": 1}, ()),
        ({"defaultRetryPeriod": 60}, {"defaultRetryPeriod": 1}, ("attempts",)),
    ],
)
def test_more_calls_are_news(
    before: dict[str, int], after: dict[str, int], news: tuple[str, ...]
) -> None:
    old = {f"dialingStrategy__{key}": value for key, value in before.items()}
    new = {f"dialingStrategy__{key}": value for key, value in after.items()}
    state = on_kore(live("cd-1", VOICE, **old))
    known = ledger(record(desired("calls", VOICE, **old)))
    (change,) = plan(desired("calls", VOICE, **new), live=state, ledger=known).changes
    assert change.reach is not None
    assert change.reach.news == news


def test_nobody_is_contacted_by_no_change() -> None:
    found = plan(desired(), live=on_kore(live())).outreach
    assert (found.text, found.campaigns) == ("Outreach: this plan contacts nobody.", 0)


def test_drafts_contact_nobody() -> None:
    assert plan(desired("care", CARE)).outreach.text == (
        "Outreach: nobody until it is started. CareCycle creates drafts, which contact nobody."
    )


def test_a_target_that_never_sends_contacts_nobody() -> None:
    targets = {"retention": facts(sends_on_write=SendsOnWrite.NEVER), "care": facts("care")}
    made = plan(desired(), targets=targets)
    assert made.outreach.campaigns == 0
    assert block(made) == [
        f"{NOBODY} The project file says that writes on retention never send.",
        UNCHECKED,
    ]


def test_a_paused_campaign_goes_on_with_what_is_new() -> None:
    one = desired("care", CARE, smsContent__redial="Call us back.")
    row = live("u-1", CARE, state=RunState.PAUSED, smsContent__redial="Call us.")
    made = plan(one, live=on_care(row), ledger=ledger(record(desired("care", CARE), "u-1")))
    assert block(made) == [
        "Outreach: people whom the vendor selects by 1 campaign, at once.",
        "  voice  carecycle_campaign.care    people whom the vendor selects  now  new text",
    ]


def test_a_list_counts_once_for_each_campaign_that_uses_it() -> None:
    manifests = desired("a", name="A"), desired("b", name="B")
    found = plan(*manifests, live=on_kore(contact_lists=lists(**LIST))).outreach
    assert (found.campaigns, found.records) == (2, 2408)
    assert found.notes[-2] == (
        "The same contacts count once for each campaign that uses their list: "
        '"Renewal Due - May/June 2025" (2).'
    )


def test_unknown_sizes_are_not_invented() -> None:
    counts = lists(A=None, B=3)
    made = plan(desired(contactLists=["A", "B"]), live=on_kore(contact_lists=counts))
    assert block(made)[0].startswith(
        "Outreach: up to 3 contacts and lists of unknown size by 1 campaign"
    )
    assert "  3 and size unknown  " in block(made)[1]
    assert made.outreach.unknown_sizes
    unknown = plan(desired(), live=on_kore(contact_lists=None))
    assert unknown.outreach.records is None
    assert block(unknown)[0].startswith("Outreach: an unknown number of contacts by 1 campaign")
    assert "  size unknown  " in block(unknown)[1]


def test_lists_are_named_in_full() -> None:
    names = ["A", "B", "C", "D", "E"]
    made = plan(
        desired(contactLists=names),
        live=on_kore(contact_lists=lists(**dict.fromkeys(names, 1))),
    )
    assert '"A", "B", "C", "D", "E"' in block(made)[1]
    assert made.outreach.contact_lists == tuple(names)


def test_the_widest_reach_comes_first_and_ten_campaigns_are_shown() -> None:
    manifests = [desired(f"c{n}", name=f"N{n}", contactLists=[f"L{n}"]) for n in range(1, 13)]
    counts = lists(**{f"L{n}": n for n in range(2, 13)}, L1=None)
    lines = block(plan(*manifests, live=on_kore(contact_lists=counts)))
    shown = [line.split()[1].partition(".")[2] for line in lines[1:11]]
    assert shown == ["c1", *(f"c{n}" for n in range(12, 3, -1))]
    assert lines[11] == "  and 2 more campaigns with 5 contacts"


@pytest.mark.parametrize(
    ("zone", "now", "text"),
    [
        (
            "Asia/Kolkata",
            datetime(2026, 11, 23, 4, 0, tzinfo=UTC),
            "now, until 18:00 IST (12:30 UTC)",
        ),
        ("UTC", datetime(2026, 11, 20, 20, 0, tzinfo=UTC), "Mon 23 Nov 09:00 UTC, until 18:00"),
        (
            "Pacific/Auckland",
            datetime(2026, 11, 20, 20, 0, tzinfo=UTC),
            "Mon 23 Nov 09:00 NZDT (Sun 22 Nov 20:00 UTC), until 18:00",
        ),
    ],
)
def test_the_first_moment_is_shown_in_local_time_and_utc(
    zone: str, now: datetime, text: str
) -> None:
    one = desired(dialingStrategy__callingHours__timezone=zone)
    assert f"  {text}  new" in block(plan(one, now=now))[1]


def test_the_first_of_several_campaigns_decides() -> None:
    early = desired("a", name="A", dialingStrategy__callingHours__days=[SATURDAY])
    made = plan(early, desired("b", name="B"))
    assert made.outreach.earliest_at == datetime(2026, 11, 21, 3, 30, tzinfo=UTC)
    assert block(made)[0].endswith("the first from Sat 21 Nov 09:00 IST (03:30 UTC).")


def test_both_channels_are_counted_and_distinguished() -> None:
    made = plan(desired("a", name="A"), desired("b", VOICE, name="B"))
    assert made.outreach.channels == ("SMS", "voice")
    assert [line.split()[0] for line in block(made)[1:3]] == ["SMS", "voice"]


@pytest.mark.parametrize(
    ("now", "when", "own_clock"),
    [
        # In Los Angeles it is still Friday 12:00, inside the calling hours.
        (datetime(2026, 11, 20, 20, tzinfo=UTC), "some perhaps at once", "2026-11-20T20:00"),
        (
            datetime(2026, 11, 22, 8, tzinfo=UTC),
            "some perhaps up to 8 h 30 min earlier",
            "2026-11-22T19:00",
        ),
    ],
)
def test_contacts_with_clocks_of_their_own_may_come_first(
    now: datetime, when: str, own_clock: str
) -> None:
    name = "Renewal Due - May/June 2025"
    counts = by_key([ContactList(name, records=1204, own_clocks=True)])
    made = plan(desired(), live=on_kore(contact_lists=counts), now=now)
    assert block(made)[0].endswith(f" UTC), {when}.")
    assert block(made)[3] == (
        f'  Contacts with a time zone of their own ("{name}") are contacted by their own clock.'
    )
    (change,) = made.changes
    assert change.reach is not None
    assert change.reach.own_clock_at == datetime.fromisoformat(f"{own_clock}+00:00")


def test_what_cannot_come_earlier_is_not_said() -> None:
    name = "Renewal Due - May/June 2025"
    counts = by_key([ContactList(name, records=1204, own_clocks=True)])
    now = datetime(2026, 11, 23, 4, tzinfo=UTC)
    assert len(block(plan(desired(), live=on_kore(contact_lists=counts), now=now))) == 4


def test_a_year_is_written_where_the_moment_is_far() -> None:
    now = datetime(2026, 11, 20, tzinfo=UTC)
    assert moment_in_words(now + timedelta(days=300), "UTC", now=now) == "Thu 16 Sep 2027 00:00 UTC"
