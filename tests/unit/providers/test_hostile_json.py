"""Answers that no vendor documents: whatever they contain, a reading fails with our own message."""

import json
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import UTC

import pytest
from pydantic import JsonValue

from reconciler.errors import ReconcilerError
from reconciler.providers.base import Provider
from reconciler.providers.http import TransportProblem
from reconciler.providers.wire import WireResponse
from reconciler.resources.base import Live
from reconciler.resources.tree import canonical_json
from tests.support import scripted_vendor

RAW = (
    *("NaN", "-Infinity", "1e999", "-1", "1.5", "1e308", "1e-400", "9" * 400, "9" * 4300),
    *("9" * 5000, "null", "true", "{}", "[]", '""', '" "', "[[1]]", '["x", 7, null]', '{"a": {}}'),
    *('"\\ud800"', '"\\u0000"', '"2026-13-45T99:99:99Z"', '"0001-01-01T00:00:00+23:59"'),
    *('"9999-12-31T23:59:59-23:59"', f'"{"x" * 5000}"', "[" * 90 + "]" * 90, "[" * 9999),
)
UNREADABLE = {"NaN", "-Infinity", "1e999", "1e308", "9" * 400, "9" * 4300, "9" * 5000, "[" * 9999}
HOLE = "\0hole\0"
Path = tuple[str | int, ...]
Vendor = tuple[Callable[..., Provider], str, str]
VENDORS: dict[str, tuple[Vendor, JsonValue]] = {
    "kore list": (
        (scripted_vendor.kore, "sms", ""),
        json.loads(
            scripted_vendor.kore_page([scripted_vendor.kore_row(1, createdAt="2026-01-01")]).body
        ),
    ),
    "kore get": (
        (scripted_vendor.kore, "sms", "cd-e7110489-a30a-5d1e-80ee-f246cc800000"),
        scripted_vendor.sample("kore_v2_get_sms"),
    ),
    "carecycle list": (
        (scripted_vendor.care, "campaigns", ""),
        json.loads(scripted_vendor.care_page([scripted_vendor.care_row(1)]).body),
    ),
    "carecycle get": (
        (scripted_vendor.care, "campaigns", scripted_vendor.care_id(1)),
        {
            "campaign": scripted_vendor.care_row(
                1, createdAt="2026-01-01T00:00:00Z", settings={"a": [1]}
            )
        },
    ),
}


def places(value: JsonValue, path: Path = ()) -> Iterator[Path]:
    yield path
    if isinstance(value, dict):
        for key, below in value.items():
            yield from places(below, (*path, key))
    elif isinstance(value, list):
        for index, below in enumerate(value[:2]):
            yield from places(below, (*path, index))


def with_hole(value: JsonValue, path: Path) -> JsonValue:
    if not path:
        return HOLE
    step, *rest = path
    if isinstance(value, dict):
        key = str(step)
        return {**value, key: with_hole(value[key], tuple(rest))}
    assert isinstance(value, list)
    assert isinstance(step, int)
    return [with_hole(one, tuple(rest)) if at == step else one for at, one in enumerate(value)]


def reading(vendor: Vendor, body: bytes) -> list[Live]:
    make, channel, id_ = vendor
    provider = make(scripted_vendor.script(WireResponse(200, {}, body)))
    if not id_:
        return list(provider.list(channel).items)
    type_ = "kore_sms_campaign" if channel == "sms" else "carecycle_campaign"
    found = provider.get(type_, id_)
    return [] if found is None else [found]


@pytest.mark.parametrize("what", VENDORS)
def test_a_reading_fails_in_its_own_words_or_can_be_kept(what: str) -> None:
    vendor, good = VENDORS[what]
    assert reading(vendor, json.dumps(good).encode())
    for path in places(good):
        shape = json.dumps(with_hole(good, path))
        for raw in RAW:
            body = shape.replace(json.dumps(HOLE), raw).encode()
            with suppress(ReconcilerError):
                for live in reading(vendor, body):
                    assert raw not in UNREADABLE
                    canonical_json([live.spec, live.observed, live.status, live.run]).encode()
                    assert live.created_at is None or live.created_at.astimezone(UTC).year > 1900


@pytest.mark.parametrize("raw", RAW)
@pytest.mark.parametrize("make", [scripted_vendor.kore, scripted_vendor.care])
def test_a_write_is_answered_or_unclear(make: Callable[..., Provider], raw: str) -> None:
    for body in (raw, f'{{"id": {raw}}}', f'{{"data": {{"_id": {raw}}}, "status": {raw}}}'):
        for status in (200, 429, 500):
            text = body.replace('"status"', '"retryAfter": 1, "code"') if status == 429 else body
            answer = WireResponse(
                status, {"retry-after": raw[:200], "date": raw[:200]}, text.encode()
            )
            with suppress(TransportProblem):
                make(scripted_vendor.script(answer)).send(scripted_vendor.create())


def test_a_wish_to_wait_is_read_from_any_body() -> None:
    for raw in RAW:
        answer = WireResponse(429, {}, f'{{"retryAfter": {raw}}}'.encode())
        with suppress(TransportProblem):
            scripted_vendor.care(scripted_vendor.script(answer)).send(scripted_vendor.create())
