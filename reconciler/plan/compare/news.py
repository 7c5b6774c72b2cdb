"""What a change of a campaign means for the people contacted, in words; pure."""

from collections.abc import Iterable, Iterator

from reconciler.plan.compare.leaves import rows_of
from reconciler.plan.compare.reach import movement
from reconciler.plan.model import FieldChange, Movement


def news_of(type_: str, fields: Iterable[FieldChange]) -> tuple[str, ...]:
    """What is new for people, each word once; empty if they notice nothing.

    Fewer people, narrower hours and fewer attempts are no news. A field that cannot be read counts
    as changed.
    """
    return tuple(dict.fromkeys(_words(type_, fields)))


def _words(type_: str, fields: Iterable[FieldChange]) -> Iterator[str]:
    rows = rows_of(type_)
    for field in fields:
        row = rows[field.path]
        if row.word and movement(row, field.before, field.after) is not Movement.CONTRACTING:
            yield row.word
