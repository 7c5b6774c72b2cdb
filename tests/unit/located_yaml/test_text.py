import pytest

from reconciler.located_yaml.text import MAX_BYTES, MAX_RUN, Unreadable, decode_bytes, disputed


def refusal(data: bytes) -> str:
    with pytest.raises(Unreadable) as caught:
        decode_bytes("a.yaml", data)
    found = caught.value.problem
    return f"{found.code} {found.source}"


def test_utf_8_is_read_with_and_without_a_byte_order_mark() -> None:
    assert decode_bytes("a.yaml", "é".encode()).text == "é"
    assert decode_bytes("a.yaml", b"\xef\xbb\xbfa").text == "a"


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"a: caf\xe9\n", "not-utf8 a.yaml:1:7"),
        (b"\xef\xbb\xbfa: 1\n\xc3\xa9: \xff", "not-utf8 a.yaml:2:4"),
        ("a: 1\n".encode("utf-16"), "not-utf8 a.yaml:1:1"),
        (b"a: \x00\n", "forbidden-character a.yaml:1:4"),
        (b"a: 1\r\nb: \x1b[2J", "forbidden-character a.yaml:2:4"),
        ("a: \ufeff".encode(), "forbidden-character a.yaml:1:4"),
        (b"1234" * (MAX_BYTES // 4) + b"5", "too-large a.yaml:1:1"),
        (b"a: 1\nb: " + b"!" * (MAX_RUN + 1), "limit a.yaml:2:4"),
        (b"a: 1\n" + b" " * (MAX_RUN * 2) + b"x", "limit a.yaml:2:1"),
    ],
)
def test_what_is_no_text_is_refused_with_its_place(data: bytes, expected: str) -> None:
    assert refusal(data) == expected


def test_the_largest_file_is_read() -> None:
    assert len(decode_bytes("a.yaml", b"1234" * (MAX_BYTES // 4)).text) == MAX_BYTES


def test_the_longest_runs_of_one_character_are_read() -> None:
    text = "!" * MAX_RUN + "?" * MAX_RUN
    assert decode_bytes("a.yaml", text.encode()).text == text


@pytest.mark.parametrize(
    "text",
    ["a: R&D\n", "a: 5 * 3\n", "a: [x, y]\n", "b: 100%\n", "c: |\n  x\n", "a: &n x\nb: *n\n"],
)
def test_common_texts_may_be_read_by_libyaml(text: str) -> None:
    assert not disputed(text)
