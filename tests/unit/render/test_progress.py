import pytest

from reconciler.address import Address
from reconciler.render.progress import finished, started, still_working
from reconciler.resources.outcome import ChangeOutcome, Outcome

ADDRESS = Address("kore_sms_campaign", "x")


def outcome(action: str, verdict: Outcome, message: str = "") -> ChangeOutcome:
    return ChangeOutcome(
        address=ADDRESS,
        target="retention",
        action=action,
        outcome=verdict,
        remote_id="cd-1" if verdict is Outcome.APPLIED else None,
        message=message,
        elapsed=1.2,
    )


def test_progress_is_in_terraforms_words() -> None:
    assert started(ADDRESS, "create") == "kore_sms_campaign.x: Creating..."
    assert started(ADDRESS, "update") == "kore_sms_campaign.x: Modifying..."
    assert still_working(ADDRESS, "create", 10.4) == (
        "kore_sms_campaign.x: Still creating... [10s elapsed]"
    )


@pytest.mark.parametrize(
    ("done", "text"),
    [
        (outcome("create", Outcome.APPLIED), "Creation complete after 1s [id=cd-1]"),
        (outcome("update", Outcome.APPLIED), "Modifications complete after 1s [id=cd-1]"),
        (outcome("create", Outcome.REFUSED, "HTTP 400"), "Creation refused after 1s: HTTP 400"),
        (outcome("delete", Outcome.UNKNOWN), "Destruction unclear after 1s"),
        (outcome("adopt", Outcome.SKIPPED, "stopped"), "Import not attempted: stopped"),
        (
            outcome("adopt", Outcome.SKIPPED, "not attempted: stopped"),
            "Import not attempted: stopped",
        ),
    ],
)
def test_every_outcome_has_its_line(done: ChangeOutcome, text: str) -> None:
    assert finished(done) == f"kore_sms_campaign.x: {text}"
