from functools import partial

from hypothesis import given, settings
from hypothesis import strategies as st

from reconciler.render.markdown.blocks import (
    COMMENT,
    Block,
    Room,
    ends_that_fit,
    fitted,
    ready,
    utf8_bytes,
    utf16_units,
)
from reconciler.render.markdown.inline import cell
from tests.support.github_markdown import rendered

LINES = st.lists(st.text("a`|😀é ", max_size=400), max_size=30).map(tuple)


def folded(lines: tuple[str, ...]) -> Block:
    opening = "<details><summary>x</summary>"
    return Block(opening, lines=lines, tail="</details>", language="diff")


@settings(max_examples=40)
@given(st.lists(LINES, min_size=1, max_size=12), LINES, st.integers(3_000, 20_000), st.booleans())
def test_a_text_never_is_too_long_and_no_block_is_torn(
    parts: list[tuple[str, ...]], first: tuple[str, ...], limit: int, in_bytes: bool
) -> None:
    room = Room(limit, utf8_bytes if in_bytes else utf16_units)
    rows = tuple(f"| {cell(line)} | {cell(line)} |" for line in first)
    table = Block("# title", ("| a | b |", "| --- | --- |"), rows)
    text = fitted(
        [table, Block(lines=first, language="text")],
        [partial(folded, part) for part in parts],
        room,
    )
    assert room.measure(text) <= limit
    elements = [one.partition(" ")[0] for one in rendered(text).elements]
    assert elements[0] == "h1"
    assert set(elements) <= {
        *("h1", "pre", "pre/code", "p", "p/em", "table", "table/thead", "table/thead/tr"),
        *("table/thead/tr/th", "table/tbody", "table/tbody/tr", "table/tbody/tr/td"),
        *("table/tbody/tr/td/code", "table/tbody/tr/td/em"),
        *("details", "details/summary", "details/pre", "details/pre/code"),
    }


def test_what_fits_is_whole() -> None:
    block = folded(("one", "two"))
    assert fitted([Block("# title")], ready([block]), COMMENT) == f"# title\n\n{block.text}\n"


def test_lines_in_the_middle_of_a_long_block_are_left_out() -> None:
    block = folded(tuple(f"line {number}" for number in range(1_000)))
    lines = block.within(Room(1_000, utf16_units)).lines
    assert (lines[0], lines[-1]) == ("line 0", "line 999")
    assert [line for line in lines if line.startswith("#")] == [
        f"# ({1_001 - len(lines)} more lines are not shown here)"
    ]


def test_a_long_line_keeps_both_of_its_ends() -> None:
    block = folded(("begin" + "😀" * 50_000 + "end",))
    (line,) = block.within(Room(5_000, utf16_units)).lines
    assert line.startswith("begin😀")
    assert line.endswith("😀end")


def test_blocks_in_the_middle_of_a_long_text_are_left_out() -> None:
    blocks = [folded((f"block {number} " + "x" * 900,)) for number in range(100)]
    text = fitted([Block("# title")], ready(blocks), Room(10_000, utf16_units))
    assert "block 0 " in text
    assert "block 99 " in text
    assert "of 100 parts are not shown here" in text
    assert 9_000 < utf16_units(text) <= 10_000


def test_items_are_taken_from_both_ends_in_turn() -> None:
    assert ends_that_fit(5, lambda _: 1, 3) == (2, 1)
    assert ends_that_fit(3, lambda _: 1, 9) == (2, 1)
    assert ends_that_fit(1, lambda _: 5, 4) == (0, 0)


def test_of_thousands_of_blocks_only_those_that_fit_are_made() -> None:
    made = []

    def make() -> Block:
        made.append(1)
        return folded(("x" * 5_000,))

    fitted([Block("# title")], [make] * 10_000, COMMENT)
    assert len(made) < 1_000
