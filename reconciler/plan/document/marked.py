"""Changed texts of a plan into the entries that show a person which words changed."""

from collections.abc import Iterable, Iterator

from reconciler.plan.document.ours import MarkedText
from reconciler.plan.model import FieldChange
from reconciler.plan.words import marked, without_marks


def marked_texts(fields: Iterable[FieldChange]) -> list[MarkedText] | None:
    """An entry for each text whose words can be compared; None if there is none."""
    return list(_entries(fields)) or None


def _entries(fields: Iterable[FieldChange]) -> Iterator[MarkedText]:
    for field in fields:
        before, after = field.before, field.after
        if field.readable and isinstance(before, str) and isinstance(after, str):
            sides = marked(before, after, without_marks)
            if sides is not None:
                yield MarkedText(path=field.path, before=sides[0], after=sides[1])
