"""One message for each cause of an apply that is not complete."""

from reconciler.address import Address
from reconciler.diagnostics import Diagnostic, error, warning
from reconciler.render.causes import one_per_cause
from reconciler.resources.outcome import ChangeOutcome, Outcome

CAUSE = "the vendor refused the credential (401)"


def found(name: str, summary: str, detail: str = "", target: str = "main") -> Diagnostic:
    return error("x", summary, detail, address=Address("kore_sms_campaign", name), target=target)


def outcome(name: str, verdict: Outcome, target: str = "main") -> ChangeOutcome:
    address = Address("kore_sms_campaign", name)
    return ChangeOutcome(address=address, target=target, action="create", outcome=verdict)


def test_what_failed_names_what_was_not_attempted_because_of_it() -> None:
    failed = found("b", CAUSE, "Check the credential.")
    skipped = [found(name, f"not attempted: {CAUSE}", "Nothing was sent.") for name in "acd"]
    verdicts = [outcome(name, Outcome.SKIPPED) for name in "acd"]
    (one,) = one_per_cause(
        [skipped[0], failed, *skipped[1:]], [*verdicts, outcome("b", Outcome.REFUSED)]
    )
    assert (one.address, one.summary) == (failed.address, CAUSE)
    assert one.detail == (
        "Check the credential.\n"
        "For the same reason nothing was sent for 3 more campaigns: kore_sms_campaign.a, "
        "kore_sms_campaign.c, kore_sms_campaign.d."
    )


def test_the_first_of_what_was_not_attempted_names_the_others_on_any_target() -> None:
    why = "not attempted: the run was interrupted"
    told = [found("a", why), found("b", why, target="second")]
    (one,) = one_per_cause(told, [outcome(name, Outcome.SKIPPED) for name in "ab"])
    assert one.address == told[0].address
    assert one.detail == (
        "For the same reason nothing was sent for 1 more campaign: kore_sms_campaign.b."
    )


def test_a_failure_explains_nothing_on_another_target() -> None:
    told = [found("a", CAUSE), found("b", f"not attempted: {CAUSE}", target="second")]
    verdicts = [outcome("a", Outcome.REFUSED), outcome("b", Outcome.SKIPPED, "second")]
    assert one_per_cause(told, verdicts) == tuple(told)


def test_of_many_campaigns_the_first_ten_are_named() -> None:
    names = [f"c{number:02}" for number in range(13)]
    told = [found(name, "not attempted: no") for name in names]
    (one,) = one_per_cause(told, [outcome(name, Outcome.SKIPPED) for name in names])
    assert "12 more campaigns: kore_sms_campaign.c01, " in one.detail
    assert one.detail.endswith("kore_sms_campaign.c10 and 2 more.")


def test_whatever_else_was_found_is_told_as_it_is() -> None:
    told = [
        found("a", "refused"),
        found("b", "refused"),
        warning("note", "of no campaign"),
        warning("note", "of no campaign"),
    ]
    verdicts = [outcome(name, Outcome.REFUSED) for name in "ab"]
    assert one_per_cause(told, verdicts) == tuple(told)
