import json

from reconciler.address import Address
from reconciler.diagnostics import Position, SourceRange, error, warning
from reconciler.render.diagnostics import diagnostics_text, validate_json

SOURCE = SourceRange(
    "campaigns/a.yaml", Position(7, 3, 120), Position(7, 15, 132), "  contactLists: []"
)
EMPTY = error("empty", "A list is empty", "Name at least one contact list.", source=SOURCE)


def test_a_diagnostic_shows_place_line_and_detail() -> None:
    assert diagnostics_text([EMPTY], color=False) == (
        "Error: A list is empty\n"
        "\n"
        "  on campaigns/a.yaml:7:3\n"
        "     7:   contactLists: []\n"
        "\n"
        "Name at least one contact list.\n"
    )


def test_a_diagnostic_without_a_place_names_what_it_is_about() -> None:
    found = warning("w", "Soon", address=Address("kore_sms_campaign", "a"), target="retention")
    assert diagnostics_text([found], color=False) == (
        "Warning: Soon\n\n  with kore_sms_campaign.a on target retention.\n"
    )


def test_a_place_whose_line_is_not_shown_stands_alone() -> None:
    secret = SourceRange("reconciler.yaml", Position(15, 23))
    text = diagnostics_text([error("e", "No", source=secret, target="care")], color=False)
    assert text == "Error: No\n\n  on target care,\n  on reconciler.yaml:15:23\n"


def test_a_target_alone_is_named() -> None:
    text = diagnostics_text([error("read-failed", "No", target="care")], color=False)
    assert "  on target care." in text


def test_a_target_that_the_summary_begins_with_is_not_named_again() -> None:
    text = diagnostics_text([error("e", "target care: No", "Look.", target="care")], color=False)
    assert text == "Error: target care: No\n\nLook.\n"
    other = diagnostics_text([error("e", "target care2: No", target="care")], color=False)
    assert "  on target care." in other


def test_several_diagnostics_are_apart() -> None:
    text = diagnostics_text([error("a", "A"), error("b", "B")], color=False)
    assert text == "Error: A\n\nError: B\n"


def test_colour_brings_terraforms_box() -> None:
    lines = diagnostics_text([EMPTY], color=True).split("\n")
    assert (lines[0], lines[-2]) == ("\x1b[31m╷\x1b[0m", "\x1b[31m╵\x1b[0m")
    assert all(line.startswith("\x1b[31m│") for line in lines[1:-2])


def test_foreign_text_can_neither_move_the_cursor_nor_command_a_runner() -> None:
    found = error("x", "\x1b[2Jgone", "::error::x\n  ::set-output::y")
    text = diagnostics_text([found], color=False)
    assert "\x1b" not in text
    assert not [line for line in text.split("\n") if line.lstrip().startswith("::")]


def test_the_envelope_is_terraforms() -> None:
    found = json.loads(validate_json([EMPTY, warning("w", "Soon")]))
    assert (found["format_version"], found["valid"]) == ("1.0", False)
    assert (found["error_count"], found["warning_count"]) == (1, 1)
    first, second = found["diagnostics"]
    assert first["range"] == {
        "filename": "campaigns/a.yaml",
        "start": {"line": 7, "column": 3, "byte": 120},
        "end": {"line": 7, "column": 15, "byte": 132},
    }
    assert first["snippet"] == {
        "context": None,
        "code": "  contactLists: []",
        "start_line": 7,
        "highlight_start_offset": 2,
        "highlight_end_offset": 14,
        "values": [],
    }
    assert "range" not in second


def test_no_problem_is_valid() -> None:
    found = json.loads(validate_json([]))
    assert (found["valid"], found["diagnostics"]) == (True, [])


def test_an_open_end_highlights_the_rest_of_the_line() -> None:
    source = SourceRange("a.yaml", Position(2, 4), code="a: bc")
    (entry,) = json.loads(validate_json([error("x", "X", source=source)]))["diagnostics"]
    assert entry["snippet"]["highlight_end_offset"] == 5
    assert entry["range"]["end"] == entry["range"]["start"]


def test_the_envelope_names_campaign_and_target() -> None:
    found = error("x", "X", address=Address("kore_sms_campaign", "a"), target="retention")
    (entry,) = json.loads(validate_json([found]))["diagnostics"]
    assert (entry["address"], entry["target"]) == ("kore_sms_campaign.a", "retention")
    assert (entry["code"], entry["severity"]) == ("x", "error")


def test_a_line_of_a_megabyte_is_shown_around_its_column() -> None:
    code = "[" * 1_000_000
    source = SourceRange("a.yaml", Position(1, 500_000), Position(1, 500_001), code)
    problem = error("deep", "nested too deeply", source=source)
    assert len(diagnostics_text([problem], color=False)) < 400
    (entry,) = json.loads(validate_json([problem]))["diagnostics"]
    offset = entry["snippet"]["highlight_start_offset"]
    assert entry["snippet"]["code"][offset] == "["
    assert len(entry["snippet"]["code"]) < 400
