"""A vendor that answers one byte at a time, or only with interim answers, delays no run."""

import http.client
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

import pytest

from reconciler.simulator.core import Simulator
from tests.support.cli import Line, Project

TIMES = "sendsOnWrite: possibly\n        timeouts: {create: 1s, read: 1s}\n        readBack: 1s"
Delay = Callable[[BaseHTTPRequestHandler], None]


def drip(handler: BaseHTTPRequestHandler) -> None:
    handler.wfile.write(b"HTTP/1.1 200 OK\r\nx-slow: ")
    while True:
        handler.wfile.write(b"a")
        time.sleep(0.2)  # noqa: TID251 - a real server's pace


def interim(handler: BaseHTTPRequestHandler) -> None:
    while True:
        handler.wfile.write(b"HTTP/1.1 103 Early Hints\r\n\r\n")
        time.sleep(0.05)  # noqa: TID251 - a real server's pace


class Relay(ThreadingHTTPServer):
    """A proxy before the simulator that delays the answers of one path."""

    daemon_threads = True

    def __init__(self, upstream: str) -> None:
        super().__init__(("127.0.0.1", 0), Passing)
        self.upstream = urlsplit(upstream).netloc
        self.delay: Delay = drip
        self.slow = ""


class Passing(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        relay = self.server
        assert isinstance(relay, Relay)
        body = self.rfile.read(int(self.headers.get("content-length", 0)))
        upstream = http.client.HTTPConnection(relay.upstream, timeout=10)
        upstream.request(self.command, self.path, body, dict(self.headers))
        answer = upstream.getresponse()
        said = answer.read()
        upstream.close()
        try:
            if urlsplit(self.path).path.rpartition("/")[2] == relay.slow:
                relay.delay(self)
            self.send_response(answer.status)
            self.send_header("content-type", "application/json")
            self.send_header("content-length", str(len(said)))
            self.end_headers()
            self.wfile.write(said)
        except OSError:
            self.close_connection = True

    do_POST = do_PUT = do_PATCH = do_GET  # noqa: N815 - the base class looks for them

    def log_message(self, *_: object) -> None:
        """Log nothing."""


@pytest.fixture
def relay(project: Project) -> Iterator[Relay]:
    served = Relay(project.url)
    threading.Thread(target=served.serve_forever, args=(0.01,), daemon=True).start()
    project.url = f"http://127.0.0.1:{served.server_port}"
    project.configure(more=TIMES)
    project.sms()
    yield served
    served.shutdown()
    served.server_close()


@pytest.mark.parametrize("delay", [drip, interim])
def test_a_reading_ends_in_time(run_line: Line, relay: Relay, delay: Delay) -> None:
    relay.delay, relay.slow = delay, "getAllCampaignDetails"
    start = time.perf_counter()
    result = run_line("plan")
    assert time.perf_counter() - start < 10
    assert result.code == 1
    assert "no complete response within 1 s" in " ".join(result.err.split())


@pytest.mark.parametrize("delay", [drip, interim])
def test_a_create_ends_in_time_and_is_not_repeated(
    run_line: Line, relay: Relay, simulator: Simulator, delay: Delay
) -> None:
    relay.delay, relay.slow = delay, "campaign"
    start = time.perf_counter()
    result = run_line("apply", "--auto-approve")
    assert time.perf_counter() - start < 20
    assert result.code in (0, 7)
    relay.slow = ""
    run_line("apply", "--auto-approve")
    assert len([one for one in simulator.requests(mutating=True) if one.method == "POST"]) == 1
    assert run_line("plan", "--detailed-exitcode").code == 0
