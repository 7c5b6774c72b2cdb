import gzip
import socket
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from reconciler import __version__
from reconciler.clock import SystemClock
from reconciler.errors import BudgetSpent
from reconciler.providers.account import Account
from reconciler.providers.http import (
    LARGEST_ANSWER,
    HttpClient,
    HttpSettings,
    TransportProblem,
)
from reconciler.providers.rate_limit import RateLimiter, RunBudget
from reconciler.providers.wire import WireFault, WireRequest, WireResponse
from reconciler.testing.clock import ManualClock
from tests.support.scripted_vendor import client, reply, script

GET = WireRequest("GET", "/v2/campaigns")
POST = WireRequest("POST", "/v2/campaigns", {}, {"content-type": "application/json"}, b"{}")


def test_a_blank_in_a_query_is_percent_encoded() -> None:
    heard: list[bytes] = []

    def talk(listener: socket.socket) -> None:
        connection, _ = listener.accept()
        with connection:
            heard.append(connection.recv(65536))
            connection.sendall(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}")

    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=talk, args=(listener,), daemon=True)
        thread.start()
        opened = client(None, base_url=f"http://127.0.0.1:{listener.getsockname()[1]}")
        opened.send(WireRequest("POST", "/x", {"campaignName": "A b+✓&c"}), write=True)
        opened.close()
        thread.join(5)
    assert heard[0].startswith(b"POST /x?campaignName=A%20b%2B%E2%9C%93%26c HTTP/1.1")


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self.rfile.read(int(self.headers.get("content-length", 0)))
        self.send_response(302 if self.path == "/moved" else 200)
        self.send_header("location", "/elsewhere")
        self.send_header("set-cookie", "a=b")
        body = f"{self.client_address[1]} {self.headers.get('cookie')}".encode()
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_POST = do_GET  # noqa: N815 - the base class looks for it

    def log_message(self, *_: object) -> None:
        """Log nothing."""


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    served = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    threading.Thread(target=served.serve_forever, args=(0.01,), daemon=True).start()
    yield f"http://127.0.0.1:{served.server_port}"
    served.shutdown()
    served.server_close()


@pytest.fixture
def to_server(server: str) -> Iterator[HttpClient]:
    opened = client(None, base_url=server)
    yield opened
    opened.close()


@contextmanager
def listening(talk: Callable[[socket.socket], object]) -> Iterator[str]:
    """A server that handles its one connection with `talk`."""
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def serve() -> None:
            connection, _ = listener.accept()
            with connection:
                connection.recv(65536)
                talk(connection)

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        thread.join(5)


def problem_of(
    base_url: str, request: WireRequest = POST, timeout: float = 5.0
) -> TransportProblem:
    clock = SystemClock()
    opened = HttpClient(
        base_url,
        settings=HttpSettings(read_timeout=timeout, write_timeout=timeout),
        account=Account(RateLimiter("care", limit=1000, max_wait=1.0, clock=clock)),
        budget=RunBudget(clock=clock),
        clock=clock,
    )
    with pytest.raises(TransportProblem) as problem:
        opened.send(request, write=True)
    opened.close()
    return problem.value


def test_a_request_arrives_as_it_was_made() -> None:
    handler = script(reply({}))
    request = WireRequest("POST", "/a%20b/c", {"campaignName": "Ü & x"}, {"auth": "t"}, b'{"a":1}')
    response = client(handler, base_url="http://localhost/prefix/").send(request)
    (got,) = handler.requests
    assert response.status == 200
    assert (got.method, got.path, dict(got.query)) == ("POST", "/prefix/a b/c", request.query)
    assert got.body == b'{"a":1}'
    assert got.headers["user-agent"] == f"reconciler/{__version__}"
    assert got.headers["auth"] == "t"


@pytest.mark.parametrize(
    ("kind", "sent"), [("refused", False), ("timeout", True), ("reset", True), ("truncated", True)]
)
def test_faults_of_a_handler_are_faults_of_the_wire(kind: str, sent: bool) -> None:
    with pytest.raises(TransportProblem) as problem:
        client(script(WireFault(kind))).send(POST, write=True)
    assert problem.value.sent is sent
    assert problem.value.timed_out is (kind == "timeout")


def test_a_refused_connection_proves_that_nothing_was_sent() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    assert problem_of(f"http://127.0.0.1:{port}").sent is False


def test_an_unknown_host_proves_that_nothing_was_sent() -> None:
    assert problem_of("http://no-such-host.invalid").sent is False


def test_a_failed_handshake_proves_that_nothing_was_sent() -> None:
    with listening(lambda connection: connection.sendall(b"HTTP/1.1 400 no\r\n\r\n")) as url:
        assert problem_of(url.replace("http:", "https:")).sent is False


def test_a_reset_after_sending_proves_nothing() -> None:
    def reset(connection: socket.socket) -> None:
        linger = b"\x01\x00\x00\x00\x00\x00\x00\x00"
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)

    with listening(reset) as url:
        assert problem_of(url).sent is True


def test_an_end_of_stream_after_sending_proves_nothing() -> None:
    with listening(lambda _: None) as url:
        assert problem_of(url).sent is True


def test_a_cut_answer_proves_nothing() -> None:
    answer = b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{}"
    with listening(lambda connection: connection.sendall(answer)) as url:
        assert problem_of(url).sent is True


def test_no_answer_in_time_proves_nothing() -> None:
    done = threading.Event()
    with listening(lambda _: done.wait(5)) as url:
        problem = problem_of(url, timeout=0.1)
        done.set()
    assert problem.sent is True
    assert problem.timed_out is True


def test_a_write_has_a_connection_of_its_own_and_reads_share_one(to_server: HttpClient) -> None:
    writes = {to_server.send(POST, write=True).body.split()[0] for _ in range(5)}
    reads = {to_server.send(GET).body.split()[0] for _ in range(5)}
    assert len(writes) == 5
    assert len(reads) == 1


def test_redirects_are_not_followed_and_cookies_are_not_kept(to_server: HttpClient) -> None:
    assert to_server.send(WireRequest("GET", "/moved")).status == 302
    assert to_server.send(GET).body.endswith(b" None")
    assert to_server.requests_sent == 2


def test_ambient_proxies_are_ignored(
    to_server: HttpClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:1")
    assert to_server.send(GET).status == 200


def test_threads_share_the_connections(to_server: HttpClient) -> None:
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: to_server.send(GET).status, range(100)))
    assert answers == [200] * 100
    assert to_server.requests_sent == 100


def test_a_thousand_creates_over_loopback_take_seconds(to_server: HttpClient) -> None:
    start = time.perf_counter()
    for _ in range(250):
        to_server.send(POST, write=True)
    assert time.perf_counter() - start < 3


@pytest.mark.parametrize("encoding", ["identity", "gzip"])
def test_an_answer_of_sixteen_mib_is_read_and_one_more_byte_is_not(encoding: str) -> None:
    def answer(size: int) -> WireResponse:
        body = b" " * size
        packed = gzip.compress(body, 1) if encoding == "gzip" else body
        return WireResponse(200, {"content-encoding": encoding}, packed)

    whole, larger = answer(LARGEST_ANSWER), answer(LARGEST_ANSWER + 1)
    assert len(client(script(whole)).send(GET).body) == LARGEST_ANSWER
    with pytest.raises(TransportProblem, match="16 MiB"):
        client(script(larger)).send(GET)


@pytest.mark.parametrize(
    ("encoding", "body"),
    [("br", b"x"), ("gzip", b"not gzip"), ("gzip", gzip.compress(b"a", mtime=0)[:-3])],
)
def test_an_answer_that_cannot_be_unpacked_is_a_problem(encoding: str, body: bytes) -> None:
    response = WireResponse(200, {"content-encoding": encoding}, body)
    with pytest.raises(TransportProblem) as problem:
        client(script(response)).send(GET)
    assert problem.value.sent is True


def test_the_budget_stops_a_request_before_it_is_sent() -> None:
    handler = script(reply({}))
    talk = client(handler, budget=1)
    talk.send(GET)
    with pytest.raises(BudgetSpent):
        talk.send(GET)
    assert talk.requests_sent == len(handler.requests) == 1


def test_the_rate_limit_spaces_requests() -> None:
    clock = ManualClock()
    talk = client(script(reply({})), clock=clock, limit=2)
    for _ in range(5):
        talk.send(GET)
    assert clock.sleeps == [60.0, 60.0]


def test_a_request_to_an_invalid_url_is_never_sent() -> None:
    with pytest.raises(TransportProblem) as problem:
        client(script(reply({})), base_url="http://localhost:port").send(GET)
    assert problem.value.sent is False
