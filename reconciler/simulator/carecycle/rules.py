"""What CareCycle's create and PATCH accept, and its errors.

See docs/vendors/carecycle.md 6, 7, 12, 15.
"""

import re
from collections.abc import Callable, Iterator

from pydantic import JsonValue

from reconciler.providers.wire import WireResponse
from reconciler.resources.tree import Tree
from reconciler.simulator.carecycle.records import FEATURES, SMS_KEYS
from reconciler.simulator.carecycle.switches import CareCycleSwitches
from reconciler.simulator.messages import Refused, respond
from reconciler.strict_json import parse_json

STATUSES = {
    "UNAUTHORIZED": 401,
    "FORBIDDEN": 403,
    "NOT_FOUND": 404,
    "VALIDATION_ERROR": 422,
    "DUPLICATE": 409,
    "RATE_LIMIT_EXCEEDED": 429,
    "INTERNAL_ERROR": 500,
}
CAMPAIGN_STATUSES = (
    *("draft", "active", "paused", "completed", "archived", "inactive", "cancelled", "testing"),
)
_UUID = re.compile(
    r"[0-9a-f]{8}-[0-9a-f]{4}-[1-8][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"
    r"|00000000-0000-0000-0000-000000000000|ffffffff-ffff-ffff-ffff-ffffffffffff"
)
_Test = Callable[[JsonValue], bool]


def refusal(refused: Refused, switches: CareCycleSwitches) -> WireResponse:
    """The answer to a refused request."""
    code = "VALIDATION_ERROR" if refused.kind == "invalid" else refused.kind
    chosen = (status for known, status in switches.statuses.items() if known == code)
    status = next(chosen, STATUSES[code])
    shown = switches.duplicate_code if code == "DUPLICATE" else code
    body: Tree = {"message": refused.message, "code": shown}
    if code == "VALIDATION_ERROR":
        body["errors"] = refused.details
    return respond(status, body)


def invalid(key: str, message: str, *, expected: str = "", received: str = "") -> Refused:
    """A validation error at one key."""
    detail: JsonValue = {
        "path": [key],
        "message": message,
        "expected": expected,
        "received": received,
        "code": "invalid_type",
    }
    return Refused("VALIDATION_ERROR", "Validation failed", details=[detail])


def is_uuid(value: JsonValue) -> bool:
    """Whether a value is a UUID as the C pages print the pattern."""
    return isinstance(value, str) and _UUID.fullmatch(value.lower()) is not None


def _is_text(value: JsonValue) -> bool:
    return isinstance(value, str)


def _is_name(value: JsonValue) -> bool:
    return isinstance(value, str) and 1 <= len(value) <= 255


def _is_flag(value: JsonValue) -> bool:
    return isinstance(value, bool)


def _is_uuids(value: JsonValue) -> bool:
    return isinstance(value, list) and all(is_uuid(item) for item in value)


def _is_flags(keys: frozenset[str]) -> _Test:
    return lambda value: (
        isinstance(value, dict)
        and value.keys() <= keys
        and all(isinstance(flag, bool) for flag in value.values())
    )


def _is_texts(value: JsonValue) -> bool:
    return (
        isinstance(value, dict)
        and value.keys() <= SMS_KEYS
        and all(isinstance(text, str) for text in value.values())
    )


def _is_patterns(value: JsonValue) -> bool:
    return isinstance(value, list) and all(_is_pattern(entry) for entry in value)


def _is_pattern(entry: JsonValue) -> bool:
    if not isinstance(entry, dict) or set(entry) != {"days", "attempts", "intervalMinutes"}:
        return False
    days, interval = entry["days"], entry["intervalMinutes"]
    return (
        isinstance(days, list)
        and all(_is_count(day) for day in days)
        and _is_count(entry["attempts"])
        and isinstance(interval, int | float)
        and not isinstance(interval, bool)
    )


def _is_count(value: JsonValue) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def _is_concurrency(value: JsonValue) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 1


_TEXTS: dict[str, tuple[_Test, str]] = {
    "name": (_is_name, "string"),
    "description": (_is_text, "string"),
    "smsCompanyName": (_is_text, "string"),
}
_NESTED: dict[str, tuple[_Test, str]] = {
    "redialPatterns": (_is_patterns, "array"),
    "smsTypes": (_is_flags(SMS_KEYS), "object"),
    "smsContent": (_is_texts, "object"),
    "features": (_is_flags(frozenset(FEATURES)), "object"),
}
_PATCH: dict[str, dict[str, tuple[_Test, str]]] = {
    "A": {
        **_TEXTS,
        "redial": (_is_flag, "boolean"),
        **{key: test for key, test in _NESTED.items() if key != "features"},
    },
    "B": {
        **_TEXTS,
        **_NESTED,
        "redial": (_is_flag, "boolean"),
        "enablePulse": (_is_flag, "boolean"),
        "status": (lambda value: value in CAMPAIGN_STATUSES, "enum"),
        "pulseWorkflowId": (is_uuid, "uuid"),
        "transferConfigId": (is_uuid, "uuid"),
        "appointmentConfigId": (is_uuid, "uuid"),
        "transferConfigIds": (_is_uuids, "array"),
    },
}
_CREATE: dict[str, tuple[_Test, str]] = {
    "name": (_is_name, "string"),
    "description": (_is_text, "string"),
    "templateId": (_is_text, "string"),
    "maxConcurrentCalls": (_is_concurrency, "integer"),
    "direction": (lambda value: value in ("inbound", "outbound"), "enum"),
    "kind": (lambda value: value in ("voice_ai", "agent_first"), "enum"),
}


def checked_create(body: Tree, switches: CareCycleSwitches) -> Tree:
    """The keys of a create that the vendor uses; raises Refused for wrong values."""
    if body.get("name") is None:
        raise invalid("name", "Required", expected="string", received="undefined")
    known = {
        key: rule for key, rule in _CREATE.items() if key == "name" or key in switches.create_fields
    }
    kept: Tree = {}
    for key, value in _known(body, known, switches).items():
        test, expected = known[key]
        if value is not None and not test(value):
            raise invalid(key, f"Invalid {key}", expected=expected, received=_type(value))
        _check_bounds(key, value, switches)
        kept[key] = value
    return kept


def checked_patch(body: Tree, switches: CareCycleSwitches) -> Tree:
    """The keys of a PATCH that the vendor uses; raises Refused for wrong values."""
    rules = _PATCH[switches.patch_fields]
    kept: Tree = {}
    for key, given in _known(body, rules, switches).items():
        value = given
        if key in _NESTED and isinstance(value, str) and switches.json_strings == "accepted":
            value = _parsed(value)
        if value is None and switches.null_patch == "ignored":
            continue
        clears = value is None and switches.null_patch == "clears" and key not in ("name", "status")
        test, expected = rules[key]
        if not clears and not test(value):
            raise invalid(key, f"Invalid {key}", expected=expected, received=_type(value))
        _check_bounds(key, value, switches)
        kept[key] = value
    return kept


def _check_bounds(key: str, value: JsonValue, switches: CareCycleSwitches) -> None:
    found = outside(key, value, switches)
    if found:
        raise invalid(key, f"{found} is out of range", expected="number", received="number")


def _known(body: Tree, rules: dict[str, tuple[_Test, str]], switches: CareCycleSwitches) -> Tree:
    unknown = sorted(body.keys() - rules.keys())
    if unknown and switches.unknown_body_keys == "refuse":
        raise invalid(unknown[0], f"Unrecognized key: {unknown[0]}")
    return {key: value for key, value in body.items() if key in rules}


def _parsed(value: str) -> JsonValue:
    try:
        return parse_json(value)
    except ValueError:
        return value


def _type(value: JsonValue) -> str:
    names = {bool: "boolean", str: "string", list: "array", dict: "object", type(None): "null"}
    return names.get(type(value), "number")


# Bounds that no page states: numbers, lengths of lists and texts.


def outside(key: str, value: JsonValue, switches: CareCycleSwitches) -> str:
    """The name of the part of a key's checked value that is out of bounds; "" if none is."""
    bounds = {str(name): limits for name, limits in switches.bounds.items()}
    for name, measure in _measures(key, value) if bounds else ():
        lowest, highest = bounds.get(name, (measure, measure))
        if not lowest <= measure <= highest:
            return name
    return ""


def _measures(key: str, value: JsonValue) -> Iterator[tuple[str, float]]:
    if isinstance(value, str):
        yield key, len(value)
    elif isinstance(value, int | float) and not isinstance(value, bool):
        yield key, value
    elif isinstance(value, list):
        yield key, len(value)
        for entry in value:
            if isinstance(entry, dict):
                yield from _pattern(entry)
    elif isinstance(value, dict) and key == "smsContent":
        for said in value.values():
            yield key, len(str(said))


def _pattern(entry: Tree) -> Iterator[tuple[str, float]]:
    for name in ("attempts", "intervalMinutes"):
        yield from _measures(name, entry[name])
    days = entry["days"]
    for day in days if isinstance(days, list) else []:
        yield from _measures("days", day)
