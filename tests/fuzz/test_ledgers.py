"""Ledgers that were damaged, or that a neighbour edited who knows how to seal them again."""

import contextlib
import hashlib
import json
import sqlite3
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st
from pydantic import JsonValue

from reconciler.address import Address
from reconciler.clock import SystemClock
from reconciler.errors import LedgerFailed
from reconciler.ledger.base import CachedRead, CachedReads, Ledger
from reconciler.ledger.high_water import HighWaterMark, Seen
from reconciler.ledger.objects.ledger import ObjectLedger
from reconciler.ledger.objects.store import ObjectStore, open_store
from reconciler.ledger.sqlite.ledger import SqliteLedger
from reconciler.resources.ledger_records import LedgerView
from reconciler.resources.tree import canonical_json
from reconciler.workflow.past_contacts import with_past_contacts
from tests.fuzz.edits import brief, edited, edited_tree, outcome
from tests.support.campaigns import live
from tests.support.ledgers import (
    BINDING,
    INTENT,
    NOTE,
    NOW,
    RECEIPT,
    RECORD,
    lock,
    mark_for,
    put_intent,
)
from tests.support.plans import inputs

INTENT_OF_ANOTHER = replace(INTENT, address=Address("kore_sms_campaign", "other"))


def filled(ledger: Ledger) -> None:
    """Something of every kind."""
    assert ledger.acquire(lock("l")) is None
    ledger.note_created(NOTE, "l")
    ledger.put_record(RECORD, "l", [BINDING])
    assert put_intent(ledger, INTENT_OF_ANOTHER, "l")
    ledger.use_plan("p", "l")
    (entry,) = RECEIPT.outcomes
    started = replace(entry, action="start", schedule=None)
    ledger.add_receipt(replace(RECEIPT, outcomes=(started,)))
    ledger.cache("main", lambda _: CachedReads({"cd-1": CachedRead("m", live("cd-1"), NOW)}))


def read_all(ledger: Ledger) -> None:
    """Everything that a run reads; each is usable, or refused with the reason."""

    def views() -> None:
        view = ledger.view()
        assert isinstance(view, LedgerView)
        canonical_json([one.spec for one in (*view.records.values(), *view.intents.values())])

    for call in (
        views,
        ledger.lock,
        lambda: ledger.plan_used("p"),
        lambda: ledger.marks([mark_for(INTENT_OF_ANOTHER).key]),
        ledger.tombstones,
        lambda: ledger.cached("main"),
        ledger.receipts,
        lambda: with_past_contacts(inputs(), ledger.receipts()),
        lambda: ledger.put_record(RECORD, "l"),
        lambda: ledger.acquire(lock("other")),
    ):
        found = outcome(call)
        assert not isinstance(found, Exception) or isinstance(found, LedgerFailed)


@contextlib.contextmanager
def opened(data: bytes) -> Iterator[tuple[Path, Ledger]]:
    """A ledger file with these bytes."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "state.db"
        path.write_bytes(data)
        with contextlib.closing(SqliteLedger(path, "prod", SystemClock())) as ledger:
            yield path, ledger


def sample() -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "state.db"
        with contextlib.closing(SqliteLedger(path, "prod", SystemClock())) as ledger:
            filled(ledger)
        with contextlib.closing(sqlite3.connect(path)) as connection:
            connection.execute("PRAGMA journal_mode = DELETE")
        return path.read_bytes()


SEEN = Seen(location="/p/state.db", environment="prod", lineage="l", serial=7)


@brief
@given(edited(SEEN.model_dump_json().encode()))
def test_what_this_machine_has_seen(data: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        mark = HighWaterMark(Path(folder), SEEN.location, SEEN.environment)
        path = mark.path
        assert path is not None
        path.parent.mkdir()
        path.write_bytes(data)
        found = outcome(mark.read)
        assert found is None or isinstance(found, Seen)
        mark.watch()("l", 7, 8)
        mark.trouble()


FILE = sample()
VALUES = st.one_of(
    st.none(), st.integers(-(2**63), 2**63 - 1), st.floats(), st.binary(max_size=20), st.text()
)


PLACES = st.tuples(st.integers(0, len(FILE)), st.binary(min_size=1, max_size=60))


@brief
@given(edits=st.lists(PLACES, max_size=5), length=st.just(len(FILE)) | st.integers(0, len(FILE)))
def test_a_damaged_file(edits: list[tuple[int, bytes]], length: int) -> None:
    data = bytearray(FILE[:length])
    for start, new in edits:
        data[start : start + len(new)] = new
    with opened(bytes(data)) as (_, ledger):
        read_all(ledger)


def entries_of(connection: sqlite3.Connection) -> list[tuple[str, str, str, str]]:
    return connection.execute("SELECT environment, family, key, body FROM entries").fetchall()


def seal_again(connection: sqlite3.Connection) -> None:
    """As `reconciler.ledger.sqlite.entries` does, without asking what it seals."""

    def mark(*parts: object) -> int:
        text = "\0".join(str(part) for part in parts).encode("utf-8", "surrogatepass")
        return int.from_bytes(hashlib.sha256(text).digest(), "big")

    heads = connection.execute("SELECT name, lineage, serial FROM environments").fetchall()
    for name, lineage, serial in heads:
        seal = mark("head", lineage, serial)
        for environment, *entry in entries_of(connection):
            seal ^= mark(*entry) if environment == name else 0
        sealed = (f"{seal:064x}", name)
        connection.execute("UPDATE environments SET seal = ? WHERE name = ?", sealed)


@brief
@given(st.data())
def test_values_of_another_type_in_a_file(data: st.DataObject) -> None:
    table = data.draw(st.sampled_from(("entries", "receipts", "leases", "environments")))
    with opened(FILE) as (path, ledger):
        with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as connection:
            columns = [row[1] for row in connection.execute(f"PRAGMA table_info({table})")]
            column = data.draw(st.sampled_from(columns))
            with contextlib.suppress(sqlite3.Error, UnicodeError, OverflowError):
                new = (data.draw(VALUES),)
                connection.execute(f"UPDATE {table} SET {column} = ?", new)  # noqa: S608
            seal_again(connection)
        read_all(ledger)


@brief
@given(st.data())
def test_entries_that_were_sealed_again(data: st.DataObject) -> None:
    with opened(FILE) as (path, ledger):
        with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as connection:
            environment, family, key, body = data.draw(st.sampled_from(entries_of(connection)))
            new = data.draw(bodies(body))
            connection.execute(
                "UPDATE entries SET body = ? WHERE environment = ? AND family = ? AND key = ?",
                (new, environment, family, key),
            )
            receipts = connection.execute("SELECT body FROM receipts").fetchall()
            connection.execute("UPDATE receipts SET body = ?", (data.draw(bodies(receipts[0][0])),))
            seal_again(connection)
        read_all(ledger)


def bodies(body: str) -> st.SearchStrategy[str]:
    tree: JsonValue = json.loads(body)
    return edited_tree(tree).map(json.dumps) | edited(body.encode()).map(
        lambda changed: changed.decode("utf-8", "replace")
    )


def objects() -> dict[str, bytes]:
    store = open_store("memory://")
    filled(ObjectLedger(store, "prod", SystemClock()))
    found = ((key, store.get(key)) for key in store.list(""))
    return {key: stored.body for key, stored in found if stored is not None}


OBJECTS = objects()


def sealed(key: str, body: bytes) -> bytes:
    digest = hashlib.sha256(key.encode() + b"\n" + body).hexdigest().encode()
    return b"reconciler-ledger 2 %s\n%s" % (digest, body)


@st.composite
def edited_objects(draw: st.DrawFn) -> ObjectStore:
    """A store in which one object was damaged, or edited and sealed again."""
    store = open_store("memory://")
    key = draw(st.sampled_from(sorted(OBJECTS)))
    body = OBJECTS[key].partition(b"\n")[2]
    made = st.one_of(
        edited(OBJECTS[key]),
        edited(body).map(lambda changed: sealed(key, changed)),
        bodies(body.decode()).map(lambda changed: sealed(key, changed.encode())),
    )
    for name, content in (OBJECTS | {key: draw(made)}).items():
        store.put(name, content)
    return store


@brief
@given(edited_objects())
def test_objects_of_a_neighbour(store: ObjectStore) -> None:
    read_all(ObjectLedger(store, "prod", SystemClock()))
