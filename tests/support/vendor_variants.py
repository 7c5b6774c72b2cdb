"""Shapes in which a vendor may answer, as data: each is one row, each means the same campaign.

A row changes the simulator's answers on their way to the client. To add a shape, add a row: give it
a name, and a function that changes a record, a page or a whole body. `expects` is the sentence that
people read; without it, nothing may be reported and no plan may have a change.
"""

import html
import json
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta, timezone
from unicodedata import normalize

from pydantic import JsonValue

from reconciler.providers.wire import WireRequest, WireResponse
from reconciler.resources.message_text import decoded, encodings
from reconciler.resources.tree import Tree, at, has, leaves, overlay, unflatten
from reconciler.resources.windows import parse_end, parse_time
from reconciler.simulator.core import Reaction

Change = Callable[[Tree], Tree]
DAYS_PATH = "dialingStrategy.callingHours.days"
FULL_DAYS = dict(
    zip(
        ("MO", "TU", "WE", "TH", "FR", "SA", "SU"),
        ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
        strict=True,
    )
)
NAMELESS = "without a name"
RESPELLED = "in place of the documented keys"


@dataclass(frozen=True, slots=True, kw_only=True)
class Variant:
    """One shape. `campaign` names the manifest of `CAMPAIGNS` that it is about."""

    campaign: str
    record: Change | None = None
    """Changes every record of a campaign: single ones, list rows and answers to writes."""
    page: Change | None = None
    """Changes a page of the listing."""
    body: Change | None = None
    """Changes every body."""
    lists_by_id: bool = False
    """Whether records name contact lists by id."""
    switches: Tree = field(default_factory=dict)
    expects: str = ""
    """What `plan` says about it; "" for nothing."""
    imported_expects: str | None = None
    """What `plan` says about the manifest that `import` wrote; None if it says the same."""

    @property
    def of_records(self) -> bool:
        """Whether it changes one campaign only, so that others may live beside it."""
        return not (self.page or self.body or self.switches or self.expects)


class ChangedAnswers:
    """A reaction of the simulator, with the answers of one vendor in other shapes."""

    def __init__(
        self,
        react: Callable[[WireRequest], Reaction],
        variants: Mapping[str, Variant],
        *,
        vendor: str = "",
        lists: Mapping[str, str] | None = None,
    ) -> None:
        """`variants` are by the name of the campaign that is changed, "" for every other.

        Only the variant of "" changes pages and bodies. `vendor` is `kore` or `carecycle`, "" for
        both. `lists` are ids of contact lists by name.
        """
        self._vendor = vendor
        self._react = react
        self._variants = variants
        self._whole = variants.get("", _NONE)
        self._list_ids = lists or {}

    def __call__(self, request: WireRequest) -> Reaction:
        """React as before, and change the answer's body."""
        reaction = self._react(request)
        response = reaction.response
        vendor = "kore" if "/public/" in request.path else "carecycle"
        if response is None or not response.body or self._vendor not in ("", vendor):
            return reaction
        return replace(reaction, response=self._changed(response))

    def _changed(self, response: WireResponse) -> WireResponse:
        body = _with_records(json.loads(response.body), self._record)
        if self._whole.page is not None:
            body = _with_page(body, self._whole.page)
        if self._whole.body is not None:
            body = self._whole.body(body)
        return replace(response, body=json.dumps(body).encode())

    def _record(self, record: Tree) -> Tree:
        variant = self._variants.get(str(record.get("name")), self._whole)
        if variant.record is not None:
            record = variant.record(record)
        if variant.lists_by_id:
            return lists(lambda names: [self._list_ids[name] for name in names])(record)
        return record


_NONE = Variant(campaign="")


def _with_records(body: Tree, change: Change) -> Tree:
    found = dict(body)
    for key in ("campaign", "data"):
        value = found.get(key)
        if isinstance(value, dict) and ("name" in value or "createdAt" in value):
            found[key] = change(value)
    rows = at(body, "data.results")
    if isinstance(rows, list):
        found["data"] = {**_tree(body["data"]), "results": [change(_tree(row)) for row in rows]}
    items = body.get("items")
    if isinstance(items, list):
        found["items"] = [change(_tree(item)) for item in items]
    return found


def _with_page(body: Tree, change: Change) -> Tree:
    if at(body, "data.results") is not None:
        return {**body, "data": change(_tree(body["data"]))}
    return change(body) if "items" in body else body


def _tree(value: JsonValue) -> Tree:
    assert isinstance(value, dict)
    return value


# Changes of records.


def each(path: str, change: Callable[[JsonValue], JsonValue]) -> Change:
    """The record with another value at `path`, if it has one there."""

    def changed(record: Tree) -> Tree:
        if not has(record, path):
            return record
        return overlay(record, unflatten([(path, change(at(record, path)))]))

    return changed


def fixed(path: str, value: JsonValue) -> Change:
    """The record with this value at `path`, if it has one there."""
    return each(path, lambda _: value)


def added(**more: JsonValue) -> Change:
    """The record with more keys."""
    return lambda record: {**record, **more}


def without(*keys: str) -> Change:
    """The record without some keys."""
    return lambda record: {key: value for key, value in record.items() if key not in keys}


def text(change: Callable[[str], str]) -> Callable[[JsonValue], JsonValue]:
    """A change of texts only; in a message, of the text that is encoded, too."""

    def changed(value: JsonValue) -> JsonValue:
        if not isinstance(value, str):
            return value
        plain = decoded(value)
        if plain is None:
            return change(value)
        return encodings(change(plain))[encodings(plain).index(value)]

    return changed


def windows(change: Callable[[Tree], Tree]) -> Change:
    """The record with every calling window changed."""
    return each(
        DAYS_PATH,
        lambda days: [change(_tree(one)) for one in days] if isinstance(days, list) else days,
    )


def times(form: Callable[[str, int], str]) -> Change:
    """The record with every time in another form, from its text and its minutes."""

    def changed(window: Tree) -> Tree:
        start, end = str(window["start"]), str(window["end"])
        first, last = parse_time(start), parse_end(end)
        assert first is not None
        assert last is not None
        return {**window, "start": form(start, first), "end": form(end, last)}

    return windows(changed)


def clock(seconds: str = "") -> Callable[[str, int], str]:
    """A time on a clock of 24 hours."""
    return lambda _, minutes: f"{minutes // 60:02}:{minutes % 60:02}{seconds}"


def more_windows(*windows_: Tree) -> Change:
    """The record with further entries in its days."""
    return each(DAYS_PATH, lambda days: [*days, *windows_] if isinstance(days, list) else days)


def lists(change: Callable[[list[str]], list[JsonValue]]) -> Change:
    """The record with its contact lists in another form."""
    return each(
        "contactLists",
        lambda names: change([str(one) for one in names]) if isinstance(names, list) else names,
    )


def snake_case(tree: Tree) -> Tree:
    """The same with every key in snake_case."""
    return {
        re.sub(r"(?<=[a-z0-9])([A-Z])", r"_\1", key).lower(): snake_case(value)
        if isinstance(value, dict)
        else value
        for key, value in tree.items()
    }


def as_text(*paths: str) -> Change:
    """Numbers and flags as text."""
    return _each_of(paths, lambda value: json.dumps(value) if value is not None else None)


def as_float(*paths: str) -> Change:
    """Whole numbers with a fraction of zero."""
    return _each_of(paths, lambda value: float(value) if isinstance(value, int) else value)


def _each_of(paths: Iterable[str], change: Callable[[JsonValue], JsonValue]) -> Change:
    def changed(record: Tree) -> Tree:
        for path in paths:
            record = each(path, change)(record)
        return record

    return changed


def escaped(value: str) -> str:
    """As HTML shows it."""
    return html.escape(value)


def in_kolkata(value: JsonValue) -> JsonValue:
    """A moment on another zone's clock."""
    zone = timezone(timedelta(hours=5, minutes=30))
    return (
        datetime.fromisoformat(value).astimezone(zone).isoformat()
        if isinstance(value, str)
        else value
    )


def decomposed(value: str) -> str:
    """In Unicode's NFD."""
    return normalize("NFD", value)


def every_leaf(prefix: str, change: Callable[[JsonValue], JsonValue]) -> Change:
    """The record with every value below `prefix` changed."""

    def changed(record: Tree) -> Tree:
        below = at(record, prefix)
        if not isinstance(below, dict):
            return record
        return overlay(
            record, unflatten((f"{prefix}.{path}", change(v)) for path, v in leaves(below))
        )

    return changed


def nameless_row(record: Tree) -> Tree:
    """Another campaign of the account without its name."""
    other = record.get("description") == "Not ours."
    return without("name", "lname")(record) if other else record
