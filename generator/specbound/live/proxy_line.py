"""A connection as asyncio's transport sees it: what has come, whether more may be sent, its end.

Knows transports, back pressure both ways, and h11's buffer. It must not know requests or replies.
"""

from __future__ import annotations

import asyncio
from typing import cast

import h11

from specbound.live.proxy_faults import Stalled

#: Bytes of a reply that may wait to be passed on before the upstream is made to wait.
HIGH_WATER = 256 * 1024
#: Bytes that a reply's status line and header fields may have.
LONGEST_HEAD = 256 * 1024


class Line(asyncio.Protocol):
    """The upstream's end of a connection; `patience` in seconds, None: for ever."""

    def __init__(self, patience: float | None) -> None:
        self._patience = patience
        self._h11 = h11.Connection(h11.CLIENT, max_incomplete_event_size=LONGEST_HEAD)
        self._transport: asyncio.Transport
        self._loop = asyncio.get_running_loop()
        self._unread = 0
        self._closed = self._ended = self._is_idle = False
        self._why = ""
        self._arrived: asyncio.Future[None] | None = None
        self._writable = asyncio.Event()
        self._writable.set()

    @property
    def is_free(self) -> bool:
        """Whether the next exchange may use it: open, and nothing came that nobody asked for."""
        if self._closed or self._ended or self._transport.is_closing():
            return False
        return not self._h11.trailing_data[0]

    def abort(self) -> None:
        """Close at once; whoever waits is woken."""
        self._closed = True
        self._transport.abort()
        self._wake()

    # --- what the transport calls -----------------------------------------------------------------

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the transport."""
        self._transport = cast(asyncio.Transport, transport)

    def data_received(self, data: bytes) -> None:
        """Take in what has come; too much of it makes the upstream wait."""
        if self._is_idle:
            # Nobody has asked: the next request must not take it for its reply.
            self.abort()
            return
        self._unread += len(data)
        self._h11.receive_data(data)
        if self._unread > HIGH_WATER:
            self._transport.pause_reading()
        self._wake()

    def eof_received(self) -> None:
        """The upstream has said all it will say."""
        self._ended = True
        self._h11.receive_data(b"")
        self._wake()

    def connection_lost(self, exc: Exception | None) -> None:
        """No more of either direction."""
        self._closed = True
        if exc is not None and not self._why:
            self._why = "reset" if isinstance(exc, ConnectionError) else "broke off"
        self._writable.set()
        self._wake()

    def pause_writing(self) -> None:
        """The upstream takes less than is sent."""
        self._writable.clear()

    def resume_writing(self) -> None:
        """The upstream takes more again."""
        self._writable.set()

    # --- for whoever speaks -----------------------------------------------------------------------

    async def _drained(self) -> None:
        """Wait until the upstream takes more; raises `Stalled`."""
        if self._writable.is_set():
            return
        try:
            async with asyncio.timeout(self._patience):
                await self._writable.wait()
        except TimeoutError:
            said = f"upstream took no more of the request for {self._patience:g} s"
            raise Stalled(said) from None

    async def _more(self) -> None:
        """Wait for more of what the upstream says, or for its end; raises `TimeoutError`."""
        if self._unread > HIGH_WATER:
            self._transport.resume_reading()
        self._unread = 0
        self._arrived = self._loop.create_future()
        async with asyncio.timeout(self._patience):
            await self._arrived

    def _wake(self) -> None:
        if self._arrived is not None and not self._arrived.done():
            self._arrived.set_result(None)
