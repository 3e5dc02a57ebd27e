"""Serving an ASGI app from the command line: the address, the signals, the clean stop.

Knows uvicorn and sockets, and how a served command starts and ends. It must not know what the app
answers.
"""

from __future__ import annotations

import asyncio
import contextlib
import signal
import socket
import sys
import threading
from collections.abc import Awaitable, Callable, Iterator
from types import FrameType
from typing import Any

import uvicorn

from specbound.commands.addresses import LOOPBACK, Address, address

__all__ = ["Address", "address", "listener", "serve", "server", "url_of"]

App = Callable[[Any, Any, Any], Awaitable[None]]

#: Seconds that exchanges under way are given to end after the first signal.
GRACE = 10
#: Idle connections of clients stay open longer than clients keep them: the client decides.
KEEP_ALIVE = 75
#: Bytes that a request's line and header fields may have.
LONGEST_HEAD = 256 * 1024
#: Seconds after which a stopping server looks for connections that came in meanwhile.
_LATE = 0.05


def listener(where: Address) -> socket.socket:
    """A socket that is bound and listens; raises `OSError`, which says where and why not."""
    try:
        found = socket.getaddrinfo(*where, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
        return _bound(found[0][0], found[0][4])
    except OSError as error:
        why = (error.strerror or str(error)).lower()
        raise OSError(error.errno, f"cannot listen: {why}", str(where)) from None


def url_of(bound: socket.socket) -> str:
    """The URL under which a listening socket is reached from this machine."""
    found: tuple[str, int] = bound.getsockname()[:2]
    host, port = found
    host = {"0.0.0.0": LOOPBACK, "::": "::1"}.get(host, host)
    return f"http://{Address(host, port)}"


def server(app: App, grace: int = GRACE) -> uvicorn.Server:
    """A server that adds nothing to what the app says: no header of its own, no log."""
    config = uvicorn.Config(
        app,
        # h11 takes and gives header fields and targets as they are, whatever else is installed.
        http="h11",
        ws="none",
        lifespan="auto",
        log_config=None,
        log_level="critical",
        access_log=False,
        proxy_headers=False,
        server_header=False,
        date_header=False,
        timeout_keep_alive=KEEP_ALIVE,
        timeout_graceful_shutdown=grace,
        h11_max_incomplete_event_size=LONGEST_HEAD,
    )
    return _Quiet(config)


def serve(app: App, bound: socket.socket, started: Callable[[], None], grace: int = GRACE) -> None:
    """Serve until SIGINT or SIGTERM, then let what is under way end, for `grace` seconds at most.

    `started` is called when requests are taken. A second signal raises `KeyboardInterrupt`.
    """
    running = server(app, grace)

    def stop() -> None:
        running.should_exit = True

    async def run() -> None:
        serving = asyncio.create_task(running.serve([bound]))
        while not (running.started or serving.done()):
            await asyncio.sleep(0.005)
        if running.started:
            started()
        await serving

    with stopped_by_signals(stop):
        asyncio.run(run())


@contextlib.contextmanager
def stopped_by_signals(stop: Callable[[], None]) -> Iterator[None]:
    """Call `stop` at the first signal; the second one raises `KeyboardInterrupt` at once."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    asked = False

    def handle(number: int, frame: FrameType | None) -> None:
        nonlocal asked
        if asked:
            raise KeyboardInterrupt
        asked = True
        stop()

    numbers = (signal.SIGINT, signal.SIGTERM)
    before = {number: signal.signal(number, handle) for number in numbers}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


class _Quiet(uvicorn.Server):
    """Leaves signals to whoever runs it: uvicorn would raise them again after a clean stop.

    Connections that were being accepted when it stopped are told so too: uvicorn would serve them
    until its patience ends, and then break off what is under way.
    """

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Let what is under way end, and close every connection after its reply."""
        late = asyncio.create_task(self._tell_late_ones())
        try:
            await super().shutdown(sockets)
        finally:
            late.cancel()

    async def _tell_late_ones(self) -> None:
        while True:
            await asyncio.sleep(_LATE)
            for connection in list(self.server_state.connections):
                connection.shutdown()

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


def _bound(family: int, place: Any) -> socket.socket:
    # Named as TCP, so that asyncio turns Nagle's algorithm off: it would hold replies back 40 ms.
    bound = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        if sys.platform != "win32":
            # Elsewhere this would let two processes share the port.
            bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        bound.bind(place)
        bound.listen(2048)
        bound.setblocking(False)
    except BaseException:
        bound.close()
        raise
    return bound
