from datetime import timedelta

import pytest

from reconciler.durations import parse_duration


@pytest.mark.parametrize(
    ("text", "seconds"), [("90s", 90), ("5m", 300), ("24h", 86_400), ("7d", 604_800)]
)
def test_a_number_and_a_unit_is_a_duration(text: str, seconds: int) -> None:
    assert parse_duration(text) == timedelta(seconds=seconds)


@pytest.mark.parametrize("text", ["", "5", "m", "0s", "-5m", "1.5h", "5 m", "5M", "12345678s"])
def test_anything_else_is_not(text: str) -> None:
    assert parse_duration(text) is None
