"""Pydantic's errors into diagnostics at the place in the file, in words for people.

Used for manifests and the project file. Never shows a value: only keys, paths and limits.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from pydantic import BaseModel, JsonValue, ValidationError
from pydantic_core import ErrorDetails

from reconciler.address import Address
from reconciler.diagnostics import Diagnostic, error
from reconciler.located_yaml.node import Document, Loc, Node
from reconciler.suggestions import did_you_mean, nearest

Context = Mapping[str, object]
_KEY = re.compile(r"[A-Za-z]{1,32}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """What was validated: a node of a document, by a model, under a name such as `spec`."""

    document: Document
    node: Node
    model: type[BaseModel]
    prefix: Loc = ()
    refused: Mapping[str, str] = field(default_factory=dict)
    """Unknown keys with a specific reason for their refusal."""
    unnamed: frozenset[str] = frozenset()
    """Keys below which an unknown key is not repeated: it may be a misplaced credential.

    If there are any, an unknown key elsewhere is repeated only if it looks like a key.
    """
    address: Address | None = None

    def problem(self, code: str, summary: str, detail: str = "", *, loc: Loc = ()) -> Diagnostic:
        """An error about the value at `loc`, or about a missing value there."""
        node, found = self.node.nearest(loc)
        exact = found == len(loc) and loc
        place = self.document.value_range(node) if exact else self.document.key_range(node)
        return error(code, summary, detail, source=place, address=self.address)


def dotted(loc: Iterable[int | str]) -> str:
    """A path as people write it: `spec.contactLists[0]`."""
    text = ""
    for step in loc:
        text += f"[{step}]" if isinstance(step, int) else f".{step}" if text else step
    return text


def problems(fault: ValidationError, subject: Subject) -> list[Diagnostic]:
    """One diagnostic per wrong value; the branches of a union are reported together.

    A missing key is not reported if an unknown key was probably meant to be it.
    """
    grouped: dict[tuple[Loc, bool], list[ErrorDetails]] = {}
    for details in fault.errors(include_url=False, include_input=False):
        loc = details["loc"]
        alone = details["type"] in ("missing", "extra_forbidden")
        found = len(loc) if alone else subject.node.nearest(loc)[1]
        grouped.setdefault((loc[:found], alone), []).append(details)
    meant = {
        (*loc[:-1], nearest(str(loc[-1]), known_keys(subject.model, loc[:-1])))
        for (loc, _), group in grouped.items()
        if group[0]["type"] == "extra_forbidden"
    }
    return [
        _unknown(subject, loc)
        if group[0]["type"] == "extra_forbidden"
        else _wrong(subject, loc, group)
        for (loc, _), group in grouped.items()
        if not (group[0]["type"] == "missing" and loc in meant)
    ]


def _unknown(subject: Subject, loc: Loc) -> Diagnostic:
    key = str(loc[-1])
    path = dotted((*subject.prefix, *loc))
    node = subject.node.at(*loc)
    place = subject.document.key_range(node or subject.node)
    reason = subject.refused.get(key)
    if reason is not None:
        return error("refused-key", f"{path}: {reason}", source=place, address=subject.address)
    known = known_keys(subject.model, loc[:-1])
    detail = did_you_mean(key, known)
    if subject.unnamed and nearest(key, known) is None and not _nameable(subject, loc):
        path = f"in {dotted((*subject.prefix, *loc[:-1]))}"
    return error(
        "unknown-key", f"unknown key {path}", detail, source=place, address=subject.address
    )


def _nameable(subject: Subject, loc: Loc) -> bool:
    """Whether an unknown key cannot be a credential: keys have letters only."""
    return subject.unnamed.isdisjoint(loc[:-1]) and _KEY.fullmatch(str(loc[-1])) is not None


def _wrong(subject: Subject, loc: Loc, group: list[ErrorDetails]) -> Diagnostic:
    inner = group[0].get("ctx", {}).get("key")
    if isinstance(inner, int | str):  # reported for the whole value, but about a part of it
        loc = (*loc, inner)
    node = subject.node.at(*loc)
    value = None if node is None else node.value
    phrases = list(dict.fromkeys(_phrase(details, value) for details in group))
    path = dotted((*subject.prefix, *loc))
    code = _CODES.get(group[0]["type"], group[0]["type"].replace("_", "-"))
    if all(text.startswith("must be ") for text in phrases):
        summary = f"{path} must be " + " or ".join(
            text.removeprefix("must be ") for text in phrases
        )
    else:
        own = group[0]["type"] in _PHRASES
        summary = f"{path} {phrases[0]}" if own else f"{path}: {phrases[0]}"
    return subject.problem(code, summary.lstrip(": "), loc=loc)


def _phrase(details: ErrorDetails, value: JsonValue) -> str:
    phrase = _PHRASES.get(details["type"])
    if phrase is None:
        return details["msg"]
    return phrase(details.get("ctx", {}), value)


def _fixed(text: str) -> Callable[[Context, JsonValue], str]:
    return lambda _context, _value: text


def _limit(text: str, name: str) -> Callable[[Context, JsonValue], str]:
    return lambda context, _value: text.format(context[name])


def _text_wanted(_: Context, value: JsonValue) -> str:
    if isinstance(value, int | float):
        return "must be text; put quotes around it"
    return "must be text"


def _too_long(context: Context, value: JsonValue) -> str:
    length = len(value) if isinstance(value, str) else "too many"
    return f"is {length} characters long; at most {context['max_length']} are allowed"


def _one_of(context: Context, value: JsonValue) -> str:
    words = str(context["expected"]).replace("'", "").replace("False", "false")
    listed = words.replace("True", "true").replace(" or ", ", ").split(", ")
    if len(listed) == 1:
        return f"must be {listed[0]}"
    meant = nearest(value, listed) if isinstance(value, str) else None
    question = f"; did you mean {meant}?" if meant else ""
    return f"must be one of {', '.join(listed)}{question}"


_PHRASES: Mapping[str, Callable[[Context, JsonValue], str]] = {
    "missing": _fixed("is required"),
    "string_type": _text_wanted,
    "string_too_long": _too_long,
    "string_too_short": _fixed("must not be empty"),
    "too_short": lambda context, _: f"needs at least {context['min_length']} entry",
    "too_long": lambda context, _: (
        f"has {context['actual_length']} entries; at most {context['max_length']} are allowed"
    ),
    "int_type": _fixed("must be a whole number"),
    "float_type": _fixed("must be a number"),
    "bool_type": _fixed("must be true or false"),
    "list_type": _fixed("must be a list"),
    "tuple_type": _fixed("must be a list"),
    "dict_type": _fixed("must be a mapping"),
    "model_type": _fixed("must be a mapping"),
    "literal_error": _one_of,
    "enum": _one_of,
    "greater_than": _limit("must be more than {}", "gt"),
    "greater_than_equal": _limit("must be at least {}", "ge"),
    "less_than_equal": _limit("must be at most {}", "le"),
}
_CODES = {
    "missing": "missing-field",
    "string_too_long": "too-long",
    "string_too_short": "too-short",
    "literal_error": "not-allowed-value",
    "enum": "not-allowed-value",
    "greater_than": "out-of-range",
    "greater_than_equal": "out-of-range",
    "less_than_equal": "out-of-range",
    **dict.fromkeys(
        (
            "string_type",
            "int_type",
            "float_type",
            "bool_type",
            "list_type",
            "tuple_type",
            "dict_type",
            "model_type",
        ),
        "wrong-type",
    ),
}


@lru_cache(1024)
def known_keys(model: type[BaseModel], loc: Loc) -> tuple[str, ...]:
    """The keys that a model accepts at `loc`, from its JSON Schema."""
    whole = _schema(model)
    places = list(_resolved(whole, whole))
    for step in loc:
        places = [below for place in places for below in _below(place, step, whole)]
    return tuple(key for place in places for key in _mapping(place.get("properties")))


@lru_cache
def _schema(model: type[BaseModel]) -> dict[str, JsonValue]:
    return model.model_json_schema()


def _mapping(value: JsonValue) -> dict[str, JsonValue]:
    return value if isinstance(value, dict) else {}


def _resolved(
    place: dict[str, JsonValue], whole: dict[str, JsonValue]
) -> Iterator[dict[str, JsonValue]]:
    """A schema, the schemas it refers to, and its alternatives."""
    reference = place.get("$ref")
    if isinstance(reference, str):
        name = reference.rpartition("/")[2]
        yield from _resolved(_mapping(_mapping(whole.get("$defs")).get(name)), whole)
    alternatives = place.get("anyOf")
    for alternative in alternatives if isinstance(alternatives, list) else ():
        yield from _resolved(_mapping(alternative), whole)
    yield place


def _below(
    place: dict[str, JsonValue], step: int | str, whole: dict[str, JsonValue]
) -> Iterator[dict[str, JsonValue]]:
    if isinstance(step, int):
        yield from _resolved(_mapping(place.get("items")), whole)
        return
    named = _mapping(place.get("properties")).get(step, place.get("additionalProperties"))
    yield from _resolved(_mapping(named), whole)
