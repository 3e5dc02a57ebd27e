"""The client's side of one exchange, as ASGI shows it: its body, its leaving, and its reply.

Knows ASGI's messages for HTTP. It must not know the upstream, nor contracts.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, MutableMapping
from typing import Any

from specbound.live.proxy_faults import ClientGone
from specbound.live.proxy_headers import Fields
from specbound.live.proxy_passage import Copy

Message = MutableMapping[str, Any]
Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]


class Client:
    """One client that waits for one reply. When it leaves, the task that serves it is cancelled."""

    def __init__(self, receive: Receive, send: Send, sent: Copy) -> None:
        self.has_left = False
        self.has_begun = self.is_over = False
        self._receive, self._send = receive, send
        self._sent = sent
        self._task = asyncio.current_task()
        self._leaving: asyncio.Task[None] | None = None

    async def first(self, hold: int) -> tuple[bytes, bool]:
        """The body as far as it has come, all of it up to `hold` bytes; and whether more comes."""
        pieces: list[bytes] = []
        more = True
        while more and (not pieces or self._sent.size <= hold):
            piece, more = await self._piece()
            pieces.append(piece)
        return b"".join(pieces), more

    async def rest(self) -> AsyncIterator[bytes]:
        """What follows, piece by piece; the next one is asked for when the last one is used."""
        more = True
        while more:
            piece, more = await self._piece()
            if piece:
                yield piece

    async def begin(self, status: int, fields: Fields) -> None:
        """Send the head of the reply."""
        self.has_begun = True
        await self._send({"type": "http.response.start", "status": status, "headers": fields})

    async def give(self, piece: bytes, more: bool = True) -> None:
        """Send a piece of the reply; waits while the client takes none."""
        self.is_over = not more
        await self._send({"type": "http.response.body", "body": piece, "more_body": more})

    def close(self) -> None:
        """The exchange is over, however it ended."""
        self.is_over = True
        if self._leaving is not None:
            self._leaving.cancel()

    async def _piece(self) -> tuple[bytes, bool]:
        message = await self._receive()
        if message["type"] == "http.disconnect":
            self.has_left = True
            raise ClientGone("client left before its request had ended")
        piece = message.get("body", b"")
        more = message.get("more_body", False)
        self._sent.add(piece)
        if not more:
            self._sent.ended = True
            self._leaving = asyncio.create_task(self._leaves())
        return piece, more

    async def _leaves(self) -> None:
        """Wait until nobody listens any more; after the reply that is how every exchange ends."""
        while (await self._receive())["type"] != "http.disconnect":
            pass
        if not self.is_over and self._task is not None:
            self.has_left = True
            self._task.cancel()
