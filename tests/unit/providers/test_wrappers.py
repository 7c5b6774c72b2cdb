import pytest

from reconciler.clock import SystemClock
from reconciler.errors import Withheld
from reconciler.providers.wrappers import ReadOnlyProvider
from reconciler.resources.writes import Impossible, Operation, Write
from reconciler.testing.memory import MemoryProvider

SMS = "kore_sms_campaign"


@pytest.fixture
def inner() -> MemoryProvider:
    return MemoryProvider(SystemClock())


def test_nothing_can_be_sent(inner: MemoryProvider) -> None:
    guarded = ReadOnlyProvider(inner)
    write = Write(operation=Operation.CREATE, type=SMS, spec={"name": "New"})
    requests = guarded.requests(write)
    assert not isinstance(requests, Impossible)
    with pytest.raises(Withheld, match="was not sent"):
        guarded.send(requests[0])
    assert (inner.writes, inner.all()) == ([], ())


def test_reads_are_the_providers_own(inner: MemoryProvider) -> None:
    guarded = ReadOnlyProvider(inner)
    live = inner.put(SMS, {"name": "There", "format": "advanced"})
    assert guarded.list("sms").items == (live,)
    assert guarded.get(SMS, live.remote_id) == live
    assert guarded.contact_lists() is None
    assert guarded.capabilities == inner.capabilities
    assert guarded.requests_sent == inner.requests_sent == 3
