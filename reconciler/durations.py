"""Durations as people write and read them, into and from numbers."""

import re
from datetime import timedelta

DURATION = re.compile(r"[1-9]\d{0,6}[smhd]", re.ASCII)
"""What people write."""
_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}


def parse_duration(text: str) -> timedelta | None:
    """`90s`, `5m`, `24h` or `7d` as a timedelta; None for anything else."""
    if not DURATION.fullmatch(text):
        return None
    return timedelta(**{_UNITS[text[-1]]: int(text[:-1])})


def in_words(seconds: float) -> str:
    """A wait for people: `45 s`, or `12 min` from a minute and a half on."""
    return f"{seconds / 60:.0f} min" if seconds >= 90 else f"{seconds:.0f} s"
