from reconciler.cli.tables import table


def test_columns_are_as_wide_as_their_widest_cell() -> None:
    assert table(("A", "LONG"), [("wide cell", "x"), ("y", "")]) == (
        "A          LONG\nwide cell  x\ny\n"
    )


def test_nothing_that_others_wrote_moves_the_terminal() -> None:
    assert "\x1b" not in table(("A",), [("\x1b[2Jgone",)])
