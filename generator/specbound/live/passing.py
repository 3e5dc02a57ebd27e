"""An exchange of httpx on its way: which of its bodies are there already, and which still come.

Knows httpx's messages. It must not know how bodies are read, nor how an exchange is checked.
"""

from __future__ import annotations

import httpx

from specbound.live import wire
from specbound.live.drifted import Drifted
from specbound.live.kept import Kept, within
from specbound.live.watch import Watch
from specbound.traffic.exchange import Exchange, Request

#: A request's body: as it is, or as far as it has been sent.
Sent = bytes | Kept


class Passing:
    """An exchange whose response is read from now on; `kept` is what was read of it."""

    __slots__ = ("_asked", "_headers", "_sent", "_status", "_watch", "kept")

    def __init__(
        self, watch: Watch, request: httpx.Request, sent: Sent, response: httpx.Response
    ) -> None:
        self._watch = watch
        self._asked = asked(request, None)
        self._sent = sent
        self._status = response.status_code
        self._headers = wire.fields(response.headers.raw)
        self.kept = Kept(watch.limit)

    def done(self, may_raise: bool) -> None:
        """The response has ended."""
        try:
            self._watch.saw(self._exchange(), coded=True)
        except Drifted:
            if may_raise:
                raise

    async def done_async(self, may_raise: bool) -> None:
        """The same on an event loop."""
        try:
            await self._watch.saw_async(self._exchange(), coded=True)
        except Drifted:
            if may_raise:
                raise

    def _exchange(self) -> Exchange:
        sent = _sent(self._sent, self._watch.limit)
        asked = self._asked._replace(content=sent, whole=sent is not None)
        return wire.exchange(asked, wire.response(self._status, self._headers, self.kept.content))


def content(request: httpx.Request) -> bytes | None:
    """A request's body, if it is there already; None where it is a stream."""
    if isinstance(request.stream, httpx.ByteStream):
        try:
            return request.content
        except httpx.RequestNotRead:
            return None
    return None


def asked(request: httpx.Request, sent: bytes | None) -> Request:
    """A request in our words."""
    headers = wire.fields(request.headers.raw)
    return wire.request(request.method, str(request.url), headers, sent)


def read(request: httpx.Request, sent: Sent, response: httpx.Response, limit: int) -> Exchange:
    """An exchange whose response has been read already, and unpacked by httpx."""
    try:
        received = within(response.content, limit)
    except httpx.ResponseNotRead:
        received = None
    return wire.exchange(
        wire.plain_message(asked(request, _sent(sent, limit)), limit),
        wire.response(response.status_code, wire.fields(response.headers.raw), received),
    )


def _sent(sent: Sent, limit: int) -> bytes | None:
    return within(sent, limit) if isinstance(sent, bytes) else sent.content
