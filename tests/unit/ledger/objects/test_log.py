import obstore
import pytest
from obstore.store import MemoryStore

from reconciler.clock import SystemClock
from reconciler.errors import LedgerFailed
from reconciler.ledger.objects.layout import Layout, LogStep, encode_object
from reconciler.ledger.objects.log import EntryChanges, LogState, ObjectLog
from tests.support.watched_store import WatchedStore

LAYOUT = Layout("prod")


@pytest.fixture
def native() -> MemoryStore:
    return MemoryStore()


def client(native: MemoryStore) -> ObjectLog:
    return ObjectLog(WatchedStore(native), LAYOUT, SystemClock())


def drafted(state: LogState, key: str) -> EntryChanges:
    draft = EntryChanges(state)
    draft.put("record", key, "{}")
    return draft


def test_a_draft_is_read_as_if_it_were_written(native: MemoryStore) -> None:
    draft = drafted(client(native).read(), "a")
    assert (draft.get("record", "a"), draft.get("record", "b")) == ("{}", None)
    draft.remove("record", "a")
    assert draft.get("record", "a") is None
    assert (draft.puts, draft.removes) == ((), ())


def test_one_of_two_writers_gets_what_the_other_wrote(native: MemoryStore) -> None:
    one, two = client(native), client(native)
    first, second = one.read(), two.read()
    assert one.append(first, "one", draft=drafted(first, "a")) is True
    assert two.append(second, "two", draft=drafted(second, "b")) is False
    assert (second.entries, second.lock_id) == (first.entries, "one")
    assert two.append(second, "two", draft=drafted(second, "b")) is True
    assert [key for _, key, _ in client(native).read().rows()] == ["a", "b"]


def test_every_reader_of_a_closed_generation_gets_the_same_result(native: MemoryStore) -> None:
    one, two = client(native), client(native)
    state = one.read()
    one.append(state, "one", draft=drafted(state, "a"))
    assert one.close(state, "one") is True
    other = two.read()
    assert other.closed is True
    assert one.compact(state) is True
    assert two.compact(other) is True
    assert state == other == client(native).read()
    assert (state.generation, state.serial, state.closed) == (2, 1, False)


def test_an_old_generation_cannot_be_compacted(native: MemoryStore) -> None:
    one, late = client(native), client(native)
    state = one.read()
    one.close(state, "one")
    past = late.read()
    for _ in range(2):
        assert one.compact(state) is True
        one.close(state, "one")
    assert late.compact(past) is False


STEP = LogStep(id="i", lock_id="mine", lineage="line", serial=1, puts=(("record", "a", "{}"),))


@pytest.mark.parametrize(
    "wrong",
    [
        LogStep(id="i", lock_id="mine", lineage="line", serial=2),
        LogStep(id="i", lock_id="mine", lineage="line", serial=3, puts=STEP.puts),
        LogStep(id="i", lock_id="mine", lineage="other", serial=2, puts=STEP.puts),
    ],
    ids=["counts no change", "skips a serial", "another lineage"],
)
def test_a_step_that_does_not_follow_is_refused(native: MemoryStore, wrong: LogStep) -> None:
    for number, step in enumerate((STEP, wrong), start=1):
        key = LAYOUT.step(1, number)
        obstore.put(native, key, encode_object(key, step))
    with pytest.raises(LedgerFailed, match="00000002 does not follow"):
        client(native).read()


def test_a_step_after_the_end_of_a_generation_is_refused(native: MemoryStore) -> None:
    log = client(native)
    log.close(log.read(), "one")
    key = LAYOUT.step(1, 2)
    obstore.put(
        native, key, encode_object(key, LogStep(id="i", lock_id="one", lineage="", serial=0))
    )
    with pytest.raises(LedgerFailed, match="does not follow"):
        client(native).read()


def test_a_step_that_was_removed_is_missed(native: MemoryStore) -> None:
    log = client(native)
    state = log.read()
    log.append(state, "fence")
    log.append(state, "fence", draft=drafted(state, "a"))
    obstore.delete(native, LAYOUT.step(1, 1))
    with pytest.raises(LedgerFailed, match="does not follow"):
        client(native).read()
