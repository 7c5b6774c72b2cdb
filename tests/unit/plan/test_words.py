import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconciler.plan.words import marked, words
from reconciler.render.values import changed_lines, changed_text


def plain(text: str) -> str:
    return text


@pytest.mark.parametrize(
    ("text", "cut"),
    [
        ("Hi, it's 5%!", ["Hi", ",", " ", "it", "'", "s", " ", "5", "%", "!"]),
        ("Cafe\u0301 ol\u00e9", ["Cafe\u0301", " ", "ol\u00e9"]),
        ("नमस्ते दुनिया", ["नमस्ते", " ", "दुनिया"]),
        ("שלום עולם", ["שלום", " ", "עולם"]),
        ("春の便り", ["春", "の", "便", "り"]),
        ("Hi 👨‍👩‍👧👍🏽!", ["Hi", " ", "👨‍👩‍👧", "👍🏽", "!"]),
        ("", []),
    ],
)
def test_a_text_is_cut_into_words(text: str, cut: list[str]) -> None:
    assert words(text) == cut


@given(st.text())
def test_the_words_joined_are_the_text(text: str) -> None:
    assert "".join(words(text)) == text


@given(st.text(), st.text(), st.text())
def test_without_its_marks_each_side_is_its_text(head: str, one: str, other: str) -> None:
    before, after = f"{head} {one}", f"{head} {other}"
    found = marked(before, after, lambda piece: piece.replace("{", "(").replace("}", ")"))
    for side, text, marks in zip(found or (), (before, after), ("{--}", "{++}"), strict=False):
        bare = side.replace(marks[:2], "").replace(marks[2:], "")
        assert "…" in bare or bare == text.replace("{", "(").replace("}", ")")


def test_changed_words_are_marked_on_both_sides() -> None:
    assert changed_text("Your plan renews on 1 May.", "Your plan renews on 12 June.") == (
        '"Your plan renews on {-1-} {-May-}."',
        '"Your plan renews on {+12+} {+June+}."',
    )


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("SMS Support Flow", "Sales Flow"),
        ("Your plan renews on 1 May.", "Wir rufen Sie morgen gerne zurück!"),
    ],
)
def test_short_texts_and_texts_with_nothing_in_common_are_shown_whole(
    before: str, after: str
) -> None:
    assert changed_text(before, after) == (f'"{before}"', f'"{after}"')


def test_a_text_cannot_imitate_a_mark() -> None:
    shown = changed_text("one two three four five {-six-} a", "one two three four five {-six-} b")
    assert shown[0] == '"one two three four five \\x7b-six\\x2d} {-a-}"'


def test_a_long_text_is_folded_around_its_change() -> None:
    words_ = " ".join(f"word{number}" for number in range(60))
    before, after = changed_text(f"{words_} old {words_}", f"{words_} new {words_}")
    assert before == '"…word56 word57 word58 word59 {-old-} word0 word1 word2 word3…"'
    assert after == '"…word56 word57 word58 word59 {+new+} word0 word1 word2 word3…"'


def test_a_change_in_a_text_of_many_lines_is_marked_in_its_line() -> None:
    before = [f"| this is line {number} of many" for number in range(20)]
    after = [*before[:10], "| this is line ten of many", *before[11:]]
    assert changed_lines(before, after) == [
        *[("", f"| this is line {number} of many") for number in (0, 1, 2)],
        ("", "# (4 unchanged lines hidden)"),
        *[("", f"| this is line {number} of many") for number in (7, 8, 9)],
        ("-", "| this is line {-10-} of many"),
        ("+", "| this is line {+ten+} of many"),
        *[("", f"| this is line {number} of many") for number in range(11, 20)],
    ]
