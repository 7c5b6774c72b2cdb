"""What was sent before a stop, in words."""

from dataclasses import replace
from datetime import timedelta

import pytest

from reconciler.run_state.sent_so_far import sent_so_far
from tests.support.campaigns import NOW, desired, record

OLD = replace(record(desired("a")), created=True, recorded_at=NOW, written_at=NOW)
LATER = NOW + timedelta(minutes=1)


@pytest.mark.parametrize(
    ("counts", "messages"),
    [
        ([], "none"),
        ([None], "not known"),
        ([0], "0, as the vendor counts them"),
        ([860, 1_000], "1,860, as the vendor counts them"),
        ([860, None], "860, as the vendor counts them; not known for 1 campaign"),
        ([860, None, None], "860, as the vendor counts them; not known for 2 campaigns"),
    ],
)
def test_messages_are_counted_where_a_reading_tells(
    counts: list[int | None], messages: str
) -> None:
    assert sent_so_far([OLD], counts).text == (
        f"Created through reconciler before the stop: 1 campaign. Messages sent so far: {messages}."
    )


def test_what_was_created_later_or_elsewhere_does_not_count() -> None:
    later = replace(OLD, recorded_at=LATER)
    adopted = replace(OLD, created=False)
    first_release = replace(OLD, recorded_at=None)
    every = [OLD, later, adopted, first_release]
    assert sent_so_far(every, [], before=NOW).created == 2
    assert sent_so_far(every, []).created == 3
    assert "0 campaigns." in sent_so_far([], []).text
