"""JSON text into a value that can be stored and computed with; stricter than Python's parser.

Two readers of the same text must never see different values, so a text that leaves room for that
is refused: a key that stands twice in an object, NaN, an infinity, another encoding than UTF-8.
"""

import json
from typing import NoReturn

from pydantic import JsonValue

_DEEPEST = 100
_MOST_DIGITS = 18
"""Digits of the longest whole number; it fits into 64 bits."""
_LARGEST = 10.0**_MOST_DIGITS


def parse_json(text: str | bytes) -> JsonValue:
    """The value; raises ValueError for anything that is refused, or that is not JSON.

    Refused are also a number beyond 64 bits and a value that is nested in more than 100 others.
    """
    if isinstance(text, bytes):
        text = text.decode("utf-8-sig")
    try:
        value: JsonValue = json.loads(
            text,
            parse_int=_whole,
            parse_float=_real,
            parse_constant=_no_number,
            object_pairs_hook=_object,
        )
    except RecursionError:
        raise ValueError("nested too deeply") from None
    if text.count("[") + text.count("{") > _DEEPEST:
        _check_depth(value)
    return value


def _whole(text: str) -> int:
    if len(text.lstrip("-")) > _MOST_DIGITS:
        raise ValueError("a number is too large")
    return int(text)


def _real(text: str) -> float:
    number = float(text)
    if abs(number) >= _LARGEST:
        raise ValueError("a number is too large")
    return number


def _no_number(text: str) -> NoReturn:
    raise ValueError(f"{text} is not a JSON number")


def _object(pairs: list[tuple[str, JsonValue]]) -> dict[str, JsonValue]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a key stands twice in an object")
    return found


def _check_depth(value: JsonValue) -> None:
    level = [value] if isinstance(value, list | dict) else []
    for _ in range(_DEEPEST + 2):
        if not level:
            return
        # In one expression, because a large ledger has hundreds of thousands of values.
        level = [
            below
            for one in level
            for below in (one if isinstance(one, list) else one.values())
            if isinstance(below, list | dict)
        ]
    raise ValueError("nested too deeply")
