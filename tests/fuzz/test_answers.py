"""Answers of both vendors, to readings and to writes, in bytes that no vendor documents."""

import json
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import JsonValue

from reconciler.errors import ReconcilerError
from reconciler.providers.base import Provider
from reconciler.providers.http import TransportProblem
from reconciler.providers.wire import Handler, WireResponse
from reconciler.resources.base import Live
from reconciler.resources.tree import canonical_json
from reconciler.simulator.messages import JSON_TYPE
from tests.fuzz.edits import (
    CANARY,
    MOMENTS,
    brief,
    edited,
    edited_tree,
    outcome,
    require_discreet,
    require_usable,
)
from tests.support import scripted_vendor
from tests.support.scripted_vendor import (
    care,
    care_id,
    care_page,
    care_row,
    kore,
    kore_page,
    kore_row,
    sample,
)


def tree_of(answer: WireResponse) -> JsonValue:
    found: JsonValue = json.loads(answer.body)
    return found


STATUSES = st.sampled_from((200, 201, 204, 302, 400, 401, 403, 404, 409, 422, 429, 500, 503))
KORE_ROW = kore_row(1, createdAt="2026-01-01", description=CANARY)
CARE_ROW = care_row(1, createdAt="2026-01-01T00:00:00Z", description=CANARY)
CREATED: JsonValue = {"id": "cd-1", "data": {"_id": "cd-1"}, "status": "success", "message": "x"}
Make = Callable[[Handler], Provider]
Reading = Callable[[Provider], object]
READINGS: dict[str, tuple[Make, Reading, JsonValue]] = {
    "kore list": (kore, lambda one: one.list("sms").items, tree_of(kore_page([KORE_ROW]))),
    "kore get": (
        kore,
        lambda one: [one.get("kore_sms_campaign", "cd-e7110489-a30a-5d1e-80ee-f246cc800000")],
        sample("kore_v2_get_sms"),
    ),
    "kore contact lists": (
        kore,
        lambda one: one.contact_lists(),
        {"status": "success", "data": {"results": [{"name": "May", "totalRecords": 3}]}},
    ),
    "carecycle list": (
        care,
        lambda one: one.list("campaigns").items,
        tree_of(care_page([CARE_ROW])),
    ),
    "carecycle get": (
        care,
        lambda one: [one.get("carecycle_campaign", care_id(1))],
        {"campaign": CARE_ROW},
    ),
}


def bodies(good: JsonValue) -> st.SearchStrategy[bytes]:
    return edited(json.dumps(good).encode()) | edited_tree(good).map(
        lambda value: json.dumps(value).encode()
    )


@st.composite
def answers(draw: st.DrawFn, good: JsonValue) -> WireResponse:
    text = draw(MOMENTS).encode("ascii", "replace").decode()
    stated = draw(st.sampled_from((JSON_TYPE, {}, {"content-type": text})))
    body = draw(bodies(good))
    return WireResponse(draw(STATUSES), {"retry-after": text, "date": text, **stated}, body)


@pytest.mark.parametrize("what", READINGS)
@brief
@given(data=st.data())
def test_what_is_read_can_be_compared_stored_and_printed(what: str, data: st.DataObject) -> None:
    make, reading, good = READINGS[what]
    provider = make(scripted_vendor.script(data.draw(answers(good))))
    found = outcome(lambda: reading(provider))
    if isinstance(found, ReconcilerError):
        require_discreet(found)
    for live in found if isinstance(found, tuple | list) else ():
        if isinstance(live, Live):
            text = canonical_json([live.spec, live.observed, live.status, live.run, live.name])
            assert CANARY not in text
            text.encode()
            require_usable(live.created_at)


@pytest.mark.parametrize("make", [kore, care])
@brief
@given(answer=answers(CREATED))
def test_a_write_is_answered_or_unclear(make: Make, answer: WireResponse) -> None:
    provider = make(scripted_vendor.script(answer))
    try:
        said = outcome(lambda: provider.send(scripted_vendor.create()))
    except TransportProblem as problem:
        said = str(problem)
    require_discreet(said)
