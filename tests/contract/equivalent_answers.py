"""Answers with the same meaning: key order, numbers as text, times, encodings, extra keys.

What the vendors' pages leave open (docs/vendors/kore.md 14, docs/vendors/carecycle.md 15)
and a console may change
without anybody meaning to.
"""

import hashlib
import json
from collections.abc import Callable, Sequence
from typing import TypeVar

from pydantic import JsonValue

from reconciler.providers.wire import WireResponse
from reconciler.resources.message_text import decoded, encodings
from reconciler.resources.windows import parse_time

T = TypeVar("T")


class Chance:
    """The same choices for the same number."""

    def __init__(self, number: int) -> None:
        self._number = number
        self._asked = 0

    def below(self, limit: int) -> int:
        self._asked += 1
        told = hashlib.sha256(f"{self._number}:{self._asked}".encode()).digest()
        return int.from_bytes(told[:4], "big") % limit

    def choice(self, found: Sequence[T]) -> T:
        return found[self.below(len(found))]

    def shuffled(self, found: Sequence[T]) -> list[T]:
        left = list(found)
        return [left.pop(self.below(len(left))) for _ in found]


Respell = Callable[[JsonValue, Chance], JsonValue]


def respelled(answer: WireResponse, chance: Chance) -> WireResponse:
    """The answer with every value in a spelling of the same meaning."""
    body = json.loads(answer.body)
    return WireResponse(answer.status, answer.headers, json.dumps(_other(body, chance)).encode())


def _other(value: JsonValue, chance: Chance) -> JsonValue:
    if isinstance(value, list):
        return [_other(item, chance) for item in value]
    if not isinstance(value, dict):
        return value
    keys = chance.shuffled(list(value))
    known = {key: _other(_said(key, value[key], chance), chance) for key in keys}
    if "createdAt" in known:
        known["addedByTheVendor"] = {"anything": [1, None]}
    return known


def _said(key: str, value: JsonValue, chance: Chance) -> JsonValue:
    spelling = _SPELLINGS.get(key)
    return value if spelling is None or value is None else spelling(value, chance)


def _number(value: JsonValue, chance: Chance) -> JsonValue:
    if isinstance(value, bool) or not isinstance(value, int):
        return value
    spellings: list[JsonValue] = [value, str(value), float(value)]
    return chance.choice(spellings)


def _priority(value: JsonValue, chance: Chance) -> JsonValue:
    return chance.choice([value, int(str(value))])


def _shuffled(value: JsonValue, chance: Chance) -> JsonValue:
    return chance.shuffled(value) if isinstance(value, list) else value


def _repeated(value: JsonValue, chance: Chance) -> JsonValue:
    return _shuffled([*value, value[0]], chance) if isinstance(value, list) and value else value


def _time(value: JsonValue, chance: Chance) -> JsonValue:
    minutes = parse_time(str(value))
    assert minutes is not None
    text = str(value)
    forms = [text, f"0{text}", text.lower(), f"{minutes // 60:02}:{minutes % 60:02}"]
    return chance.choice(forms if text[1] == ":" else [forms[0], *forms[2:]])


def _day(value: JsonValue, chance: Chance) -> JsonValue:
    return chance.choice([value, str(value).lower()]) if isinstance(value, str) else value


def _message(value: JsonValue, chance: Chance) -> JsonValue:
    if not isinstance(value, str):
        return value
    plain = decoded(value)
    return value if plain is None else chance.choice(encodings(plain))


def _upper(value: JsonValue, chance: Chance) -> JsonValue:
    if isinstance(value, list):
        return [_upper(item, chance) for item in chance.shuffled(value)]
    return chance.choice([value, value.upper()]) if isinstance(value, str) else value


def _without_falsehoods(value: JsonValue, chance: Chance) -> JsonValue:
    """A present object whose key is missing means its default."""
    if not isinstance(value, dict):
        return value
    return {key: said for key, said in value.items() if said is not False or chance.below(2)}


_SPELLINGS: dict[str, Respell] = {
    "priority": _priority,
    **dict.fromkeys(("maxAttemptsPerRecord", "defaultRetryPeriod", "maxRingTime"), _number),
    **dict.fromkeys(("maxSkips", "attempts", "intervalMinutes", "maxConcurrentCalls"), _number),
    "contactLists": _repeated,
    **dict.fromkeys(("days", "redialPatterns"), _shuffled),
    **dict.fromkeys(("start", "end"), _time),
    "day": _day,
    "message": _message,
    **dict.fromkeys(("templateId", "pulseWorkflowId", "transferConfigIds"), _upper),
    **dict.fromkeys(("features", "smsTypes"), _without_falsehoods),
}
