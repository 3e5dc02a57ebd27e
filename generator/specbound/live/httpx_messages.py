"""Messages of httpx as exchanges: which bodies are there already, and which still pass.

Knows httpx's requests and responses, under whichever name the library goes. It must not know how
they came to be sent, nor how an exchange is checked.
"""

from __future__ import annotations

from typing import Any

import httpx

from specbound.live import wire
from specbound.live.kept import Kept, within
from specbound.live.passing import Onlooker, Passing, Sending, Sent, sent_content
from specbound.live.streams import (
    AsyncReceivedStream,
    AsyncSentStream,
    ReceivedStream,
    SentStream,
    kind_for,
)
from specbound.traffic.exchange import Exchange, Request

#: The connection is no longer HTTP's (RFC 9110 section 15.2.2).
_SWITCHING = 101


class HttpxMessages:
    """What a client of one kind sends and gets: `SYNC` or `ASYNC`."""

    def __init__(
        self,
        sent: type[SentStream] | type[AsyncSentStream],
        received: type[ReceivedStream] | type[AsyncReceivedStream],
    ) -> None:
        self._sent: Any = sent
        self._received: Any = received

    def content(self, request: httpx.Request) -> bytes | None:
        """A request's body, if it is there already; None where it is a stream."""
        try:
            return request.content
        except RuntimeError:  # `RequestNotRead`, of httpx or of its next generation
            return None

    def body(self, request: httpx.Request) -> object:
        """What a redirected request shares with the one before, if it has the same body."""
        return request.stream

    def sending(self, request: httpx.Request, limit: int) -> Sending:
        """Keep the request's body while it is sent."""
        stream, kept = request.stream, Kept(limit)
        return Sending(request, "stream", kind_for(self._sent, type(stream))(stream, kept), kept)

    def asked(self, request: httpx.Request, sent: bytes | None) -> Request:
        """A request in our words."""
        headers = wire.fields(request.headers.raw)
        return wire.request(request.method, str(request.url), headers, sent)

    def is_there(self, response: httpx.Response) -> bool:
        """Whether nothing more of a response will pass."""
        return response.is_closed

    def exchange(
        self, request: httpx.Request, sent: Sent, response: httpx.Response, limit: int
    ) -> Exchange:
        """An exchange whose response has been read already, and unpacked by httpx."""
        try:
            received = within(response.content, limit)
        except RuntimeError:  # `ResponseNotRead`
            received = None
        asked = self.asked(request, sent_content(sent, limit))
        headers = wire.fields(response.headers.raw)
        return wire.exchange(
            wire.plain_message(asked, limit), wire.response(response.status_code, headers, received)
        )

    def look_on(
        self, onlooker: Onlooker, request: httpx.Request, sent: Sent, response: httpx.Response
    ) -> Passing | None:
        """Have the exchange seen when its response has been read; None where it never ends."""
        if response.status_code == _SWITCHING:
            return None
        replied = wire.response(response.status_code, wire.fields(response.headers.raw), None)
        passing = Passing(onlooker, self.asked(request, None), sent, replied)
        stream = response.stream
        response.stream = kind_for(self._received, type(stream))(stream, passing)
        return passing


SYNC = HttpxMessages(SentStream, ReceivedStream)
ASYNC = HttpxMessages(AsyncSentStream, AsyncReceivedStream)
