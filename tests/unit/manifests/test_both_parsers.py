"""libyaml and the pure parser: the same language, the same data, the same places."""

from collections.abc import Iterator

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from reconciler.diagnostics import SourceRange
from reconciler.located_yaml.composer import Parsed
from reconciler.located_yaml.node import Document, Loc, Node
from reconciler.located_yaml.reader import parse
from tests.support.manifest_texts import SMS


def places(document: Document) -> Iterator[tuple[Loc, SourceRange, SourceRange, object]]:
    def walk(node: Node, loc: Loc) -> Iterator[tuple[Loc, SourceRange, SourceRange, object]]:
        yield loc, document.key_range(node), document.value_range(node), node.value
        below = node.children
        steps = below.items() if isinstance(below, dict) else enumerate(below or ())
        for step, child in steps:
            yield from walk(child, (*loc, step))

    return walk(document.root, ())


def everything(parsed: Parsed) -> object:
    return [list(places(document)) for document in parsed.documents], parsed.diagnostics


def assert_same(text: str) -> None:
    data = text.encode()
    assert everything(parse("a.yaml", data)) == everything(parse("a.yaml", data, pure=True))


@pytest.mark.parametrize(
    "text",
    [
        SMS,
        "a: {day: MO, start: 9:00 AM}\n",
        "[http://x, a?b, :c, {d: e:f}]\n",
        "a:\nb: ''\nc: ~\nd:   # nothing\n- x\n",
        "- \n-\n- # c\n- a\n",
        "a: x\u2028b: 2\n",
        "a: x\x85b: 2\n",
        "a: \tb\n",
        "a: b\t\n",
        "{\n\t'a': 1\n}\n",
        "a: 1\r\nb: 2\rc: 3\n",
        "\ufeffa: 1\n",
        "%YAML 1.1\n---\na: yes\n",
        "%YAML 1.2\n---\na: 1\n",
        "&n: 1\n",
        "*n:\n",
        "a: &x: 1\nb: *x:\n",
        "key: value\n? &nkey: value\n",
        ">\n--- ",
        "|-\n---\n\n",
        "a: |#x\n  b\n",
        "a: |\n  \n    b\n",
        "a: | # c\n \n  b\n",
        "a: >-\n  x\n  y\n\nb: |+\n  z\n\n",
        "a: b\n  c\nd: 'x\n  y'\n",
        'a: "x\\\n  y"\n',
        '{"a":1,"b":"\\ud83d\\ude00\\/"}\n',
        "! a\n",
        "\n!\n&n \n0123[",
        "a: !t\n  &n b\n",
        "? a\n: b\n? c\n",
        "{a, b: c}\n",
        "a: '\u3000'\nb: \xa0x\n",
        "key: v\n...\n...\n",
        "key: v\n... # c\n\n...\n---\nb: 1\n",
        "key: v\r...\r...\r",
        "a: |\n  ...\n  x\n...\nb: 1\n",
    ],
)
def test_tricky_documents_are_read_alike(text: str) -> None:
    assert_same(text)


TOKENS = st.sampled_from(
    [
        *("a", "b: ", "c:", ": ", ":", "- ", "-", "? ", "\n", "\n\n", "\n  ", "\n    ", " "),
        *("{", "}", "[", "]", ",", ", ", '"x"', "'y'", '"', "'", "#", " # c", "&n ", "*n", "&n"),
        *("|\n", ">\n", "|-\n", ">+\n", "|2\n", " |", "---\n", "...\n", "--- ", "~", "<<: ", "!t "),
        *("! ", "é", "😀", "0123", "9:00 AM", "@", "`", "%", "!", "\\", '"a\\n"', "key: v\n", "\r"),
        *("  k: v\n", "- i\n", "\r\n", "=", "\t", "\x85", "\u2028", "\xa0", "\ufeff", '"\\ud83d"'),
    ]
)


@settings(max_examples=400, deadline=None)
@given(st.lists(TOKENS, max_size=16).map("".join))
@example("\\b:\n|1#!t @")
@example("key: v\n...\n...\n")
def test_any_text_is_read_alike(text: str) -> None:
    assert_same(text)


@settings(max_examples=200, deadline=None)
@given(st.data())
def test_a_manifest_with_something_typed_into_it_is_read_alike(data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(SMS)))
    cut = data.draw(st.integers(0, 12))
    typed = data.draw(st.lists(TOKENS, max_size=3).map("".join))
    assert_same(SMS[:at] + typed + SMS[at + cut :])
