"""Durations as people write them."""

import re
from datetime import timedelta

_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}


def parse_duration(text: str) -> timedelta | None:
    """`90s 5m 24h 7d` as a timedelta; None for anything else."""
    match = re.fullmatch(r"(\d{1,9})([smhd])", text.strip())
    return timedelta(**{_UNITS[match[2]]: int(match[1])}) if match else None
