"""An exchange on its way: asked already, answered, its reply still to be read.

Knows when an exchange is over, which it is once. It must not know any library's messages, nor how
an exchange is checked.
"""

from __future__ import annotations

from typing import Any, Protocol

from specbound.live import wire
from specbound.live.drifted import Drifted
from specbound.live.kept import Kept, within
from specbound.traffic.exchange import Exchange, Request, Response

#: A request's body: as it is, or as far as it has been sent.
Sent = bytes | Kept


class Onlooker(Protocol):
    """Whoever is told of exchanges, as `Watch` is; `limit` is the bytes of a body to be kept."""

    limit: int

    def saw(self, exchange: Exchange, coded: bool = False) -> object: ...
    async def saw_async(self, exchange: Exchange, coded: bool = False) -> object: ...


class Messages(Protocol):
    """One library's requests and responses, as `httpx_messages` and `requests_messages` have it."""

    def content(self, request: Any) -> bytes | None: ...
    def body(self, request: Any) -> object: ...
    def sending(self, request: Any, limit: int) -> Sending: ...
    def asked(self, request: Any, sent: bytes | None) -> Request: ...
    def is_there(self, response: Any) -> bool: ...
    def exchange(self, request: Any, sent: Sent, response: Any, limit: int) -> Exchange: ...
    def look_on(
        self, onlooker: Onlooker, request: Any, sent: Sent, response: Any
    ) -> Passing | None: ...


class Passing:
    """An exchange whose response is read from now on; `kept` is what was read of it.

    `coded` says that it is read with its content codings.
    """

    __slots__ = ("_asked", "_is_over", "_onlooker", "_replied", "_sent", "coded", "kept")

    def __init__(self, onlooker: Onlooker, asked: Request, sent: Sent, replied: Response) -> None:
        self._onlooker = onlooker
        self._asked = asked
        self._sent = sent
        self._replied = replied
        self._is_over = False
        self.coded = True
        self.kept = Kept(onlooker.limit)

    @property
    def is_over(self) -> bool:
        """Whether it has been told."""
        return self._is_over

    def done(self, may_raise: bool) -> None:
        """The response has ended, or will not be read any further; said again it is nothing new."""
        if self._is_over:
            return
        self._is_over = True
        try:
            self._onlooker.saw(self._exchange(), self.coded)
        except Drifted:
            if may_raise:
                raise

    async def done_async(self, may_raise: bool) -> None:
        """The same on an event loop."""
        if self._is_over:
            return
        self._is_over = True
        try:
            await self._onlooker.saw_async(self._exchange(), self.coded)
        except Drifted:
            if may_raise:
                raise

    def _exchange(self) -> Exchange:
        limit = self._onlooker.limit
        asked = wire.with_content(self._asked, sent_content(self._sent, limit))
        if not self.coded:  # what was sent is coded all the same
            asked = wire.plain_message(asked, limit)
        return wire.exchange(asked, wire.with_content(self._replied, self.kept.content))


class Sending:
    """A request whose body is a stream, kept while it is sent; `over` puts back what was there."""

    __slots__ = ("_before", "_name", "_request", "_watched", "kept")

    def __init__(self, request: Any, name: str, watched: Any, kept: Kept) -> None:
        self.kept = kept
        self._request, self._name, self._watched = request, name, watched
        self._before = getattr(request, name)
        setattr(request, name, watched)

    def over(self, *others: Any) -> None:
        """It has been sent, and so have `others`, to which a redirect has handed the body on."""
        for request in (self._request, *others):
            if getattr(request, self._name) is self._watched:
                setattr(request, self._name, self._before)


def sent_content(sent: Sent, limit: int) -> bytes | None:
    """A request's body; None where it is not known as a whole, or longer than the limit."""
    return within(sent, limit) if isinstance(sent, bytes) else sent.content
