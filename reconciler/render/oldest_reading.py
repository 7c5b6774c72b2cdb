"""How old the oldest reading of live state is that a plan or a drift report rests on."""

from datetime import datetime

from reconciler.plan.model import Plan


def oldest_reading(plan: Plan) -> tuple[datetime, str] | None:
    """When the oldest reading was made, and of which target; None if nothing was read."""
    reads = [(target.oldest_read, target.name) for target in plan.targets if target.oldest_read]
    return min(reads, default=None)


def oldest_read_in_words(plan: Plan) -> str:
    """`The oldest read of live state is 3h old (retention).`; "" if nothing was read."""
    oldest = oldest_reading(plan)
    if oldest is None:
        return ""
    moment, target = oldest
    seconds = max(0, int((plan.created_at - moment).total_seconds()))
    return f"The oldest read of live state is {_duration(seconds)} old ({target})."


def _duration(seconds: int) -> str:
    for unit, size in (("d", 86_400), ("h", 3_600), ("m", 60)):
        if seconds >= 2 * size:
            return f"{seconds // size}{unit}"
    return f"{seconds}s"
