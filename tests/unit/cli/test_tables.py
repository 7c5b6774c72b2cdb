import pytest
from rich.cells import cell_len

from reconciler.cli import locks, receipts
from reconciler.cli.commands import ledger, start, status, stop
from reconciler.cli.tables import table

ADDRESS = "kore_sms_campaign.spring-renewals"
ID = "cd-11111111-2222-5333-8444-555555555555"
MOMENT = "2026-11-27T22:24:29Z"
CELLS = {
    "CAMPAIGN": ADDRESS,
    "LOOKS LIKE": ADDRESS,
    "CAMPAIGNS": f"{ADDRESS} and 12 more",
    "ID": ID,
    "TARGET": "retention",
    "NAME": "Spring renewals 2026, second reminder for everybody",
    "STATUS": "Ready",
    "STATE": "holder is gone; the next run takes it over",
    "NOTE": "several campaigns have its name; its create is not settled: plan says what to do",
    "RESULT": "started, NOT CONFIRMED",
    "HOLDER": "ada on desk (https://ci.example.org/runs/1234)",
    "WHO": "ada on desk",
    "PLAN": "0b7f3c2e",
    "COMMIT": "0b7f3c2e6d1f",
    "OUTCOMES": '2 applied, 1 refused, gate recreate accepted by ada, "the list was corrected"',
    "DETAILS": "weekly 1 on MO WE from 2026-12-01T09:00:00Z until 2026-12-24T09:00:00Z",
    **dict.fromkeys(("FINISHED", "TAKEN", "RENEWED", "SENT"), MOMENT),
}
HEADERS = {
    "status": status._HEADER,
    "accept": status._ACCEPTING,
    "accept a twin": status._TWIN,
    "lock list": locks.HEADER,
    "history": receipts._RUNS,
    "history of one": receipts._CHANGES,
    "open creates": receipts._OPEN,
    "start": start._HEADER,
    "stop": stop._HEADER,
    "ledger init": ledger._HEADER,
}


@pytest.mark.parametrize("width", [80, 40])
@pytest.mark.parametrize("header", HEADERS.values(), ids=HEADERS)
def test_every_table_fits_a_narrow_terminal(header: tuple[str, ...], width: int) -> None:
    row = tuple(CELLS.get(title, "7") for title in header)
    text = table(header, [row, row], width=width)
    for line in text.splitlines():
        is_one_word = " " not in line.split("  ")[-1].strip().removeprefix("ID ")
        assert cell_len(line) <= width or (width == 40 and is_one_word), line
    for whole in {"CAMPAIGN", "ID"} & set(header):
        assert text.count(CELLS[whole]) == 2


def test_a_narrow_table_puts_ids_below_and_leaves_out_what_is_empty() -> None:
    header = ("CAMPAIGN", "TARGET", "ID", "NAME", "NOTE")
    rows = [(ADDRESS, "retention", ID, "Spring renewals", ""), ("b.c", "care", "", "Care", "")]
    assert table(header, rows, width=70).splitlines() == [
        "CAMPAIGN                           TARGET     NAME",
        f"{ADDRESS}  retention  Spring renewals",
        f"  ID {ID}",
        "b.c                                care       Care",
    ]


def test_cells_are_broken_between_words() -> None:
    rows = [("kore_sms_campaign.a", "several campaigns have its name")]
    assert table(("CAMPAIGN", "NOTE"), rows, width=44).splitlines() == [
        "CAMPAIGN             NOTE",
        "kore_sms_campaign.a  several campaigns have",
        "                     its name",
    ]


def test_a_long_last_cell_goes_below_its_row() -> None:
    header = ("CAMPAIGN", "STATUS", "NOTE")
    rows = [("kore_sms_campaign.a", "Ready", "several campaigns have its name, and one is running")]
    assert table(header, rows, width=42).splitlines() == [
        "CAMPAIGN             STATUS",
        "kore_sms_campaign.a  Ready",
        "  NOTE several campaigns have its name,",
        "    and one is running",
    ]


def test_what_cannot_be_a_table_is_a_list() -> None:
    header = ("CAMPAIGN", "STATUS", "STATE")
    rows = [(ADDRESS, "Ready", "never started")] * 2
    assert table(header, rows, width=40) == "\n".join(
        [f"CAMPAIGN  {ADDRESS}\nSTATUS    Ready\nSTATE     never started\n"] * 2
    )


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
