"""Phone numbers and sender ids: which may be sent, and which are equal.

See docs/vendors/kore.md 4.1.
"""

import re

from pydantic import JsonValue

_E164 = re.compile(r"\+[1-9][0-9]{1,14}")
_SHORT_CODE = re.compile(r"[0-9]{3,8}")
_SENDER_ID = re.compile(r"(?=.*[A-Za-z])[A-Za-z0-9 &+._-]{1,11}")
_SEPARATED = re.compile(r"\+?[0-9 ().\xa0-]{1,40}")
_SEPARATORS = re.compile(r"[ ().\xa0-]")
_SHORTEST_NUMBER = 9
"""Digits from which on a number without `+` cannot be a short code."""


def normal_sender(value: JsonValue) -> JsonValue:
    """A full number without the separators between its digits; anything else unchanged."""
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    if not isinstance(value, str) or not _SEPARATED.fullmatch(value):
        return value
    digits = _SEPARATORS.sub("", value)
    return digits if len(digits) >= _SHORTEST_NUMBER else value


def same_sender(wanted: JsonValue, shown: JsonValue) -> bool:
    """Whether two canonical senders are one; a full number may lack its `+`."""
    if wanted == shown:
        return True
    if not isinstance(wanted, str) or not isinstance(shown, str):
        return False
    short, full = sorted((wanted, shown), key=len)
    return full == f"+{short}" and len(short) >= _SHORTEST_NUMBER


def unusual_sender(value: JsonValue) -> str:
    """Why an SMS should not be sent from it; "" for a number, a short code or a sender id."""
    text = str(value)
    if _E164.fullmatch(text) or _SHORT_CODE.fullmatch(text) or _SENDER_ID.fullmatch(text):
        return ""
    return (
        "not a number like +12025550123, a short code of 3 to 8 digits, or a sender id of 1 to 11 "
        "letters and digits"
    )


def wrong_caller(value: JsonValue) -> str:
    """Why nobody can be called from it; "" for a number in E.164."""
    if _E164.fullmatch(str(value)):
        return ""
    return 'must be in E.164, like "+12025550123",'
