import json
from dataclasses import replace

import pytest

from reconciler.address import Address
from reconciler.diagnostics import error
from reconciler.plan.document.file import dump_plan
from reconciler.plan.model import Action, Plan
from reconciler.render.report import report_json, report_text
from reconciler.render.summary import apply_sentence
from reconciler.resources.outcome import ChangeOutcome, Outcome
from tests.support.campaigns import desired, live, record
from tests.support.plans import ledger, on_kore, plan


def made() -> Plan:
    """A create, an update, an adoption that changes."""
    edited = desired("edited", name="Edited", priority="1")
    adopted = desired("adopted", name="Adopted", priority="1")
    rows = live("cd-1", name="Edited"), live("cd-2", name="Adopted")
    known = ledger(record(desired("edited", name="Edited"), "cd-1"))
    return plan(desired(), edited, adopted, live=on_kore(*rows), ledger=known)


def outcomes(one: Plan, *verdicts: Outcome) -> list[ChangeOutcome]:
    return [
        ChangeOutcome(
            address=change.address,
            target=change.target,
            action=change.action.value,
            outcome=verdict,
            remote_id=change.remote_id,
            message="" if verdict is Outcome.APPLIED else "said so",
            elapsed=1.0004,
        )
        for change, verdict in zip(one.changes, verdicts, strict=True)
    ]


def test_full_success_is_terraforms_sentence() -> None:
    plan_ = made()
    done = outcomes(plan_, *[Outcome.APPLIED] * 3)
    first, _ = report_text(plan_, done, color=False).split("\n", 1)
    assert first == "Apply complete! Resources: 1 imported, 1 added, 2 changed, 0 destroyed."


@pytest.mark.parametrize(
    ("verdict", "told"), [(Outcome.APPLIED, " Ledger: 1 moved."), (Outcome.SKIPPED, "")]
)
def test_what_only_the_ledger_has_is_counted_too(verdict: Outcome, told: str) -> None:
    plan_ = plan(desired())
    moved = replace(
        plan_.changes[0], action=Action.NO_OP, moved_from=Address("kore_sms_campaign", "before")
    )
    plan_ = replace(plan_, changes=(moved,))
    sentence = "Apply complete! Resources: 0 added, 0 changed, 0 destroyed."
    assert apply_sentence(plan_, outcomes(plan_, verdict)) == f"{sentence}{told}"


def test_an_applied_campaign_that_may_be_sending_is_named() -> None:
    plan_ = plan(desired())
    text = report_text(plan_, outcomes(plan_, Outcome.APPLIED), color=False)
    why = "the vendor does not say whether a create or an update starts a campaign."
    assert text.splitlines()[1:] == [
        f"kore_sms_campaign.renewal may be sending: {why} To look at it, or to stop it:",
        "    reconciler status kore_sms_campaign.renewal -e staging",
        "    reconciler stop kore_sms_campaign.renewal -e staging --reason TEXT",
    ]
    refused = report_text(plan_, outcomes(plan_, Outcome.REFUSED), color=False)
    assert "may be sending" not in refused
    assert "not undone" not in refused


def test_the_commands_of_many_campaigns_are_not_spelled_out() -> None:
    plan_ = plan(*(desired(f"c{n:02}", name=f"C{n}") for n in range(12)))
    applied = report_text(plan_, outcomes(plan_, *[Outcome.APPLIED] * 12), color=False)
    assert "12 campaigns may be sending" in applied
    assert "    reconciler stop ADDRESS -e staging --reason TEXT" in applied
    unknown = report_text(plan_, outcomes(plan_, *[Outcome.UNKNOWN] * 12), color=False)
    assert unknown.count("--not-created") == 10
    assert "and the same for 2 more\n" in unknown


def test_nothing_done_is_complete_too() -> None:
    assert report_text(plan(), [], color=False) == (
        "Apply complete! Resources: 0 added, 0 changed, 0 destroyed.\n"
    )


def test_a_partial_apply_says_what_became_of_each() -> None:
    plan_ = made()
    done = outcomes(plan_, Outcome.REFUSED, Outcome.SKIPPED, Outcome.UNKNOWN)
    text = report_text(plan_, done, color=False)
    assert text.startswith(
        "Apply is not complete: 0 applied, 1 refused, 1 unknown, 1 not attempted.\n"
    )
    assert "  - kore_sms_campaign.adopted (update on retention) [id=cd-2]: said so\n" in text
    assert (
        "Look for it in the vendor's console. If it is there, run the first of these with its id. "
        "If it is not, run the second:\n"
        "    reconciler resolve kore_sms_campaign.renewal -e staging --adopt ID\n"
        "    reconciler resolve kore_sms_campaign.renewal -e staging --not-created --reason TEXT\n"
        "Run plan again to see what remains.\n"
    ) in text
    assert "Applied:" not in text


def test_an_applied_change_with_an_error_is_no_full_success() -> None:
    plan_ = plan(desired())
    (done,) = outcomes(plan_, Outcome.APPLIED)
    wrong = ChangeOutcome(
        address=done.address,
        target=done.target,
        action=done.action,
        outcome=done.outcome,
        diagnostics=(error("not-applied-by-server", "it has other hours"),),
    )
    assert report_text(plan_, [wrong], color=False).startswith("Apply is not complete: 1 applied")


def test_the_json_report_is_the_plan_document_with_outcomes() -> None:
    plan_ = made()
    text = report_json(plan_, outcomes(plan_, *[Outcome.APPLIED] * 3), requests_sent=7)
    document = json.loads(text)
    rows = document.pop("outcomes")
    assert document.pop("requests_sent") == 7
    assert document == json.loads(dump_plan(plan_))
    assert text.index("\n") == len(text) - 1
    assert rows[0] == {
        "address": "kore_sms_campaign.adopted",
        "target": "retention",
        "action": "update",
        "outcome": "applied",
        "remote_id": "cd-2",
        "message": "",
        "elapsed": 1.0,
        "diagnostics": [],
    }
