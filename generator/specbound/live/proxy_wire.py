"""One connection to the upstream: a request goes out while its reply comes in (RFC 9112).

Knows h11, when a connection can serve again, and what an upstream does wrong. It must not know
clients, contracts, nor which upstream it is.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import h11

from specbound.live.proxy_faults import BrokenOff, Malformed, Stalled, UpstreamFault
from specbound.live.proxy_line import Line

_VERSION = b"HTTP/"


class Wire(Line):
    """A connection to the upstream, for one exchange after the other.

    `patience`: the seconds for which nothing may move before `Stalled` is raised; None: for ever.
    """

    def __init__(self, patience: float | None) -> None:
        super().__init__(patience)
        self.exchanges = 0
        self.idle_since = 0.0
        self._got = 0
        self._expected = ""
        self._headed = False
        self._sender: asyncio.Task[None] | None = None
        self._sent_at = 0.0

    # --- one exchange -----------------------------------------------------------------------------

    async def ask(
        self, head: h11.Request, first: bytes, rest: AsyncIterator[bytes] | None
    ) -> h11.Response:
        """Send a request and wait for the head of its reply; interim replies are passed over.

        `rest` is sent while the reply is awaited and read; what it raises is raised here. Raises
        `UpstreamFault`.
        """
        self.exchanges += 1
        self._is_idle = False
        self._got, self._expected, self._headed = 0, "", False
        out = self._h11.send(head) or b""
        if first:
            out += self._h11.send(h11.Data(data=first)) or b""
        if rest is None:
            out += self._h11.send(h11.EndOfMessage()) or b""
        self._transport.write(out)
        self._sent_at = self._loop.time()
        if rest is not None:
            self._sender = asyncio.create_task(self._send(rest))
            self._sender.add_done_callback(self._sent)
        while True:
            event = await self._event()
            if isinstance(event, h11.Response):
                self._headed = True
                found = [value for name, value in event.headers if name == b"content-length"]
                self._expected = f" of {int(found[0]):,}" if found else ""
                return event

    async def chunks(self) -> AsyncIterator[bytes]:
        """The reply's body as it comes, its transfer coding undone; raises as `ask` does."""
        while True:
            event = await self._event()
            if isinstance(event, h11.Data):
                self._got += len(event.data)
                yield bytes(event.data)
            elif isinstance(event, h11.EndOfMessage) or event is h11.PAUSED:
                return

    def finish(self) -> int:
        """End an exchange whose reply was read whole; gives the bytes that came beyond its end."""
        surplus = len(self._h11.trailing_data[0])
        if self._sender is not None and not self._sender.done():
            self._sender.cancel()
        self._sender = None
        done = self._h11.our_state is h11.DONE and self._h11.their_state is h11.DONE
        if not done or surplus or not self.is_free:
            self.drop()
            return surplus
        self._h11.start_next_cycle()
        self._is_idle = True
        self.idle_since = self._loop.time()
        return 0

    def drop(self) -> None:
        """Close at once, whatever is under way."""
        if self._sender is not None:
            self._sender.cancel()
        self.abort()

    # --- sending ----------------------------------------------------------------------------------

    async def _send(self, rest: AsyncIterator[bytes]) -> None:
        async for chunk in rest:
            if self._closed:
                return
            self._transport.write(self._h11.send(h11.Data(data=chunk)) or b"")
            await self._drained()
            self._sent_at = self._loop.time()
        if not self._closed:
            self._transport.write(self._h11.send(h11.EndOfMessage()) or b"")

    def _sent(self, sender: asyncio.Task[None]) -> None:
        self._sent_at = self._loop.time()
        if not sender.cancelled() and sender.exception() is not None:
            # Whoever waits for the reply is to learn it now.
            self.abort()

    # --- receiving --------------------------------------------------------------------------------

    async def _event(self) -> Any:
        while (event := self._next()) is h11.NEED_DATA:
            if self._closed:
                raise self._broken_off()
            await self._wait()
        return event

    def _next(self) -> Any:
        if self._sender is not None and self._sender.done() and not self._sender.cancelled():
            error = self._sender.exception()
            if error is not None:
                raise error
        try:
            event = self._h11.next_event()
        except h11.RemoteProtocolError as error:
            if self._ended:
                raise self._broken_off() from None
            raise Malformed(f"upstream sent what is not HTTP/1.1: {error}") from None
        waiting = self._h11.their_state is h11.SEND_RESPONSE
        if event is h11.NEED_DATA and waiting:
            start = bytes(self._h11.trailing_data[0][: len(_VERSION)])
            if not _VERSION.startswith(start):
                # h11 would wait for the end of a line that may never come.
                raise Malformed("upstream sent what is not HTTP/1.1: no status line")
        return event

    async def _wait(self) -> None:
        """Wait for more of the reply; a client that sends slowly is not the upstream's fault."""
        try:
            await self._more()
        except TimeoutError:
            since = self._loop.time() - self._sent_at
            is_sending = self._sender is not None and not self._sender.done()
            if not (is_sending or (self._patience and since < self._patience)):
                raise Stalled(self._stalled()) from None

    def _stalled(self) -> str:
        if not self._headed:
            return f"upstream sent no reply for {self._patience:g} s"
        return f"upstream sent nothing for {self._patience:g} s after {self._part}"

    def _broken_off(self) -> UpstreamFault:
        how = {"": "closed the connection", "reset": "reset the connection"}.get(
            self._why, "broke the connection off"
        )
        if not self._headed:
            return BrokenOff(f"upstream {how} before it replied")
        return BrokenOff(f"upstream {how} after {self._part}")

    @property
    def _part(self) -> str:
        return f"{self._got:,}{self._expected} bytes of its reply"
