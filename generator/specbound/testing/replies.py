"""Replies of client libraries as exchanges: redirects one by one, streams when they were read.

Knows how httpx and requests keep what was sent and received, and touches none of it. It must not
know what is done with an exchange.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from types import SimpleNamespace
from typing import Any, Protocol

from specbound.testing.streams import Tee, is_read, overhear
from specbound.traffic.bodies import decoded
from specbound.traffic.exchange import Exchange, header
from specbound.traffic.messages import exchange_of, is_unread


class Listener(Protocol):
    """Whoever is told; `where` is what it answered when the request was sent."""

    limit: int

    def where(self) -> Any: ...
    def wants(self, where: Any, url: str) -> bool: ...
    def saw(self, where: Any, exchange: Exchange) -> None: ...
    def missed(self, where: Any, error: Exception) -> None: ...


class Ears:
    """Tells a listener of everything that is sent; an error of its own never reaches the test."""

    def __init__(self, listener: Listener) -> None:
        self.listener = listener
        self._open: list[Tee] = []

    def called(self, request: Any) -> Heard:
        """A request is about to be sent."""
        return Heard(self, request, self.listener.where())

    def settle(self) -> None:
        """Tell of replies that nobody has read to their end, and will not."""
        while self._open:
            self._open.pop().finish(whole=False)

    def opened(self, tee: Tee) -> None:
        """Keep a stream until it was read, or nobody can read it any more."""
        self._open = [each for each in self._open if not each.done]
        self._open.append(tee)


class Heard:
    """One call of `send`, from its start to its last byte."""

    def __init__(self, ears: Ears, request: Any, where: Any) -> None:
        self._ears, self._request, self._where = ears, request, where

    def answered(self, reply: Any, streamed: bool) -> None:
        """The call returned; the bodies of what was redirected have been read already."""
        self._safely(partial(self._answered, reply, streamed))

    def failed(self, error: Exception) -> None:
        """The call raised; what the library says of the request was sent all the same."""
        self._safely(partial(self._failed, error))

    def _answered(self, reply: Any, streamed: bool) -> None:
        for each in getattr(reply, "history", ()):
            self._tell(each.request, each)
        if not streamed or is_read(reply):
            self._tell(reply.request, reply)
        elif self._ears.listener.wants(self._where, str(reply.request.url)):
            done = partial(self._safely_streamed, reply)
            self._ears.opened(overhear(reply, self._ears.listener.limit, done))

    def _failed(self, error: Exception) -> None:
        reply = getattr(error, "response", None)
        if reply is not None:
            self._answered(reply, False)
        elif getattr(error, "request", None) is not None:
            self._tell(self._request, None)

    def _tell(self, request: Any, reply: Any) -> None:
        if self._ears.listener.wants(self._where, str(request.url)):
            self._saw(exchange_of(request, reply), request)

    def _safely_streamed(self, reply: Any, content: bytes | None, raw: bool) -> None:
        self._safely(partial(self._streamed, reply, content, raw))

    def _streamed(self, reply: Any, content: bytes | None, raw: bool) -> None:
        plain = SimpleNamespace(status_code=reply.status_code, headers=reply.headers)
        exchange = exchange_of(reply.request, plain)
        response = exchange.response
        assert response is not None
        if content is not None:
            if raw:
                content = decoded(content, header(response.headers, "content-encoding"))
            response = response._replace(content=content, whole=True)
        self._saw(exchange._replace(response=response), reply.request)

    def _saw(self, exchange: Exchange, request: Any) -> None:
        if is_unread(exchange.request) and (content := _form(request, self._ears.listener.limit)):
            assert exchange.request is not None
            exchange = exchange._replace(request=exchange.request._replace(content=content))
        self._ears.listener.saw(self._where, exchange)

    def _safely(self, step: Callable[[], None]) -> None:
        try:
            step()
        except Exception as error:  # whatever it is, the test is about something else
            self._ears.listener.missed(self._where, error)


def _form(request: Any, limit: int) -> bytes | None:
    """httpx's multipart forms can be written once more; generators cannot, and are left alone."""
    stream: Any = getattr(request, "stream", None)
    length = request.headers.get("content-length", "")
    if type(stream).__name__ != "MultipartStream" or not length.isdecimal() or int(length) > limit:
        return None
    content = b"".join(stream)
    return content if len(content) == int(length) else None
