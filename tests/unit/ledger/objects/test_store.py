import os
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import TYPE_CHECKING

import pytest
from obstore.exceptions import AlreadyExistsError, PreconditionError
from obstore.store import MemoryStore

from reconciler.errors import LedgerFailed
from reconciler.ledger.objects import store as store_module
from reconciler.ledger.objects.store import ObjectStore, open_store

if TYPE_CHECKING:
    from obstore import PutMode, PutResult

KEYS = {"access_key_id": "the-id", "secret_access_key": "the-secret", "region": "us-east-1"}


@pytest.fixture
def store() -> ObjectStore:
    return open_store("memory://")


def test_an_object_is_put_once(store: ObjectStore) -> None:
    assert store.claim("k", b"1").body == b"1"
    assert store.claim("k", b"2").body == b"1"
    assert store.get("none") is None


def test_an_object_is_replaced_only_if_it_has_not_changed(store: ObjectStore) -> None:
    first = store.claim("k", b"1")
    second = store.swap("k", b"2", first)
    assert second is not None
    assert store.swap("k", b"3", first) is None
    assert store.swap("other", b"3", first) is None
    found = store.get("k")
    assert found == second


def test_what_is_known_is_not_fetched_again(store: ObjectStore) -> None:
    known = store.claim("k", b"1")
    assert store.get("k", known) is known


def test_a_folder_lists_its_own_keys_in_order(store: ObjectStore) -> None:
    for key in ("log/2/b", "log/1/b", "log/1/a", "log/10/a"):
        store.claim(key, b"")
    assert store.list("log/1") == ["log/1/a", "log/1/b"]
    assert [found and found.body for found in store.get_all(["log/1/a", "log/1/c"])] == [b"", None]


def test_an_object_that_cannot_be_ours_is_not_fetched(
    store: ObjectStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.claim("k", b"123")
    monkeypatch.setattr(store_module, "_LARGEST", 2)
    with pytest.raises(LedgerFailed, match="k is larger than any object of ours"):
        store.get("k")


class Repeating(ObjectStore):
    """Loses every first answer, and sends the request again."""

    def _put(self, key: str, body: bytes, mode: "PutMode") -> "PutResult":
        super()._put(key, body, mode)
        return super()._put(key, body, mode)


def test_our_own_earlier_try_is_not_taken_for_somebody_else() -> None:
    store = Repeating(MemoryStore(), "memory://")
    first = store.claim("k", b"1")
    assert first.body == b"1"
    assert store.claim("k", b"2").body == b"1"
    second = store.swap("k", b"2", first)
    assert second is not None
    assert second.body == b"2"


class Conflicting(ObjectStore):
    """Answers some times as S3 does when two writes race."""

    conflicts = 2

    def _put(self, key: str, body: bytes, mode: "PutMode") -> "PutResult":
        if self.conflicts:
            self.conflicts -= 1
            raise AlreadyExistsError
        return super()._put(key, body, mode)


def test_a_race_without_a_winner_is_repeated() -> None:
    assert Conflicting(MemoryStore(), "memory://").claim("k", b"1").body == b"1"


def test_a_race_that_never_has_a_winner_is_given_up() -> None:
    store = Conflicting(MemoryStore(), "memory://")
    store.conflicts = 100
    with pytest.raises(LedgerFailed, match="exists, but it cannot be read"):
        store.claim("k", b"1")


class Careless(ObjectStore):
    """Ignores some conditions, as some services do."""

    ignored: type[Exception] = AlreadyExistsError

    def _put(self, key: str, body: bytes, mode: "PutMode") -> "PutResult":
        try:
            return super()._put(key, body, mode)
        except self.ignored:
            return super()._put(key, body, "overwrite")


@pytest.mark.parametrize("ignored", [AlreadyExistsError, PreconditionError])
def test_a_store_that_ignores_conditions_is_refused(ignored: type[Exception]) -> None:
    store = Careless(MemoryStore(), "memory://")
    store.ignored = ignored
    with pytest.raises(LedgerFailed, match="ignores conditions on writes"):
        store.require_conditions("probe")


def test_a_store_that_honours_conditions_is_left_as_it_was(store: ObjectStore) -> None:
    store.require_conditions("env/probe")
    assert store.list("env") == []


class Answer(BaseHTTPRequestHandler):
    status = 500
    code = ""

    def do_GET(self) -> None:
        body = f"<Error><Code>{self.code}</Code><Message>the-secret</Message></Error>".encode()
        self.send_response(self.status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_PUT = do_GET  # noqa: N815 - the name that http.server asks for

    def log_message(self, *_: object) -> None: ...


@pytest.fixture
def endpoint(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    with HTTPServer(("127.0.0.1", 0), Answer) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


@pytest.mark.parametrize(
    ("answer", "reason", "advice"),
    [
        ((403, "InvalidAccessKeyId"), r"refused the credentials \(InvalidAcc", "AWS_ACCESS_KEY_ID"),
        ((401, ""), "refused the credentials", "AWS_ACCESS_KEY_ID"),
        ((404, "NoSuchBucket"), "no such bucket", "`state`"),
        ((301, "PermanentRedirect"), "in another region", "AWS_REGION"),
        ((400, "BadDigest"), r"it answered 400 \(BadDigest\)", "try again"),
    ],
)
def test_a_refusal_of_the_store_is_reported_without_its_answer(
    endpoint: str, answer: tuple[int, str], reason: str, advice: str
) -> None:
    Answer.status, Answer.code = answer
    store = open_store("s3://b/p", config={**KEYS, "endpoint": endpoint}, allow_http=True)
    for act in (lambda: store.get("k"), lambda: store.list("f"), lambda: store.claim("k", b"1")):
        with pytest.raises(LedgerFailed, match=reason) as failed:
            act()
        told = str(failed.value.diagnostics)
        assert advice in told
        assert "the-secret" not in told
        assert failed.value.__suppress_context__


def test_missing_credentials_are_reported(endpoint: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        monkeypatch.delenv(name)
    Answer.status, Answer.code = 403, ""
    config = {"metadata_endpoint": endpoint, "region": "us-east-1"}
    store = open_store("s3://b/p", config=config, allow_http=True)
    with pytest.raises(LedgerFailed, match="no credentials were found") as failed:
        store.list("f")
    assert "AWS_ACCESS_KEY_ID" in failed.value.diagnostics[0].detail


def test_a_store_that_cannot_be_reached_is_reported(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    config = {**KEYS, "endpoint": "http://127.0.0.1:1"}
    store = open_store("s3://b/p", config=config, allow_http=True)
    with pytest.raises(LedgerFailed, match=r"s3://b/p failed: it could not be reached"):
        store.get("k")


def test_settings_that_are_missing_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AZURE_STORAGE_ACCOUNT_NAME", raising=False)
    with pytest.raises(LedgerFailed, match="cannot be opened") as failed:
        open_store("az://container/p")
    assert "AZURE_STORAGE_ACCOUNT_NAME" in failed.value.diagnostics[0].detail
