"""The progress lines of a running apply, in Terraform's words."""

from reconciler.address import Address
from reconciler.plan.model import Action
from reconciler.render.values import foreign
from reconciler.resources.outcome import ChangeOutcome, Outcome

_DOING = {
    Action.CREATE.value: ("Creating", "Creation"),
    Action.UPDATE.value: ("Modifying", "Modifications"),
    Action.DELETE.value: ("Destroying", "Destruction"),
    Action.ADOPT.value: ("Importing", "Import"),
    Action.FORGET.value: ("Forgetting", "Forgetting"),
    Action.NO_OP.value: ("Recording", "Recording"),
    Action.MANUAL.value: ("Recording", "Recording"),
}
_OTHER = ("Working", "Work")


def started(address: Address, action: str) -> str:
    """`kore_sms_campaign.x: Creating...`."""
    return foreign(f"{address}: {_DOING.get(action, _OTHER)[0]}...")


def still_working(address: Address, action: str, elapsed: float) -> str:
    """`kore_sms_campaign.x: Still creating... [10s elapsed]`."""
    doing = _DOING.get(action, _OTHER)[0].lower()
    return foreign(f"{address}: Still {doing}... [{elapsed:.0f}s elapsed]")


def reason_of(outcome: ChangeOutcome) -> str:
    """The message of an outcome, without the words that say what the outcome is."""
    return without_outcome(outcome.message)


def without_outcome(message: str) -> str:
    """A message without the words that say that nothing was attempted."""
    return message.removeprefix("not attempted: ")


def finished(outcome: ChangeOutcome) -> str:
    """`kore_sms_campaign.x: Creation complete after 1s [id=cd-1]`, or what happened instead."""
    done = _DOING.get(outcome.action, _OTHER)[1]
    after = f"after {outcome.elapsed:.0f}s"
    reason = reason_of(outcome)
    message = f": {reason}" if reason else ""
    remote_id = f" [id={outcome.remote_id}]" if outcome.remote_id else ""
    texts = {
        Outcome.APPLIED: f"{done} complete {after}{remote_id}",
        Outcome.REFUSED: f"{done} refused {after}{message}",
        # What is not known is said at the end of the run, with what to do about it.
        Outcome.UNKNOWN: f"{done} unclear {after}",
        Outcome.SKIPPED: f"{done} not attempted{message}",
    }
    return foreign(f"{outcome.address}: {texts[outcome.outcome]}")
