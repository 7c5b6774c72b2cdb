"""Peers on a raw socket that delay a request, and proxies: every wait ends in time."""

import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from reconciler.clock import SystemClock
from reconciler.errors import Withheld
from reconciler.providers.account import Account
from reconciler.providers.connection import Deadline, certificates
from reconciler.providers.http import HttpClient, HttpSettings, TransportProblem
from reconciler.providers.rate_limit import RateLimiter, RunBudget
from reconciler.providers.wire import WireRequest
from reconciler.testing.clock import ManualClock

GET = WireRequest("GET", "/v2/campaigns")
SECONDS = 0.4
LATEST = 3.0
Talk = Callable[[socket.socket], object]
HEAD = b"HTTP/1.1 200 OK\r\n"


@contextmanager
def listening(talk: Talk, *, hear: bool = True) -> Iterator[str]:
    """A server that handles each connection with `talk`, after a request or at once."""
    threads: list[threading.Thread] = []
    over = threading.Event()

    def answer(connection: socket.socket) -> None:
        with connection:
            try:
                if hear:
                    connection.recv(65536)
                talk(connection)
            except OSError:
                return

    def serve(listener: socket.socket) -> None:
        while not over.is_set():
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            threads.append(threading.Thread(target=answer, args=(connection,), daemon=True))
            threads[-1].start()

    with socket.create_server(("127.0.0.1", 0)) as listener:
        accepting = threading.Thread(target=serve, args=(listener,), daemon=True)
        accepting.start()
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        over.set()
        listener.shutdown(socket.SHUT_RDWR)
    for thread in (accepting, *threads):
        thread.join(5)


@contextmanager
def connected(
    base_url: str, *, proxy: str | None = None, seconds: float = SECONDS
) -> Iterator[HttpClient]:
    clock = SystemClock()
    opened = HttpClient(
        base_url,
        settings=HttpSettings(read_timeout=seconds, write_timeout=seconds, proxy=proxy),
        account=Account(RateLimiter("care", limit=1000, max_wait=1.0, clock=clock)),
        budget=RunBudget(clock=clock),
        clock=clock,
    )
    yield opened
    opened.close()


def drip(*, first: bytes = b"", forever: bytes) -> Talk:
    """Send `first`, then `forever` again and again, one piece after another."""

    def talk(connection: socket.socket) -> None:
        connection.sendall(first)
        for _ in range(200):
            connection.sendall(forever)
            time.sleep(0.05)  # noqa: TID251 - a real server's pace

    return talk


def flood(connection: socket.socket) -> None:
    while True:
        connection.sendall(b"HTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\n" * 500)


HOLDING_UP = {
    "header bytes": drip(first=HEAD + b"x-slow: ", forever=b"a"),
    "headers": drip(first=HEAD, forever=b"x-slow: a\r\n"),
    "interim answers": drip(forever=b"HTTP/1.1 103 Early Hints\r\n\r\n"),
    "a flood of interim answers": flood,
    "body": drip(first=HEAD + b"content-length: 1000\r\n\r\n", forever=b" "),
    "chunks": drip(first=HEAD + b"transfer-encoding: chunked\r\n\r\n", forever=b"1\r\n \r\n"),
    "a chunk's size": drip(first=HEAD + b"transfer-encoding: chunked\r\n\r\n", forever=b"0"),
    "nothing": lambda connection: connection.recv(1),
}


@pytest.mark.parametrize("write", [False, True], ids=["read", "write"])
@pytest.mark.parametrize("what", HOLDING_UP)
def test_a_peer_that_holds_a_request_up_is_left_in_time(what: str, write: bool) -> None:
    with listening(HOLDING_UP[what]) as url, connected(url) as client:
        start = time.perf_counter()
        with pytest.raises(TransportProblem) as caught:
            client.send(GET, write=write)
        assert time.perf_counter() - start < LATEST
    assert caught.value.sent is True
    if what != "a chunk's size":  # a size of 21 digits is not valid, whatever the time
        assert caught.value.timed_out is True


def test_a_handshake_that_is_held_up_never_sent_anything() -> None:
    slow = drip(first=b"\x16\x03\x03\x40\x00\x02", forever=b"\x00")
    with listening(slow) as url, connected(url.replace("http:", "https:")) as client:
        start = time.perf_counter()
        with pytest.raises(TransportProblem) as caught:
            client.send(GET)
        assert time.perf_counter() - start < LATEST
    assert caught.value.sent is False


def test_a_peer_that_takes_nothing_is_left_in_time() -> None:
    big = WireRequest("POST", "/", {}, {}, b" " * 20_000_000)
    done = threading.Event()
    with listening(lambda _: done.wait(5), hear=False) as url, connected(url) as client:
        start = time.perf_counter()
        with pytest.raises(TransportProblem) as caught:
            client.send(big, write=True)
        assert time.perf_counter() - start < LATEST
        done.set()
    assert caught.value.timed_out is True


def test_the_last_check_comes_on_an_open_connection_before_the_first_byte() -> None:
    accepted, over, heard = threading.Event(), threading.Event(), list[bytes]()

    def talk(connection: socket.socket) -> None:
        accepted.set()
        heard.append(connection.recv(65536))
        over.set()

    def leave() -> None:
        assert accepted.wait(5)
        assert heard == []
        raise Withheld("the lease was lost")

    with listening(talk, hear=False) as url, connected(url, seconds=5) as client:
        with pytest.raises(Withheld):
            client.send(GET, write=True, leave=leave)
        assert over.wait(5)
        assert heard == [b""]
        assert client.requests_sent == 0


def test_a_request_to_a_proxy_for_a_tunnel_is_not_the_write() -> None:
    checks: list[None] = []
    refuse = b"HTTP/1.1 407 no\r\ncontent-length: 0\r\n\r\n"
    with (
        listening(lambda connection: connection.sendall(refuse)) as url,
        connected("https://platform.example", proxy=url) as client,
    ):
        with pytest.raises(TransportProblem) as caught:
            client.send(GET, write=True, leave=lambda: checks.append(None))
        assert client.requests_sent == 0
    assert caught.value.sent is False
    assert checks == []


def test_a_last_check_that_takes_all_the_time_proves_that_nothing_was_sent() -> None:
    with listening(lambda _: None) as url, connected(url) as client:
        with pytest.raises(TransportProblem) as caught:
            client.send(GET, write=True, leave=lambda: time.sleep(SECONDS))  # noqa: TID251
        assert caught.value.sent is False


def test_all_addresses_of_a_host_share_one_timeout(monkeypatch: pytest.MonkeyPatch) -> None:
    places = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (f"127.0.0.{n}", 9)) for n in range(50)]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: places)

    def unanswered(_: object, timeout: float, **__: object) -> socket.socket:
        time.sleep(min(timeout, 0.1))  # noqa: TID251 - an address that nobody has
        raise TimeoutError

    monkeypatch.setattr(socket, "create_connection", unanswered)
    with connected("http://many.example") as client:
        start = time.perf_counter()
        with pytest.raises(TransportProblem) as caught:
            client.send(GET)
        assert time.perf_counter() - start < LATEST
    assert caught.value.sent is False


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_a_proxy_that_is_held_up_is_left_in_time(scheme: str) -> None:
    with listening(drip(forever=b"H")) as url:
        proxy = url.replace("http:", f"{scheme}:").replace("//", "//ada:canary@")
        with connected("https://platform.example", proxy=proxy) as client:
            start = time.perf_counter()
            with pytest.raises(TransportProblem) as caught:
                client.send(GET)
            assert time.perf_counter() - start < LATEST
    assert "canary" not in str(caught.value)


def test_a_proxy_gets_its_login_and_no_message_repeats_it() -> None:
    heard: list[bytes] = []

    def refuse(connection: socket.socket) -> None:
        connection.sendall(
            b"HTTP/1.1 407 no ada can/ary YWRhOmNhbi9hcnk=\r\ncontent-length: 0\r\n\r\n"
        )

    def talk(connection: socket.socket) -> None:
        heard.append(connection.recv(65536))
        refuse(connection)

    with listening(talk, hear=False) as url:
        proxy = url.replace("//", "//ada:can%2Fary@")
        with connected("https://platform.example", proxy=proxy) as client:
            with pytest.raises(TransportProblem) as caught:
                client.send(GET)
            assert "canary" not in repr(client.__dict__)
    assert heard[0].startswith(b"CONNECT platform.example:443 HTTP/1.1")
    assert b"YWRhOmNhbi9hcnk=" in heard[0]
    assert caught.value.sent is False
    assert str(caught.value) == "cannot connect: 407 no *** *** ***"


@pytest.mark.parametrize(
    "answer",
    [
        HEAD + b"content-length: " + b"9" * 5000 + b"\r\n\r\n",
        HEAD + b"content-length: -1\r\n\r\n",
        HEAD + b"transfer-encoding: chunked\r\n\r\n" + b"f" * 5000 + b"\r\n",
        HEAD + b"content-encoding: \xff\xfe\r\ncontent-length: 2\r\n\r\n{}",
        HEAD + b"content-type: \xf0\x9f\x98\r\nbad header\r\n\r\n",
        HEAD + b"x: " + b"a" * 200_000,
        b"HTTP/1.1 99999 \r\n\r\n",
        b"\x00" * 1000,
    ],
)
def test_no_answer_raises_anything_else(answer: bytes) -> None:
    with listening(lambda peer: peer.sendall(answer)) as url, connected(url, seconds=5) as client:
        with pytest.raises(TransportProblem) as caught:
            client.send(GET)
        assert caught.value.sent is True


@pytest.mark.parametrize(
    "date",
    [
        "Mon, 01 Jan 0101 00:00:00 +2359",
        "Fri, 31 Dec 9999 23:59:59 -2359",
        "Mon, 01 Jan 2026 00:00:00 +99999999999999",
        f"Mon, 01 Jan 2026 00:00:00 +{'9' * 4000}",
        f"Mon, {'9' * 5000} Jan 2026 00:00:00 GMT",
    ],
)
def test_no_date_raises_anything(date: str) -> None:
    answer = HEAD + b"content-length: 2\r\ndate: " + date.encode() + b"\r\n\r\n{}"
    with listening(lambda peer: peer.sendall(answer)) as url, connected(url, seconds=5) as client:
        assert client.send(GET).status == 200
        assert client.server_time is None


def test_a_deadline_counts_down_and_is_over() -> None:
    clock = ManualClock()
    deadline = Deadline(clock, 5.0)
    clock.sleep(3.0)
    assert deadline.left() == pytest.approx(2.0)
    clock.sleep(2.0)
    with pytest.raises(TimeoutError):
        deadline.left()


def test_old_versions_of_tls_are_not_spoken() -> None:
    context = certificates("https://platform.example", None)
    assert context.minimum_version >= ssl.TLSVersion.TLSv1_2
    assert (context.check_hostname, context.verify_mode) == (True, ssl.CERT_REQUIRED)


def test_certificates_of_a_file_stand_beside_the_public_roots(tmp_path: Path) -> None:
    public = certificates("https://platform.example", None)
    one = next(iter(public.get_ca_certs(binary_form=True)))
    path = tmp_path / "one.pem"
    path.write_text(ssl.DER_cert_to_PEM_cert(one), "ascii")
    both = certificates("https://platform.example", path)
    assert len(both.get_ca_certs()) == len(public.get_ca_certs()) > 50
    assert both.verify_mode is ssl.CERT_REQUIRED
