"""Messages of requests (the library) as exchanges: which bodies are there, and which still pass.

Knows its prepared requests and its responses, without importing it. It must not know how they came
to be sent, nor how an exchange is checked.
"""

from __future__ import annotations

from typing import Any

from specbound.live import wire
from specbound.live.kept import Kept, within
from specbound.live.passing import Onlooker, Passing, Sending, Sent, sent_content
from specbound.live.raw import at_hand, looked_on, sent_body
from specbound.traffic.exchange import Exchange, Headers, Request


class RequestsMessages:
    """What a session sends and gets."""

    def content(self, request: Any) -> bytes | None:
        """A request's body, if it is there already; None where it is a stream."""
        return at_hand(request.body)

    def body(self, request: Any) -> object:
        """What a redirected request shares with the one before, if it has the same body."""
        return request.body

    def sending(self, request: Any, limit: int) -> Sending:
        """Keep the request's body while it is sent."""
        kept = Kept(limit)
        return Sending(request, "body", sent_body(request.body, kept), kept)

    def asked(self, request: Any, sent: bytes | None) -> Request:
        """A request in our words."""
        headers = wire.fields(request.headers.lower_items())
        return wire.request(str(request.method), str(request.url), headers, sent)

    def is_there(self, response: Any) -> bool:
        """Whether nothing more of a response will pass."""
        return bool(response._content_consumed)

    def exchange(self, request: Any, sent: Sent, response: Any, limit: int) -> Exchange:
        """An exchange whose response has been read already, and unpacked."""
        try:
            received = within(response.content or b"", limit)
        except RuntimeError:  # it was read piece by piece
            received = None
        asked = self.asked(request, sent_content(sent, limit))
        replied = wire.response(response.status_code, _headers(response), received)
        return wire.exchange(wire.plain_message(asked, limit), replied)

    def look_on(self, onlooker: Onlooker, request: Any, sent: Sent, response: Any) -> Passing:
        """Have the exchange seen when its response has been read."""
        replied = wire.response(response.status_code, _headers(response), None)
        passing = Passing(onlooker, self.asked(request, None), sent, replied)
        looked_on(response.raw, passing)
        return passing


def _headers(response: Any) -> Headers:
    """The fields as they came; requests itself joins those of one name."""
    raw = getattr(response.raw, "headers", None)
    return wire.fields(raw.items() if raw else response.headers.items())


SESSION = RequestsMessages()
