from datetime import UTC, datetime

import pytest

from reconciler.plan.model import SendsOnWrite
from tests.support.campaigns import CARE, VOICE, desired, live, record
from tests.support.plans import facts, ledger, lists, on_kore, plan

SATURDAY = {"day": "SA", "start": "9:00 AM", "end": "6:00 PM"}
LIST = {"Renewal_Due_-_May/June_2025": 1204}


def test_a_create_says_whom_when_and_why() -> None:
    found = plan(desired(), live=on_kore(contact_lists=lists(**LIST))).outreach
    assert found.text == (
        'Outreach: 1 SMS campaign may contact "Renewal Due - May/June 2025" (1,204 contacts) from '
        "Mon 23 Nov 2026 09:00 IST (03:30 UTC), because Kore.ai may start sending when a campaign "
        "is created."
    )
    assert (found.campaigns, found.channels, found.records) == (1, ("SMS",), 1204)
    assert found.earliest_at == datetime(2026, 11, 23, 3, 30, tzinfo=UTC)


def test_an_update_may_send_too() -> None:
    known = ledger(record(desired()))
    found = plan(desired(priority="1"), live=on_kore(live()), ledger=known).outreach
    assert found.text.endswith("may start sending when a campaign is updated.")


def test_nobody_is_contacted_by_no_change() -> None:
    found = plan(desired(), live=on_kore(live())).outreach
    assert (found.text, found.campaigns) == ("Outreach: this plan contacts nobody.", 0)


def test_drafts_contact_nobody() -> None:
    assert plan(desired("care", CARE)).outreach.text == (
        "Outreach: this plan contacts nobody. CareCycle creates drafts, which contact nobody."
    )


def test_a_target_that_never_sends_contacts_nobody() -> None:
    targets = {"retention": facts(sends_on_write=SendsOnWrite.NEVER), "care": facts("care")}
    found = plan(desired(), targets=targets).outreach
    assert found.campaigns == 0
    assert found.text.endswith("The project file says that writes on retention never send.")


def test_a_list_is_counted_once() -> None:
    manifests = desired("a", name="A"), desired("b", name="B")
    found = plan(*manifests, live=on_kore(contact_lists=lists(**LIST))).outreach
    assert (found.campaigns, found.records) == (2, 1204)


def test_unknown_counts_are_not_invented() -> None:
    counts = lists(A=None, B=3)
    found = plan(desired(contactLists=["A", "B"]), live=on_kore(contact_lists=counts)).outreach
    assert '"A" and "B" (3 contacts), at least 3 contacts in all, from' in found.text
    assert plan(desired()).outreach.records is None


def test_many_lists_are_counted_rather_than_named() -> None:
    names = ["A", "B", "C", "D", "E"]
    counts = lists(**dict.fromkeys(names, 1))
    found = plan(desired(contactLists=names), live=on_kore(contact_lists=counts)).outreach
    assert "and 2 more lists, 5 contacts in all, from" in found.text
    assert found.contact_lists == tuple(names)


@pytest.mark.parametrize(
    ("zone", "now", "text"),
    [
        ("Asia/Kolkata", datetime(2026, 11, 23, 4, 0, tzinfo=UTC), "at once, because calling"),
        ("UTC", datetime(2026, 11, 20, 20, 0, tzinfo=UTC), "from Mon 23 Nov 2026 09:00 UTC, bec"),
        (
            "Pacific/Auckland",
            datetime(2026, 11, 20, 20, 0, tzinfo=UTC),
            "from Mon 23 Nov 2026 09:00 NZDT (Sun 22 Nov 20:00 UTC)",
        ),
    ],
)
def test_the_first_moment_is_shown_in_local_time_and_utc(
    zone: str, now: datetime, text: str
) -> None:
    one = desired(dialingStrategy__callingHours__timezone=zone)
    assert text in plan(one, now=now).outreach.text


def test_the_first_of_several_campaigns_decides() -> None:
    early = desired("a", name="A", dialingStrategy__callingHours__days=[SATURDAY])
    found = plan(early, desired("b", name="B")).outreach
    assert found.earliest_at == datetime(2026, 11, 21, 3, 30, tzinfo=UTC)


def test_media_are_distinguished() -> None:
    sms, voice = desired("a", name="A"), desired("b", VOICE, name="B")
    found = plan(sms, voice).outreach
    assert found.channels == ("SMS", "voice")
    assert "Outreach: 2 campaigns (1 SMS, 1 voice) may contact" in found.text


def test_a_campaign_without_lists_contacts_whom_the_vendor_selects() -> None:
    one = desired()
    del one.spec["contactLists"]
    assert "may contact people whom the vendor selects from" in plan(one).outreach.text
