from rich.cells import cell_len

from reconciler.cli.tables import table


def test_columns_are_as_wide_as_their_widest_cell() -> None:
    assert table(("A", "LONG"), [("wide cell", "x"), ("y", "")]) == (
        "A          LONG\nwide cell  x\ny\n"
    )


def test_nothing_that_others_wrote_moves_the_terminal() -> None:
    assert "\x1b" not in table(("A",), [("\x1b[2Jgone",)])


def test_a_long_name_is_cut_and_the_last_column_is_not() -> None:
    _, row = table(("NAME", "NOTE"), [("n" * 250, "o" * 100)]).splitlines()
    assert row == f"{'n' * 39}…  {'o' * 100}"


def test_files_that_people_continue_with_are_complete() -> None:
    address = f"kore_sms_campaign.{'a' * 60}"
    assert address in table(("CAMPAIGN", "STATE"), [(address, "draft")])


def test_wide_characters_take_two_columns() -> None:
    rows = [("更新のお知らせ", "a"), ("😀", "b"), ("e\u0301", "c")]
    lines = table(("NAME", "X"), rows).splitlines()
    assert [cell_len(line[:-1]) for line in lines] == [16] * 4
    assert cell_len(table(("NAME", "X"), [("更" * 50, "")]).splitlines()[1]) <= 40
