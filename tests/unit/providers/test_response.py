import shlex

import pytest

from reconciler.providers.response import is_plain_id, json_object
from reconciler.providers.wire import WireResponse


@pytest.mark.parametrize(
    "body", [b"", b"[]", b"null", b"<html>", b"{", b"\xff", b"[" * 100_000, b'{"a":' * 100_000]
)
def test_what_is_not_an_object_is_no_object(body: bytes) -> None:
    assert json_object(WireResponse(200, {}, body)) is None


def test_an_object_that_is_nested_too_deeply_is_none() -> None:
    def nested(levels: int) -> bytes:
        return b'{"a":' + b"[" * levels + b"]" * levels + b"}"

    assert json_object(WireResponse(200, {}, nested(50))) is not None
    assert json_object(WireResponse(200, {}, nested(200))) is None


@pytest.mark.parametrize(
    ("type_", "json"),
    [
        ("application/json", True),
        ("application/json; charset=utf-8", True),
        ("APPLICATION/JSON ;x", True),
        ("application/problem+json", True),
        ("", True),
        ("text/json", False),
        ("text/html, application/json", False),
        ("application/jsonp", False),
        ("application/json\n", True),
        ("application/json, text/html", False),
    ],
)
def test_a_body_of_another_content_type_is_no_object(type_: str, json: bool) -> None:
    found = json_object(WireResponse(200, {"content-type": type_} if type_ else {}, b"{}"))
    assert found == ({} if json else None)


def test_half_a_character_is_replaced_and_a_whole_one_is_kept() -> None:
    body = rb'{"cut \ud83d": ["half \udd14", "whole \ud83e\udd14"]}'
    assert json_object(WireResponse(200, {}, body)) == {
        "cut \ufffd": ["half \ufffd", "whole \U0001f914"]
    }


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("cd-3aefda80-f98e-5f4f-ad41-928030000000", True),
        ("x" * 200, True),
        ("x" * 201, False),
        ("", False),
        ("..", False),
        ("a/b", False),
        ("cd-1\n2", False),
        ("cd 1", False),
        *((f"cd-1{mark}x", False) for mark in "`$;|&<>(){}*?!~#^%[]'\"\\"),
        ("-e", False),
        ("a_b@c+d=e:f,g.h-1", True),
        ("\x1b[2Jcd-1", False),
    ],
)
def test_an_id_is_what_may_stand_in_a_path_and_in_a_command(text: str, plain: bool) -> None:
    assert is_plain_id(text) is plain
    assert not plain or shlex.quote(text) == text
