"""How long ago a plan or a drift report read the live campaigns."""

from datetime import datetime

from reconciler.plan.model import Plan

_JUST_NOW = 60
"""Seconds."""


def oldest_reading(plan: Plan) -> tuple[datetime, str] | None:
    """When the oldest reading was made, and of which target; None if nothing was read."""
    reads = [(target.oldest_read, target.name) for target in plan.targets if target.oldest_read]
    return min(reads, default=None)


def oldest_read_in_words(plan: Plan) -> str:
    """`The live campaigns were read up to 3h ago (target retention).`; "" if nothing was read."""
    oldest = oldest_reading(plan)
    if oldest is None:
        return ""
    moment, target = oldest
    seconds = max(0, int((plan.created_at - moment).total_seconds()))
    if seconds < _JUST_NOW:
        return "The live campaigns were read just now."
    return f"The live campaigns were read up to {_duration(seconds)} ago (target {target})."


def _duration(seconds: int) -> str:
    for unit, size in (("d", 86_400), ("h", 3_600), ("m", 60)):
        if seconds >= 2 * size:
            return f"{seconds // size}{unit}"
    return f"{seconds}s"
