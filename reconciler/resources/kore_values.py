"""Values of Kore.ai's fields: their canonical form, equality and faults.

See docs/vendors/kore.md 4, 7.7 and 12.
"""

import re
from collections.abc import Callable
from functools import partial

from pydantic import JsonValue

from reconciler.resources.message_text import readable, same_text
from reconciler.resources.senders import wrong_caller
from reconciler.resources.spellings import flag, one_of, same_label, trimmed

FORMATS = ("simple", "advanced")
MODES = ("Agentless", "Progressive", "Preview")
GLOBAL_LIST = "Default Global DNC"
"""Every account's own do-not-call list; it never applies to SMS (docs/vendors/kore.md 9)."""
_DETECTIONS = ("no", "detect", "disconnect")
# No number of this vendor is longer, and Python refuses to parse very long numbers.
_DIGITS = re.compile(r"\s{0,9}([0-9]{1,9})(?:\.0{1,9})?\s{0,9}")
_LIST_ID = re.compile(r"cl-[0-9a-f]{7,8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_FLOW_ID = re.compile(r"cf-[0-9a-f]{7,8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def text_or_empty(value: JsonValue) -> JsonValue:
    """A text that is never absent, as it is sent."""
    return "" if value is None else trimmed(value)


def name_or_none(value: JsonValue) -> JsonValue:
    """A name; none if it is empty."""
    return value or None


def number_text(value: JsonValue) -> JsonValue:
    """A whole number as the text that the vendor wants."""
    whole = whole_number(value)
    return str(whole) if isinstance(whole, int) and not isinstance(whole, bool) else value


def whole_number(value: JsonValue) -> JsonValue:
    """A whole number, even if the vendor writes it as text or with a fraction of zero."""
    if isinstance(value, str) and (digits := _DIGITS.fullmatch(value)):
        return int(digits[1])
    return int(value) if isinstance(value, float) and value.is_integer() else value


def sorted_names(value: JsonValue) -> JsonValue:
    """A list's distinct names, sorted; the vendor may return objects with a `name`, or one name."""
    items = [value] if isinstance(value, str) and value else value
    names = [_name(item) for item in items] if isinstance(items, list) else [None]
    if not all(names):
        return value
    return list[JsonValue](sorted({str(name) for name in names}))


def named(value: JsonValue) -> JsonValue:
    """A name; the vendor may return an object with a `name`."""
    return _name(value) or value


def is_list_id(value: JsonValue) -> bool:
    """Whether a value has the form of a contact list's id in the samples of the vendor."""
    return isinstance(value, str) and _LIST_ID.fullmatch(value) is not None


def _name(item: JsonValue) -> str | None:
    name = item.get("name") if isinstance(item, dict) else item
    return name if isinstance(name, str) else None


def same_message(wanted: JsonValue, shown: JsonValue) -> bool:
    """Whether the vendor's `shown` is the text `wanted`, encoded or not."""
    return isinstance(wanted, str) and isinstance(shown, str) and same_text(wanted, shown)


def plain_text(value: JsonValue) -> JsonValue:
    """A message's text as people read it."""
    return readable(value) if isinstance(value, str) else value


def written_text(value: JsonValue) -> JsonValue:
    """A message's text as people write it."""
    return trimmed(plain_text(value))


def word(*words: str) -> Callable[[JsonValue], JsonValue]:
    """Into the one of these words that the vendor spells in another case."""
    return partial(one_of, words)


def detection(value: JsonValue) -> JsonValue:
    """Machine detection: a word on v2, true or false on v1."""
    found = one_of(_DETECTIONS, value)
    return found if found in _DETECTIONS else flag(value)


def detection_fault(flavour: str, value: JsonValue) -> str:
    """The API versions accept different types (docs/vendors/kore.md 7.7)."""
    if flavour.startswith("v1:"):
        return "" if isinstance(value, bool) else "must be true or false"
    return "" if isinstance(value, str) else 'must be "no", "detect" or "disconnect"'


def global_list_doubt(value: JsonValue) -> str:
    """What to consider about an SMS campaign's do-not-call list."""
    if not same_label(value, GLOBAL_LIST):
        return ""
    return f"the vendor says that {GLOBAL_LIST} never applies to SMS; name another list"


def caller_fault(_: str, value: JsonValue) -> str:
    """What is wrong with a voice campaign's caller id."""
    return wrong_caller(value)


def is_flow_id(text: str) -> bool:
    """Whether a text has the form of an experience flow's id in all samples of the vendor."""
    return _FLOW_ID.fullmatch(text) is not None
