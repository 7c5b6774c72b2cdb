"""What shows that a campaign contacted people, besides its status (docs/vendors/kore.md 12)."""

SENT = "messagesSent"
"""The path under which a growing count of messages is shown."""
EXECUTION = "executionType"
"""The path under which an unusual way to run is shown."""


def unusual_run(execution: str) -> bool:
    """Whether a campaign runs in another way than by its schedule and its calling hours."""
    return execution.upper() not in ("", "NORMAL")
