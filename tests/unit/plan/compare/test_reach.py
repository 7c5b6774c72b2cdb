import pytest
from pydantic import JsonValue

from reconciler.plan.compare.reach import movement, movement_of
from reconciler.plan.model import FieldChange, Movement
from reconciler.resources.base import Field, Reach
from reconciler.resources.kinds import KINDS

OUT, IN = Movement.EXPANDING, Movement.CONTRACTING


def window(day: str, start: str, end: str) -> dict[str, JsonValue]:
    return {"day": day, "start": start, "end": end}


DAY = window("MO", "9:00 AM", "5:00 PM")


@pytest.mark.parametrize(
    ("reach", "before", "after", "moved"),
    [
        (Reach.CONTENT, "Hello", "Bye", OUT),
        (Reach.PEOPLE, ["A"], ["A", "B"], OUT),
        (Reach.PEOPLE, ["A"], ["B"], OUT),
        (Reach.PEOPLE, ["A", "B"], ["B"], IN),
        (Reach.PEOPLE, ["A"], [], IN),
        (Reach.PEOPLE, ["A"], None, OUT),
        (Reach.PEOPLE, ["A"], [1], OUT),
        (Reach.HOURS, [DAY], [window("MO", "8:00 AM", "5:00 PM")], OUT),
        (Reach.HOURS, [DAY], [window("MO", "9:00 AM", "5:01 PM")], OUT),
        (Reach.HOURS, [DAY], [window("TU", "9:00 AM", "5:00 PM")], OUT),
        (Reach.HOURS, [DAY], [window("MO", "10:00 AM", "4:00 PM")], IN),
        (Reach.HOURS, [DAY], [window("MO", "9:00 AM", "1:00 PM"), window("MO", "1pm", "5pm")], IN),
        (Reach.HOURS, [DAY], [], IN),
        (Reach.HOURS, [DAY], [window("MO", "when", "ever")], OUT),
        (Reach.HOURS, [DAY], [window("MO", "9:00 AM", "12:00 AM")], OUT),
        (Reach.HOURS, [DAY], [window("MO", "9:00 PM", "6:00 AM")], OUT),
        (Reach.HOURS, [DAY], ["always"], OUT),
        (Reach.HOURS, [DAY], None, OUT),
        (Reach.MORE, "3", "5", OUT),
        (Reach.MORE, "5", "3", IN),
        (Reach.MORE, False, True, OUT),
        (Reach.MORE, True, False, IN),
        (Reach.MORE, 3, None, OUT),
        (Reach.MORE, "3", "high", OUT),
        (Reach.LESS, 60, 30, OUT),
        (Reach.LESS, 30, 60, IN),
        (Reach.EXCLUSION, "Do not call", None, OUT),
        (Reach.EXCLUSION, "Do not call", "Another", OUT),
        (Reach.EXCLUSION, None, "Do not call", IN),
        (Reach.NOBODY, "a", "b", IN),
    ],
)
def test_a_field_moves_by_what_it_means_for_people(
    reach: Reach, before: JsonValue, after: JsonValue, moved: Movement
) -> None:
    assert movement(Field(path="x", reach=reach), before, after) is moved


@pytest.mark.parametrize("reach", Reach)
def test_every_meaning_has_a_rule(reach: Reach) -> None:
    assert movement(Field(path="x", reach=reach), "a", "b") in (OUT, IN)


def test_what_no_kind_explains_counts_as_expanding() -> None:
    assert movement(Field(path="new"), 1, 2) is OUT


def test_one_expanding_field_makes_a_campaign_expand() -> None:
    fields = [FieldChange(path="x", before=1, after=2, movement=one) for one in (IN, OUT)]
    assert movement_of(fields) is OUT
    assert movement_of(fields[:1]) is IN


def test_text_lists_and_hours_of_every_kind_are_watched() -> None:
    quiet = {Reach.NOBODY, Reach.CONTENT}
    judged = {row.path: row.reach for kind in KINDS for row in kind.fields}
    assert judged["contactLists"] is Reach.PEOPLE
    assert judged["dialingStrategy.callingHours.days"] is Reach.HOURS
    assert judged["dncLists.name"] is Reach.EXCLUSION
    silent = {path for path, reach in judged.items() if reach is Reach.NOBODY}
    assert silent == {"name", "description", "dialingStrategy.dialingOrder"}
    assert {path for path, reach in judged.items() if reach not in quiet} >= {
        "priority",
        "dialingStrategy.maxAttemptsPerRecord",
        "redial",
    }
