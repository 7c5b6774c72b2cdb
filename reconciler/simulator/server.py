"""HTTP requests on a loopback socket into answers, or into connections that really break.

`core.Simulator.react` decides what happens; vendors are not known here.
"""

import asyncio
import ipaddress
import socket
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from urllib.parse import urlsplit

import uvicorn
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Message, Receive, Scope, Send
from uvicorn.protocols.http.h11_impl import H11Protocol

from reconciler.errors import InvalidInput
from reconciler.providers.wire import WireRequest, WireResponse
from reconciler.simulator.core import Reaction, Simulator

_LONGEST_HOLD = 300.0
"""Seconds after which a timeout fault closes the connection."""


@dataclass(frozen=True, slots=True)
class ServerAddress:
    """Where a server listens."""

    host: str
    port: int

    @property
    def url(self) -> str:
        """The base URL for a client."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"http://{host}:{self.port}"


class _Protocol(H11Protocol):
    """HTTP/1.1 that gives its transport to the application, so that a fault can break it."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        if not isinstance(transport, asyncio.Transport):
            raise TypeError("a stream transport is needed")
        super().connection_made(transport)
        self.app_state = {**self.app_state, "transport": transport}


class _Server(uvicorn.Server):
    """A server that calls `on_ready` once it listens."""

    def __init__(self, config: uvicorn.Config, on_ready: Callable[[], None]) -> None:
        super().__init__(config)
        self._on_ready = on_ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self._on_ready()


class _EmbeddedServer(_Server):
    """A server in a thread that another thread stops, at once and without ticks of a clock."""

    def __init__(self, config: uvicorn.Config, on_ready: Callable[[], None]) -> None:
        super().__init__(config, on_ready)
        self._loop: asyncio.AbstractEventLoop | None = None
        self._stopped = asyncio.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        self._loop = asyncio.get_running_loop()
        await super().startup(sockets)

    async def main_loop(self) -> None:
        await self._stopped.wait()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        for server in self.servers:
            server.close()
        for listening in sockets or []:
            listening.close()
        for connection in list(self.server_state.connections):
            connection.transport.abort()
        # What still runs is cancelled when the loop ends.

    def stop(self) -> None:
        """Stop from any thread; connections that are still open are broken off."""
        self.should_exit = True
        if self._loop is not None:
            self._loop.call_soon_threadsafe(self._stopped.set)


class Application:
    """The ASGI application in front of a simulator."""

    def __init__(self, simulator: Simulator) -> None:
        self._simulator = simulator

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, or delay the answer or break the connection as a fault says."""
        request = Request(scope, receive)
        if not _from_this_machine(request):
            await _NOT_FROM_HERE(scope, receive, send)
            return
        reaction = self._simulator.react(await _wire_request(request))
        if reaction.delay > 0:
            await asyncio.sleep(reaction.delay)
        if reaction.fault or reaction.response is None:
            await _break(reaction, request, send)
            return
        answer = reaction.response
        response = Response(answer.body, answer.status, dict(answer.headers))
        await response(scope, receive, send)


_NOT_FROM_HERE = Response(
    '{"message": "the simulator answers this machine only: check the Host and Origin headers"}',
    403,
    {"content-type": "application/json"},
)


def _from_this_machine(request: Request) -> bool:
    """Whether a request names this machine, and does not come from a page of another web site.

    A page in a browser can reach loopback, also by its own host name (DNS rebinding).
    """
    host, origin = request.headers.get("host", ""), request.headers.get("origin")
    return _is_here(f"//{host}") and (origin is None or _is_here(origin))


def _is_here(url: str) -> bool:
    try:
        name = urlsplit(url).hostname or ""
        return name == "localhost" or ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False


async def _wire_request(request: Request) -> WireRequest:
    return WireRequest(
        method=request.method,
        path=request.scope["path"],
        query=dict(request.query_params),
        headers=dict(request.headers),
        body=await request.body(),
    )


async def _break(reaction: Reaction, request: Request, send: Send) -> None:
    transport: asyncio.Transport = request.scope["state"]["transport"]
    if reaction.fault == "timeout":
        await _hold(request)
        transport.abort()
    elif reaction.fault == "truncated" and reaction.response is not None:
        for message in _half(reaction.response):
            await send(message)
        transport.close()
    else:
        # With a linger time of 0, closing sends a reset and not an orderly end.
        opened: socket.socket = transport.get_extra_info("socket")
        opened.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        transport.abort()
    await _until_closed(request)


async def _hold(request: Request) -> None:
    try:
        async with asyncio.timeout(_LONGEST_HOLD):
            await _until_closed(request)
    except TimeoutError:
        return


async def _until_closed(request: Request) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        continue


def _half(response: WireResponse) -> tuple[Message, Message]:
    length = str(len(response.body)).encode()
    headers = [(name.encode(), value.encode()) for name, value in response.headers.items()]
    part = response.body[: len(response.body) // 2]
    return (
        {
            "type": "http.response.start",
            "status": response.status,
            "headers": [*headers, (b"content-length", length)],
        },
        {"type": "http.response.body", "body": part, "more_body": True},
    )


def _bound(host: str, port: int) -> socket.socket:
    """A listening socket on loopback; InvalidInput for any other host or a port in use."""
    try:
        numeric = ipaddress.ip_address("127.0.0.1" if host == "localhost" else host)
    except ValueError:
        numeric = None
    if numeric is None or not numeric.is_loopback:
        raise InvalidInput(
            f"the simulator does not listen on {host}",
            "Its control endpoint asks for no credential; use 127.0.0.1, ::1 or localhost.",
        )
    family = socket.AF_INET6 if numeric.version == 6 else socket.AF_INET
    # With the protocol named, asyncio switches Nagle's algorithm off on what it accepts.
    listening = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((str(numeric), port))
    except OSError as problem:
        listening.close()
        raise InvalidInput(
            f"port {port} cannot be used: {problem.strerror}",
            "Choose another port, or stop what listens there.",
        ) from problem
    return listening


def _config(simulator: Simulator) -> uvicorn.Config:
    return uvicorn.Config(
        Application(simulator),
        http=_Protocol,
        ws="none",
        lifespan="off",
        loop="asyncio",
        access_log=False,
        log_config=None,
        log_level="critical",
        server_header=False,
        date_header=False,
        proxy_headers=False,
        timeout_graceful_shutdown=1,
    )


@contextmanager
def serve(
    simulator: Simulator, *, host: str = "127.0.0.1", port: int = 0
) -> Iterator[ServerAddress]:
    """Serve from a thread of this process until the block ends; port 0 takes a free one."""
    listening = _bound(host, port)
    ready = threading.Event()
    server = _EmbeddedServer(_config(simulator), ready.set)
    name = listening.getsockname()
    thread = threading.Thread(target=server.run, args=([listening],), name="simulator", daemon=True)
    thread.start()
    try:
        ready.wait(10)
        yield ServerAddress(name[0], name[1])
    finally:
        server.stop()
        thread.join()
        listening.close()


def run_forever(
    simulator: Simulator,
    *,
    host: str = "127.0.0.1",
    port: int = 0,
    on_ready: Callable[[ServerAddress], None] = lambda _: None,
) -> None:
    """Serve in this thread until SIGINT or SIGTERM; `on_ready` gets the address."""
    listening = _bound(host, port)
    name = listening.getsockname()
    server = _Server(_config(simulator), lambda: on_ready(ServerAddress(name[0], name[1])))
    # uvicorn stops in good order and then raises the signal again.
    with suppress(KeyboardInterrupt), closing(listening):
        server.run([listening])
