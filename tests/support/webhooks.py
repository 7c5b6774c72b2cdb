"""A web server that keeps what webhooks are sent, and answers as it is told."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass
class Webhooks:
    """Each status is used for one request; afterwards every answer is 200."""

    url: str
    statuses: list[int] = field(default_factory=list)
    stalls: threading.Event | None = None
    """If set, no request is answered before it happens."""
    asked: list[tuple[str, Any]] = field(default_factory=list)
    """Paths with their queries, and bodies."""

    @property
    def bodies(self) -> list[Any]:
        return [body for _, body in self.asked]


@contextmanager
def serving_webhooks() -> Iterator[Webhooks]:
    """The server on a free port of this machine."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            length = int(self.headers["content-length"])
            hooks.asked.append((self.path, json.loads(self.rfile.read(length))))
            if hooks.stalls is not None:
                hooks.stalls.wait(10)
            status = hooks.statuses.pop(0) if hooks.statuses else 200
            self.send_response(status)
            if 300 <= status < 400:
                self.send_header("location", f"{hooks.url}/elsewhere")
            self.send_header("content-length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Tests print nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        hooks = Webhooks(f"http://127.0.0.1:{server.server_address[1]}")
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield hooks
        finally:
            server.shutdown()
            thread.join()
