"""What Kore.ai's create and PUT accept: required fields by kind and version, shapes and limits.

From docs/vendors/kore.md 4. In a body that passes, every field that is read
later has the right type.
"""

import base64
import re
from collections.abc import Callable
from urllib.parse import unquote

from pydantic import JsonValue

from reconciler.resources.tree import Tree, at, has
from reconciler.simulator.kore.hours import check_hours
from reconciler.simulator.kore.switches import KoreSwitches
from reconciler.simulator.messages import Refused, branch, text

_SENDER = re.compile(r"\+?[A-Za-z0-9]{1,15}")
_E164 = re.compile(r"\+[1-9]\d{1,14}", re.ASCII)
MODES = ("Agentless", "Progressive", "Preview")
_ALWAYS = (
    *("name", "contactLists", "campaignType", "dialingStrategy.callerId.phoneNumber"),
    *(f"dialingStrategy.callingHours.{key}" for key in ("frequency", "timezone")),
)
_RANGES = {
    "dialingStrategy.maxAttemptsPerRecord": (1, 100),
    "dialingStrategy.defaultRetryPeriod": (1, 1440),
    "dialingStrategy.maxRingTime": (5, 120),
}
_VOICE = (
    *("description", "priority", "dialingMode", "dialingStrategy.dialingOrder"),
    *_RANGES,
)
_SMS = {
    "simple": ("format", "description", "priority", "message.message"),
    "template": ("format", "description", "priority", "message.message"),
    "advanced": ("format", "experienceFlowName"),
}
_BY_MODE = {
    "Agentless": ("experienceFlowName",),
    "Progressive": ("queue_name",),
    "Preview": ("queue_name", "maxSkips"),
}
_KNOWN = frozenset(
    {
        *("name", "description", "contactLists", "campaignType", "priority", "format", "message"),
        *("experienceFlowName", "queue_name", "maxSkips", "enableMachineDetect", "dialingMode"),
        *("dialingStrategy", "schedule", "dncLists"),
    }
)


def variant(channel: str, body: Tree) -> str:
    """simple, template, advanced or a dialing mode; raises Refused if the body is none of them."""
    if channel == "voice":
        mode = text(body, "dialingMode")
        if mode not in MODES:
            raise invalid("dialingMode must be Agentless, Progressive or Preview")
        return mode
    if channel != "sms":
        raise invalid("campaignType must be sms or voice")
    form = text(body, "format")
    if form not in ("simple", "advanced"):
        raise invalid("format must be simple or advanced")
    message = branch(body, "message")
    named = text(message, "template_name") or text(message, "templateId")
    return form if form == "advanced" or not named else "template"


def check(body: Tree, kind: str, *, api: str, switches: KoreSwitches, updating: bool) -> None:
    """Raise Refused for a body that create, or PUT if `updating`, does not accept."""
    for path in _required(kind, api, updating=updating):
        value = at(body, path)
        if value is None or (value == "" and path != "description") or value == []:
            raise invalid(f"{path} is required")
    if switches.unknown_keys == "refused":
        unknown = sorted(body.keys() - (_KNOWN if api == "v2" else _KNOWN - {"dncLists"}))
        if unknown:
            raise invalid(f"{unknown[0]} is not allowed")
    _check_shapes(body)
    _check_machine_detection(body, kind, api)
    check_hours(branch(branch(body, "dialingStrategy"), "callingHours"), switches)
    check_texts(body, kind, switches)


def _required(kind: str, api: str, *, updating: bool) -> tuple[str, ...]:
    if kind not in MODES:
        extra = ("description", "priority") if updating and kind == "advanced" else ()
        return (*_ALWAYS, *_SMS[kind], *extra)
    found = [*_ALWAYS, *_VOICE, *_BY_MODE[kind]]
    if api == "v2":
        found.append("dncLists.name")
    if api == "v1" or (kind == "Agentless" and not updating):
        found.append("enableMachineDetect")
    return tuple(found)


def _check_shapes(body: Tree) -> None:
    for path in ("name", "description", "priority", "experienceFlowName", "queue_name"):
        _typed(body, path, lambda value: isinstance(value, str), "a string")
    for path in ("message.message", "message.template_name", "dncLists.name"):
        _typed(body, path, lambda value: isinstance(value, str), "a string")
    _typed(body, "dncLists", lambda value: isinstance(value, dict), "an object")
    _typed(body, "contactLists", _is_texts, "a list of names")
    _typed(
        body, "schedule.isSchedulingEnabled", lambda value: isinstance(value, bool), "true or false"
    )


def _check_machine_detection(body: Tree, kind: str, api: str) -> None:
    if kind not in MODES or "enableMachineDetect" not in body:
        return
    value = body["enableMachineDetect"]
    if api == "v1" and not isinstance(value, bool):
        raise invalid("enableMachineDetect must be true or false")
    if api == "v2" and kind == "Agentless" and value not in ("no", "detect", "disconnect"):
        raise invalid("enableMachineDetect must be no, detect or disconnect")


def check_limits(body: Tree, kind: str, switches: KoreSwitches) -> None:
    """Raise Refused for fields above their documented limits."""
    for key, limit in (("name", 48), ("description", 256)):
        value = text(body, key)
        length = len(value) if switches.length_in == "characters" else len(value.encode())
        if length > limit:
            raise invalid(f"{key} is longer than {limit} {switches.length_in}")
    if "priority" in body and body["priority"] not in ("1", "2", "3", "4", "5"):
        raise invalid("priority must be 1 to 5, as a string")
    lists = body.get("contactLists")
    if isinstance(lists, list) and len(lists) > 10:
        raise invalid("contactLists has more than 10 names")
    number = str(at(body, "dialingStrategy.callerId.phoneNumber"))
    if kind in MODES:
        _check_dialing(body, number, switches)
    elif not _SENDER.fullmatch(number):
        raise invalid("dialingStrategy.callerId.phoneNumber is not a sender")
    if kind == "simple" and len(message_text(body)) > switches.sms_limit:
        raise invalid("message.message is too long")


def _check_dialing(body: Tree, number: str, switches: KoreSwitches) -> None:
    if not _E164.fullmatch(number):
        raise invalid("dialingStrategy.callerId.phoneNumber is not an E.164 number")
    if at(body, "dialingStrategy.dialingOrder") not in ("FIFO", "LIFO"):
        raise invalid("dialingStrategy.dialingOrder must be FIFO or LIFO")
    for path, (lowest, highest) in {**_RANGES, "maxSkips": switches.max_skips}.items():
        value = at(body, path)
        if not has(body, path):
            continue
        if not isinstance(value, int) or isinstance(value, bool) or not lowest <= value <= highest:
            raise invalid(f"{path} must be a whole number from {lowest} to {highest}")


def _typed(body: Tree, path: str, test: Callable[[JsonValue], bool], wanted: str) -> None:
    if has(body, path) and not test(at(body, path)):
        raise invalid(f"{path} must be {wanted}")


def _is_texts(value: JsonValue) -> bool:
    return isinstance(value, list) and all(isinstance(item, str) and item for item in value)


def invalid(message: str) -> Refused:
    """A refusal of the body."""
    return Refused("invalid", message)


# What Kore.ai accepts as a name and as the text of a plain SMS (docs/vendors/kore.md 7.4, 14.22).

_SAMPLED = re.compile(r"[A-Za-z0-9 .|-]*")
_VARIABLE = re.compile(r"\{\{\s*[\w.]+\s*\}\}")


def message_text(body: Tree) -> str:
    """The text as people read it; it was sent plain or as base64, percent-encoded or not."""
    said = text(branch(body, "message"), "message")
    try:
        return base64.b64decode(unquote(said), validate=True).decode()
    except ValueError:
        return said


def check_texts(body: Tree, kind: str, switches: KoreSwitches) -> None:
    """Raise Refused for characters of a name and variables of a text that a switch excludes."""
    if switches.name_characters == "as_in_samples" and not _SAMPLED.fullmatch(text(body, "name")):
        raise Refused("invalid", "name has a character that is not allowed")
    if kind != "simple" or switches.message_variables == "any":
        return
    found = message_text(body)
    if switches.message_variables == "double_braces":
        found = _VARIABLE.sub("", found)
    if "{" in found or "}" in found:
        raise Refused("invalid", "message.message has a variable that is not known")
