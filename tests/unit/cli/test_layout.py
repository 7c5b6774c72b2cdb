"""Lines fit a terminal, and what people copy stays whole."""

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from reconciler.cli.layout import columns, fitted

SENTENCE = "  # note: experienceFlowName cannot be verified, because the vendor does not show it"


def test_a_line_that_fits_stays_as_it_is() -> None:
    assert fitted("Plan: 1 to add.\n\n  ~ a = 1", 80) == "Plan: 1 to add.\n\n  ~ a = 1"


def test_a_comment_goes_on_as_a_comment() -> None:
    assert fitted(SENTENCE, 50).split("\n") == [
        "  # note: experienceFlowName cannot be verified,",
        "  #   because the vendor does not show it",
    ]


def test_the_lines_of_a_box_keep_their_bar_and_colours_take_no_room() -> None:
    bar = "\x1b[31m│\x1b[0m "
    text = f"{bar}\x1b[1mone two three four five six seven eight\x1b[0m nine ten"
    assert fitted(f"{text}\n", 44).split("\n")[:-1] == [
        f"{bar}\x1b[1mone two three four five six seven eight\x1b[0m",
        f"{bar}nine ten",
    ]


def test_only_a_line_that_stands_alone_is_indented() -> None:
    text = "kore_sms_campaign.a: created as cd-1393ac80"
    assert fitted(text, 40) == "kore_sms_campaign.a: created as\n  cd-1393ac80"
    assert fitted(f"{text}\n", 40) == "kore_sms_campaign.a: created as\ncd-1393ac80\n"


@pytest.mark.parametrize(
    ("text", "last"),
    [
        ("The people on this list are contacted at once.", "  at once."),
        ("It can be stopped only in the morning, by a person.", "  a person."),
        ("two four two four two four two four two extraordinarily", "  extraordinarily"),
        ("a word-that-is-as-long-as-most-of-the-line once.", "  once."),
        ("  SMS  name  10  a list of people  from Monday on  new", "    from Monday on  new"),
    ],
)
def test_a_short_last_word_does_not_stand_alone_if_another_can_join_it(
    text: str, last: str
) -> None:
    assert fitted(text, 43).split("\n")[1:] == [last]


def test_columns_are_not_torn_while_there_is_room() -> None:
    row = '  SMS  kore_sms_campaign.renewal  1,204  "Renewal Due"  Mon 23 Nov 09:00 IST  new'
    assert fitted(row, 60).split("\n") == [
        '  SMS  kore_sms_campaign.renewal  1,204  "Renewal Due"',
        "    Mon 23 Nov 09:00 IST  new",
    ]


@pytest.mark.parametrize(
    "line",
    [
        f"    reconciler resolve kore_sms_campaign.{'a' * 30} --not-created --reason TEXT",
        "x" * 90,
    ],
)
def test_commands_and_words_are_never_broken(line: str) -> None:
    assert fitted(line, 40) == line


def test_the_sides_of_an_attribute_are_no_columns() -> None:
    line = '      + description        = "Sends a link to everybody."'
    assert fitted(f"{line}\n", 44).split("\n")[0] == '      + description        = "Sends a link'


@given(
    st.text("ab │#-~\x1b[1m ─更", max_size=200).map(lambda text: text.replace("\x1b", "\x1b[1m")),
    st.integers(0, 90),
)
def test_nothing_is_lost_but_blanks(text: str, width: int) -> None:
    assume("─" not in text)
    kept = fitted(text, width).replace("#", "").replace("│", "")
    assert kept.split() == text.replace("#", "").replace("│", "").split()


def test_a_rule_is_no_longer_than_the_terminal() -> None:
    assert fitted("─" * 77, 50) == "─" * 50


@pytest.mark.parametrize("width", [1, 40, 41, 79])
def test_every_line_fits_unless_it_is_one_word(width: int) -> None:
    deep = f'{" " * 30}~ days = "MO-FR 9:00 AM to 6:00 PM" -> "MO-TH 9:00 AM to 6:00 PM"'
    for line in fitted(f"{SENTENCE}\n{deep}\n{'更新 のお ' * 20}", width).split("\n"):
        assert columns(line) <= max(width, 40)
