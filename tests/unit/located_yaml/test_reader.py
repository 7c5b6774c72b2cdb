import json

import pytest

from reconciler.diagnostics import Position
from reconciler.located_yaml import reader
from reconciler.located_yaml.composer import Parsed
from reconciler.located_yaml.node import Node
from reconciler.located_yaml.reader import parse
from tests.support.manifest_texts import diagnostic_lines


def read(text: str) -> Node:
    parsed = parse("a.yaml", text.encode())
    assert not parsed.diagnostics
    return parsed.documents[0].root


def problems(data: bytes) -> list[str]:
    return diagnostic_lines(parse("a.yaml", data).diagnostics)


def test_a_document_becomes_plain_data() -> None:
    text = "a: {b: [1, '2', ~, 1.5, true]}\nc: |\n  x\n  y\nd: 2026-03-01\n"
    assert read(text).value == {
        "a": {"b": [1, "2", None, 1.5, True]},
        "c": "x\ny\n",
        "d": "2026-03-01",
    }


def test_several_documents_come_in_order_and_empty_ones_do_not_count() -> None:
    parsed = parse("a.yaml", b"a: 1\n---\n# nothing\n---\nb: 2\n...\n")
    assert [document.root.value for document in parsed.documents] == [{"a": 1}, {"b": 2}]


@pytest.mark.parametrize("text", ["", "# only a comment\n", "---\n", "---\n---\n"])
def test_nothing_is_no_document(text: str) -> None:
    assert parse("a.yaml", text.encode()) == Parsed(())


def test_every_value_and_key_knows_its_place() -> None:
    parsed = parse("a.yaml", "a: 1\nspec:\n  name: 'café'\n  é: [x, y]\n".encode())
    document = parsed.documents[0]
    name, second = document.root.at("spec", "name"), document.root.at("spec", "é", 1)
    assert name is not None
    assert second is not None
    assert str(document.value_range(name)) == "a.yaml:3:9"
    assert document.value_range(name).end == Position(3, 15, 26)
    assert document.value_range(name).code == "  name: 'café'"
    assert document.key_range(name).start == Position(3, 3, 13)
    assert document.value_range(second).start == Position(4, 10, 37)


def test_a_byte_order_mark_counts_as_bytes_but_not_as_a_column() -> None:
    document = parse("a.yaml", b"\xef\xbb\xbfa: 1\n").documents[0]
    value = document.root.at("a")
    assert value is not None
    assert document.value_range(value).start == Position(1, 4, 6)


def test_an_empty_value_has_the_position_of_its_key() -> None:
    document = parse("a.yaml", b"a: 1\nb:\nc: 2\n").documents[0]
    assert str(document.range_at("b")) == "a.yaml:2:1"


def test_json_is_read_with_tabs_and_escaped_surrogate_pairs() -> None:
    value = {"text": "a \U0001f600 b", "tab\t": ["x", 12345678901234567890, -0.5, None, False]}
    text = json.dumps(value, indent="\t")
    assert read(text).value == value


def test_unquoted_times_in_braces_are_read_though_libyaml_refuses_them() -> None:
    hours = read("days: [{day: MO, start: 9:00 AM, end: 6:00 PM}]\n").value
    assert hours == {"days": [{"day": "MO", "start": "9:00 AM", "end": "6:00 PM"}]}


def test_a_file_with_very_many_documents_or_problems_is_read_only_in_part() -> None:
    few = parse("a.yaml", b"---\na: 1\n" * 10_001)
    assert [one.summary for one in few.diagnostics] == ["more than 10,000 documents in one file"]
    assert len(parse("a.yaml", b"- !x a\n" * 2_000).diagnostics) == 1_000


def test_aliases_stand_for_what_was_anchored() -> None:
    root = read("a: &hours {day: [MO]}\nb: *hours\nc: &n x\nd: *n\n")
    assert root.value == {"a": {"day": ["MO"]}, "b": {"day": ["MO"]}, "c": "x", "d": "x"}


def test_an_anchor_can_be_given_again() -> None:
    assert read("a: &n x\nb: &n y\nc: *n\n").value == {"a": "x", "b": "y", "c": "y"}


def test_an_alias_does_not_reach_into_another_document() -> None:
    assert problems(b"a: &n x\n---\nb: *n\n") == [
        "alias a.yaml:3:4 this alias has no anchor before it"
    ]


def test_a_cycle_is_refused() -> None:
    found = problems(b"a: &a\n  b: [*a]\n")
    assert found == ["alias a.yaml:2:7 this alias is inside its own anchor"]


def test_duplicate_keys_name_both_places_and_hide_nothing_else() -> None:
    assert problems(b"a: 1\nb: {c: 1, c: 2}\na: 3\n") == [
        "duplicate-key a.yaml:2:11 this key is written twice; the first is at line 2, column 5",
        "duplicate-key a.yaml:3:1 this key is written twice; the first is at line 1, column 1",
    ]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("<<: {a: 1}", "merge-key"),
        ("1: a", "key-not-text"),
        ("null: a", "key-not-text"),
        ("[a]: b", "key-not-text"),
        ("a: !!str 1", "tag"),
        ("a: !secret 1", "tag"),
        ("!!map {a: 1}", "tag"),
        ("a: !e!x 1", "syntax"),
        ("%TAG ! tag:x,2000:\n---\na: !y 1", "tag"),
        ('a: "\\uD83D"', "syntax"),
        ("a: [1, 2", "syntax"),
        ("a:\n\tb: 1", "syntax"),
        ("a: |\n \n  b\n", "syntax"),
    ],
)
def test_what_is_not_supported_is_refused_with_its_place(text: str, code: str) -> None:
    (found,) = parse("a.yaml", text.encode()).diagnostics
    assert found.code == code
    assert found.source is not None


def test_a_quoted_merge_key_is_a_key() -> None:
    assert read("'<<': 1\n").value == {"<<": 1}


def test_documents_before_a_syntax_error_are_kept() -> None:
    parsed = parse("a.yaml", b"a: 1\n---\nb: [\n")
    assert [document.root.value for document in parsed.documents] == [{"a": 1}]
    assert [found.code for found in parsed.diagnostics] == ["syntax"]


@pytest.mark.parametrize("opening", ["[", "- ", "{a: ", "? ", "[{a: "])
def test_fifty_thousand_levels_are_one_diagnostic(opening: str) -> None:
    codes = [found.code for found in parse("a.yaml", (opening * 50_000).encode()).diagnostics]
    assert codes[-1] == "limit"


def test_sixty_four_levels_are_read() -> None:
    assert json.dumps(read("[" * 64 + "]" * 64).value) == "[" * 64 + "]" * 64
    assert problems(b"[" * 65 + b"]" * 65) == ["limit a.yaml:1:65 nested deeper than 64 levels"]


def test_depth_behind_aliases_counts() -> None:
    levels = "".join(f"a{n}: &a{n} {'[' * 20}*a{n - 1}{']' * 20}\n" for n in range(1, 5))
    assert problems(f"a0: &a0 x\n{levels}".encode()) == [
        "limit a.yaml:5:29 aliases expand to too much content"
    ]


def test_an_alias_bomb_is_refused_before_it_grows() -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 10)]
    (found,) = parse("a.yaml", "\n".join(lines).encode()).diagnostics
    assert found.summary == "aliases expand to too much content"


def test_one_alias_too_many_is_refused() -> None:
    assert read(f"a: &a x\nb: [{', '.join(['*a'] * 100)}]\n").at("b", 99) is not None
    assert problems(f"a: &a x\nb: [{', '.join(['*a'] * 101)}]\n".encode()) == [
        "limit a.yaml:2:405 more than 100 aliases in one document"
    ]


def test_values_are_counted_per_document() -> None:
    document = f"a: [{'x, ' * 15_000}]\n"
    assert len(parse("a.yaml", f"{document}---\n{document}".encode()).documents) == 2
    assert problems(f"a: [{'x, ' * 20_000}]\n".encode())[0].startswith("limit a.yaml:1:")


@pytest.mark.parametrize("text", ["a: 1\nb: {c: [x]}\n", "a: [1\n", "a: !x 1\n"])
def test_without_the_c_extension_everything_is_the_same(
    monkeypatch: pytest.MonkeyPatch, text: str
) -> None:
    fast = parse("a.yaml", text.encode())
    monkeypatch.setattr(reader, "CParser", None)
    slow = parse("a.yaml", text.encode())
    assert slow.diagnostics == fast.diagnostics
    assert [one.root.value for one in slow.documents] == [one.root.value for one in fast.documents]
