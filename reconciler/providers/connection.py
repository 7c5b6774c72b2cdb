"""The connections under HTTP: certificates, a proxy, and one deadline over a whole exchange.

Only this module and `http` know httpx. httpx limits each wait for bytes separately, so a peer that
sends its response very slowly, or sends interim responses (1xx) without end, could hold a request
forever. Here each wait gets only the remaining time of the exchange. Name resolution has the
system's own limit.
"""

import socket
import ssl
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from functools import partial
from pathlib import Path
from typing import Any

import httpcore
import httpx

from reconciler.clock import Clock
from reconciler.errors import InvalidInput

CONNECTIONS = 32
LEAVING = "leaving"
"""The extension of a request that is called right before its first byte, on an open connection."""
_FIRST_BYTE = ".send_request_headers.started"
_KEPT_SECONDS = 5.0
_SLICE = 1024
"""Bytes per write: a writable socket accepts this many, so that each write waits only once."""


class Deadline:
    """The end of an exchange, `seconds` from now."""

    def __init__(self, clock: Clock, seconds: float) -> None:
        self._clock = clock
        self._end = clock.monotonic() + seconds

    def left(self) -> float:
        """The remaining seconds, more than 0; raises TimeoutError if none remain."""
        left = self._end - self._clock.monotonic()
        if left <= 0:
            raise TimeoutError("the time of the exchange is over")
        return left


_deadline: ContextVar[Deadline | None] = ContextVar("deadline", default=None)


@contextmanager
def within(deadline: Deadline) -> Iterator[Deadline]:
    """Everything that this thread sends and receives in the block must finish by the deadline."""
    token = _deadline.set(deadline)
    try:
        yield deadline
    finally:
        _deadline.reset(token)


def transport(tls: ssl.SSLContext, *, proxy: str | None, keep: int) -> httpx.BaseTransport:
    """The connections of a target; `keep` of them stay open between requests.

    `proxy` is a URL with scheme http or https; its user name and password may be percent-encoded.
    """
    common: dict[str, Any] = {
        "ssl_context": tls,
        "max_connections": CONNECTIONS,
        "max_keepalive_connections": keep,
        "keepalive_expiry": _KEPT_SECONDS,
        "network_backend": _Backend(),
    }
    if proxy is None:
        return _Transport(httpcore.ConnectionPool(**common))
    url = httpx.URL(proxy)
    login = (url.username.encode(), url.password.encode()) if url.userinfo else None
    place = httpcore.URL(scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=b"/")
    secured = tls if url.scheme == "https" else None
    return _Transport(
        httpcore.HTTPProxy(place, proxy_auth=login, proxy_ssl_context=secured, **common)
    )


def certificates(base_url: str, ca_file: Path | None) -> ssl.SSLContext:
    """The certificates to verify servers with: the public roots, and those of `ca_file`.

    Raises InvalidInput if the file cannot be used.
    """
    if base_url.startswith("http://"):
        # Plain HTTP is for loopback; loading the certificates would cost more than a small plan.
        return ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context = httpx.create_ssl_context(trust_env=False)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.sslsocket_class = _TimedTls
    if ca_file is not None:
        try:
            context.load_verify_locations(cafile=ca_file)
        except OSError as problem:
            raise InvalidInput(
                f"the certificates in {ca_file} cannot be used: {problem.strerror or problem}",
                "RECONCILER_CA_FILE must name a file of certificates in PEM format.",
            ) from problem
    return context


class _Transport(httpx.HTTPTransport):
    """httpx's transport with our own connection pool."""

    def __init__(self, pool: httpcore.ConnectionPool) -> None:
        self._pool = pool

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """See `httpx.BaseTransport.handle_request`; calls `LEAVING` at the request's first byte."""
        request.extensions["trace"] = partial(_watch, request.extensions[LEAVING])
        return super().handle_request(request)


def _watch(leaving: Callable[[], None], event: str, info: Mapping[str, Any]) -> None:
    """Call `leaving` when a request begins; the one to a proxy for a tunnel does not count."""
    if event.endswith(_FIRST_BYTE) and info["request"].method != b"CONNECT":
        leaving()
        # Nothing was sent yet if the time is over already.
        _left(httpcore.ConnectTimeout)


class _Backend(httpcore.SyncBackend):
    """Opens connections that keep every wait within the deadline."""

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        """See `httpcore.SyncBackend`; all addresses of a name share one time limit."""
        problem: Exception = httpcore.ConnectError(f"no address for {host}")
        for address in _addresses(host, port):
            left = _left(httpcore.ConnectTimeout)
            try:
                return _Stream(
                    super().connect_tcp(
                        address, port, _least(timeout, left), local_address, socket_options
                    )
                )
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as failed:
                problem = failed
        raise problem


def _addresses(host: str, port: int) -> list[str]:
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as problem:
        raise httpcore.ConnectError(str(problem)) from problem
    return list(dict.fromkeys(str(place[0]) for *_, place in found))


class _Stream(httpcore.NetworkStream):
    """A connection that keeps every wait within the deadline."""

    def __init__(self, inner: httpcore.NetworkStream) -> None:
        self._inner = inner

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        """See `httpcore.NetworkStream`."""
        return self._inner.read(max_bytes, _least(timeout, _left(httpcore.ReadTimeout)))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        """See `httpcore.NetworkStream`."""
        for start in range(0, len(buffer), _SLICE):
            left = _least(timeout, _left(httpcore.WriteTimeout))
            self._inner.write(buffer[start : start + _SLICE], left)

    def close(self) -> None:
        """See `httpcore.NetworkStream`."""
        self._inner.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore.NetworkStream:
        """See `httpcore.NetworkStream`."""
        left = _least(timeout, _left(httpcore.ConnectTimeout))
        return _Stream(self._inner.start_tls(ssl_context, server_hostname, left))

    def get_extra_info(self, info: str) -> Any:
        """See `httpcore.NetworkStream`."""
        return self._inner.get_extra_info(info)


class _TimedTls(ssl.SSLSocket):
    """Applies the deadline to TLS inside TLS (through a proxy), where httpcore waits per piece."""

    def recv(self, buflen: int = 1024, flags: int = 0) -> bytes:
        """See `socket.socket.recv`."""
        deadline = _deadline.get()
        if deadline is not None:
            self.settimeout(deadline.left())
        return super().recv(buflen, flags)


def _left(problem: type[Exception]) -> float | None:
    deadline = _deadline.get()
    try:
        return None if deadline is None else deadline.left()
    except TimeoutError as over:
        raise problem(str(over)) from over


def _least(*limits: float | None) -> float | None:
    return min((limit for limit in limits if limit is not None), default=None)
