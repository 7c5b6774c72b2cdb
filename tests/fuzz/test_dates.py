"""Moments, durations, times of day and zones, as vendors, neighbours and people write them."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import JsonValue

from reconciler.durations import parse_duration
from reconciler.providers.retry import LONGEST_HINT, http_date, wait_hint
from reconciler.resources.time_zones import normal_zone, same_zone
from reconciler.resources.windows import (
    normal_windows,
    parse_days,
    parse_end,
    parse_time,
    windows_of,
)
from tests.fuzz.edits import JSON, MOMENTS, brief, edited, outcome, require_usable

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
SAMPLES = (
    *("2026-11-20T09:00:00.000Z", "2026-11-20T09:00:00+01:00", "Fri, 20 Nov 2026 09:00:00 GMT"),
    *("9:00 AM", "24:00", "12h", "60/minute", "America/New_York", "MO-FR", "1700000000000"),
)
TEXTS = MOMENTS | st.sampled_from(SAMPLES).flatmap(
    lambda text: edited(text.encode()).map(lambda data: data.decode("utf-8", "replace"))
)


@brief
@given(text=TEXTS)
def test_the_date_of_an_answer_is_usable_or_none(text: str) -> None:
    moment = http_date(text)
    require_usable(moment)
    if moment is not None:
        (NOW - moment).total_seconds()


@brief
@given(value=TEXTS | JSON, date=TEXTS)
def test_a_wish_to_wait_is_short_or_none(value: object, date: str) -> None:
    hint = wait_hint(value, date=date, now=NOW)
    assert hint is None or 0 <= hint <= LONGEST_HINT


@pytest.mark.parametrize("read", [parse_duration, parse_time, parse_end, parse_days])
@brief
@given(text=TEXTS)
def test_what_people_write_is_read_or_none(read: Callable[[str], object], text: str) -> None:
    outcome(lambda: read(text))


@brief
@given(value=JSON | TEXTS, other=TEXTS)
def test_any_value_of_a_campaign_has_a_normal_form(value: JsonValue, other: str) -> None:
    for read in (normal_zone, normal_windows, windows_of):
        outcome(lambda read=read: read(value))  # type: ignore[misc]
    same_zone(value, value)
    same_zone(value, other)
