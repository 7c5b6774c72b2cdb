"""What is to be requested from an account as one line, for estimates and before long reads."""

from reconciler.durations import in_words
from reconciler.safe_text import safe_text
from reconciler.workflow.read_work import AccountWork

_PER = {1: "a second", 60: "a minute", 3600: "an hour"}


def work_line(work: AccountWork) -> str:
    """How many requests, and how long they take at the rate limit of the account."""
    requests, window = work.limit
    plural = "" if work.requests == 1 else "s"
    takes = f"about {in_words(work.seconds)}" if work.seconds else "without a wait"
    return (
        f"Account {safe_text(work.account)} ({', '.join(work.targets)}): {work.requests:,} "
        f"request{plural}, {takes} at {requests:,} {_PER[round(window)]}."
    )
