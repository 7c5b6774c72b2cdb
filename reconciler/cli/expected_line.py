"""How long an apply will take, as a line for people."""

from reconciler.durations import in_words
from reconciler.workflow.expected import Expected


def expected_line(one: Expected) -> str:
    """The line about one account: its targets, the requests, and the time that the limit imposes.

    Creates that the vendor's answers do not prove need one more request each.
    """
    least, most = (f"{number:,}" for number in one.requests)
    soon, late = (in_words(seconds) for seconds in one.seconds)
    requests = least if least == most else f"{least} to {most}"
    takes = soon if soon == late else f"{soon} to {late}"
    return (
        f"Applying to {', '.join(one.targets)} takes about {takes}: {requests} requests at the "
        "rate limit of the account."
    )
