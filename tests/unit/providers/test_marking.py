from dataclasses import replace

import pytest

from reconciler.providers.marking import MarkingProvider
from reconciler.resources.base import Live
from reconciler.resources.snapshot import Listing
from reconciler.resources.tree import Tree
from reconciler.resources.writes import Impossible, Operation, PlannedRequest, Write
from reconciler.testing.clock import ManualClock
from reconciler.testing.memory import MemoryProvider

SMS, CARE = "kore_sms_campaign", "carecycle_campaign"
MARK = "0123abcd-4567ef89"


def marking(provider: str = "kore") -> tuple[MarkingProvider, MemoryProvider]:
    inner = MemoryProvider(ManualClock(), provider=provider)
    return MarkingProvider(inner), inner


class Listed(MemoryProvider):
    """A vendor that lists this campaign."""

    def __init__(self, row: Live) -> None:
        super().__init__(ManualClock())
        self._row = row

    def list(self, channel: str) -> Listing:
        """See `Provider.list`."""
        return Listing(channel, (self._row,))


def requests(provider: MarkingProvider, write: Write) -> tuple[PlannedRequest, ...]:
    found = provider.requests(write)
    assert not isinstance(found, Impossible)
    return found


def creation(spec: Tree, type_: str = SMS, mark: str = MARK) -> Write:
    return Write(operation=Operation.CREATE, type=type_, spec=spec, marker=mark)


def test_a_create_carries_the_mark_and_readings_do_not_show_it() -> None:
    provider, inner = marking()
    (request,) = requests(provider, creation({"name": "x", "description": "Text."}))
    assert request.body == {"name": "x", "description": f"Text. [rc-{MARK}]"}
    answer = provider.send(request)
    assert answer.live is not None
    (row,) = provider.list("sms").items
    full = provider.get(SMS, row.remote_id)
    assert full is not None
    for live in (answer.live, row, full):
        assert live.spec["description"] == "Text."
        assert live.observed["marker"] == MARK
    assert inner.all()[0].spec["description"] == f"Text. [rc-{MARK}]"


@pytest.mark.parametrize("description", ["x" * 240, "ü" * 120])
def test_a_description_without_room_goes_unmarked(description: str) -> None:
    provider, _ = marking()
    (request,) = requests(provider, creation({"name": "x", "description": description}))
    assert request.body == {"name": "x", "description": description}


def test_a_create_without_a_mark_is_left_as_it_is() -> None:
    provider, _ = marking()
    (request,) = requests(provider, creation({"name": "x", "description": "Text."}, mark=""))
    assert request.body == {"name": "x", "description": "Text."}


def test_only_the_first_of_two_requests_is_marked() -> None:
    provider, _ = marking("carecycle")
    first, second = requests(provider, creation({"name": "x", "enablePulse": True}, CARE))
    assert first.body == {"name": "x", "description": f"[rc-{MARK}]"}
    assert second.body == {"enablePulse": True}


def test_an_update_keeps_the_mark_that_was_read() -> None:
    provider, inner = marking()
    inner.put(SMS, {"name": "x", "description": f"Text. [rc-{MARK}]", "priority": "5"})
    (live,) = provider.list("sms").items
    spec: Tree = {"name": "x", "description": "New text.", "priority": "1"}
    (request,) = requests(
        provider, Write(operation=Operation.UPDATE, type=SMS, spec=spec, live=live)
    )
    assert request.body is not None
    assert request.body["description"] == f"New text. [rc-{MARK}]"


def test_a_mark_of_the_first_release_is_kept_as_it_is() -> None:
    provider, inner = marking()
    inner.put(SMS, {"name": "x", "description": "Text. [rc-0123abcd]", "priority": "5"})
    (live,) = provider.list("sms").items
    spec: Tree = {"name": "x", "description": "New text."}
    (request,) = requests(
        provider, Write(operation=Operation.UPDATE, type=SMS, spec=spec, live=live)
    )
    assert request.body is not None
    assert request.body["description"] == "New text. [rc-0123abcd]"


def test_a_key_of_the_vendor_is_no_mark() -> None:
    _, inner = marking()
    plain = inner.put(SMS, {"name": "x", "description": "Text."})
    odd = replace(plain, observed={"marker": MARK, "other": 1})
    provider = MarkingProvider(Listed(odd))
    assert provider.list("sms").items == (replace(odd, observed={"other": 1}),)


def test_what_has_no_mark_passes_through() -> None:
    provider, inner = marking()
    inner.put(SMS, {"name": "x", "description": "Text."})
    assert provider.list("sms") == inner.list("sms")
    assert provider.get(SMS, "cd-9") is None
    assert provider.contact_lists() is None
    assert provider.capabilities == inner.capabilities
    assert provider.requests_sent == inner.requests_sent
