"""A request into one HTTP exchange: a response, or a problem that says whether it was sent.

Only this module and `connection` know httpx. It sends once: no retries, redirects, cookies, netrc
or proxies from the environment. It knows no vendor and no credential of a vendor.
"""

import threading
import zlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from pathlib import Path
from urllib.parse import quote, urlencode

import httpx

from reconciler import __version__
from reconciler.clock import Clock
from reconciler.errors import ReconcilerError
from reconciler.providers.account import Account
from reconciler.providers.base import at_once
from reconciler.providers.connection import (
    CONNECTIONS,
    LEAVING,
    Deadline,
    certificates,
    transport,
    within,
)
from reconciler.providers.masking import KnownSecrets, Masking
from reconciler.providers.rate_limit import RunBudget
from reconciler.providers.retry import http_date
from reconciler.providers.wire import Handler, WireFault, WireRequest, WireResponse

LARGEST_ANSWER = 16 * 1024 * 1024
_CONNECT_SECONDS = 10.0
_UNTRUSTED = ". If your company signs this connection, name its certificates in RECONCILER_CA_FILE"

# Raised only while connecting: nothing of the request has been sent.
_NEVER_SENT = (
    httpx.ConnectError,
    httpx.ConnectTimeout,
    httpx.PoolTimeout,
    httpx.ProxyError,
    httpx.UnsupportedProtocol,
)


class TransportProblem(Exception):
    """No usable response. `sent` is False only if it is proven that nothing was received."""

    def __init__(
        self, message: str, *, sent: bool, timed_out: bool = False, may_retry: bool = True
    ) -> None:
        super().__init__(message)
        self.sent = sent
        self.timed_out = timed_out
        self.may_retry = may_retry


@dataclass(frozen=True, slots=True, kw_only=True)
class HttpSettings:
    """How to reach a target. Timeouts are seconds for a whole exchange."""

    read_timeout: float = 30.0
    write_timeout: float = 60.0
    proxy: str | None = field(default=None, repr=False)
    """Its URL, which may contain a user name and a password."""
    ca_file: Path | None = None
    """Certificates to trust in addition to the public roots."""
    handler: Handler | None = None
    """Responds in process, in place of the network."""


class HttpClient:
    """The requests of a target, shared by threads; counts and rate-limits every request.

    Targets of one account share its rate limit, its reads and its connections.
    """

    def __init__(
        self,
        base_url: str,
        *,
        settings: HttpSettings,
        account: Account,
        budget: RunBudget,
        clock: Clock,
        known: KnownSecrets | None = None,
    ) -> None:
        self._base_url = base_url.rstrip("/")
        self._settings = settings
        self.account = account
        self._budget = budget
        self.clock = clock
        self.known = known or KnownSecrets()
        """What no vendor of the run may make us print; for whoever reads the responses."""
        self._sent = 0
        self.server_time: datetime | None = None
        """The vendor's clock in its latest response."""
        self._lock = threading.Lock()
        self._kept, self._fresh = account.share(
            (base_url.partition(":")[0], settings.proxy, settings.ca_file, id(settings.handler)),
            lambda: _connections(base_url, settings),
        )

    @property
    def requests_sent(self) -> int:
        """Requests sent so far."""
        return self._sent

    def penalise(self, seconds: float) -> None:
        """Hold back all requests of this account for some time, after a rate-limit refusal."""
        self.account.limiter.penalise(seconds)

    def read(
        self, request: WireRequest, *, page: bool = False, leave: Callable[[], None] = at_once
    ) -> WireResponse:
        """Send a request that changes nothing, as one of the account's reads; see `send`."""
        with self.account.reading(page=page):
            return self.send(request, leave=leave)

    def send(
        self, request: WireRequest, *, write: bool = False, leave: Callable[[], None] = at_once
    ) -> WireResponse:
        """Send once; the response, whatever its status. `request.path` is percent-encoded.

        `leave` is called while the request waits for its turn, and right before its first byte on
        an open connection; what it raises passes through.

        A write uses a new connection: if the peer closed a kept connection at that moment, it would
        not be known whether the request was received. Raises `BudgetSpent` before anything is
        sent, and `TransportProblem`.
        """
        timeout = self._settings.write_timeout if write else self._settings.read_timeout
        prepared = self._prepare(request, timeout, leave)
        connections = self._fresh if write else self._kept
        self._budget.spend()
        self.account.limiter.acquire(leave, self._budget.wait)
        try:
            with within(Deadline(self.clock, timeout)) as deadline:
                response = _exchange(connections, prepared, deadline)
        except _NEVER_SENT as problem:
            text = _without_login(str(problem), self._settings.proxy)
            advice = _UNTRUSTED if "CERTIFICATE_VERIFY_FAILED" in text else ""
            raise TransportProblem(f"cannot connect: {text}{advice}", sent=False) from problem
        except (httpx.TimeoutException, TimeoutError) as problem:
            text = f"no complete response within {timeout:.0f} s"
            raise TransportProblem(text, sent=True, timed_out=True) from problem
        except (httpx.HTTPError, httpx.StreamError, OSError, zlib.error) as problem:
            text = _without_login(str(problem), self._settings.proxy) or type(problem).__name__
            text = f"the connection broke: {text}"
            raise TransportProblem(text, sent=True) from problem
        except (TransportProblem, ReconcilerError):
            raise
        except Exception as problem:  # whatever a response can make a library raise
            if self._settings.handler is not None:
                raise
            text = f"the response cannot be parsed ({type(problem).__name__})"
            raise TransportProblem(text, sent=True) from problem
        self.server_time = http_date(response.headers.get("date", "")) or self.server_time
        return response

    def close(self) -> None:
        """Close every connection of the account."""
        self._kept.close()
        self._fresh.close()

    def _leaving(self, leave: Callable[[], None]) -> None:
        """Called right before the first byte of a request."""
        leave()
        with self._lock:
            self._sent += 1

    def _prepare(
        self, request: WireRequest, timeout: float, leave: Callable[[], None]
    ) -> httpx.Request:
        try:
            return httpx.Request(
                request.method,
                self._base_url + request.path + _query(request),
                headers={
                    "user-agent": f"reconciler/{__version__}",
                    "accept": "application/json",
                    "accept-encoding": "gzip",
                    **request.headers,
                },
                content=request.body,
                extensions={
                    "timeout": {"connect": _CONNECT_SECONDS, "pool": timeout},
                    LEAVING: partial(self._leaving, leave),
                },
            )
        except (httpx.InvalidURL, ValueError) as problem:
            raise TransportProblem(f"not a request: {problem}", sent=False) from problem


def _query(request: WireRequest) -> str:
    """The query with `%20` for a space: not every server reads a plus sign as a space."""
    return f"?{urlencode(request.query, quote_via=quote)}" if request.query else ""


def _connections(
    base_url: str, settings: HttpSettings
) -> tuple[httpx.BaseTransport, httpx.BaseTransport]:
    """Connections that are kept between requests, and connections for one request each."""
    if settings.handler is not None:
        plain = HandlerTransport(settings.handler)
        return plain, plain
    tls = certificates(base_url, settings.ca_file)
    kept, fresh = (transport(tls, proxy=settings.proxy, keep=keep) for keep in (CONNECTIONS, 0))
    return kept, fresh


def _without_login(text: str, proxy: str | None) -> str:
    """An error's text without the proxy's user name and password, which a proxy may repeat."""
    if proxy is None or not (url := httpx.URL(proxy)).userinfo:
        return text
    login = f"{url.username}:{url.password}"
    return Masking((proxy, login, url.userinfo.decode(), url.password, url.username)).text(text)


def _exchange(
    connections: httpx.BaseTransport, request: httpx.Request, deadline: Deadline
) -> WireResponse:
    response = connections.handle_request(request)
    try:
        headers = {name.lower(): value for name, value in response.headers.items()}
        body = _read(response, headers, deadline)
    finally:
        response.close()
    return WireResponse(response.status_code, headers, body)


def _read(response: httpx.Response, headers: Mapping[str, str], deadline: Deadline) -> bytes:
    """The decoded body. Decompresses here, because httpx would unpack a chunk of any size."""
    encoding = headers.get("content-encoding", "identity").strip().lower()
    if encoding not in ("identity", "gzip", "x-gzip"):
        raise TransportProblem(f"a response in encoding {encoding!r}", sent=True)
    unpack = None if encoding == "identity" else zlib.decompressobj(wbits=31)
    body = bytearray()
    for chunk in response.iter_raw():
        deadline.left()
        room = LARGEST_ANSWER + 1 - len(body)
        body += chunk if unpack is None else unpack.decompress(chunk, room)
        if len(body) > LARGEST_ANSWER:
            raise TransportProblem("a response of more than 16 MiB", sent=True)
    if unpack is not None and body and not unpack.eof:
        raise TransportProblem("the response ended too early", sent=True)
    return bytes(body)


class HandlerTransport(httpx.BaseTransport):
    """A handler in place of a socket; its faults become the errors of a socket."""

    def __init__(self, handler: Handler) -> None:
        self._handler = handler

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """See `httpx.BaseTransport.handle_request`."""
        wire = WireRequest(
            request.method,
            request.url.path,
            dict(request.url.params),
            {name.lower(): value for name, value in request.headers.items()},
            request.read(),
        )
        request.extensions[LEAVING]()
        try:
            answer = self._handler(wire)
        except WireFault as fault:
            raise _FAULTS.get(fault.kind, httpx.ReadError)(fault.kind, request=request) from fault
        return httpx.Response(
            answer.status, headers=dict(answer.headers), stream=_Chunk(answer.body)
        )


_FAULTS: Mapping[str, type[httpx.TransportError]] = {
    "timeout": httpx.ReadTimeout,
    "reset": httpx.ReadError,
    "refused": httpx.ConnectError,
    "truncated": httpx.RemoteProtocolError,
}


class _Chunk(httpx.SyncByteStream):
    def __init__(self, body: bytes) -> None:
        self._body = body

    def __iter__(self) -> Iterator[bytes]:
        yield self._body
