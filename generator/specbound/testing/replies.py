"""Replies of client libraries, told one by one: redirects, streams when they were read, failures.

Knows which exchanges one call of `send` is made of. It must not know how a library keeps what it
sends, which the live room knows, nor what is done with an exchange.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial
from typing import Any, Protocol

from specbound.live import wire
from specbound.live.kept import Kept
from specbound.live.passing import Messages, Passing, Sent, sent_content
from specbound.traffic.exchange import Exchange


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
        self._open: list[Passing] = []

    def called(self, messages: Messages, request: Any) -> Heard:
        """A request is about to be sent."""
        return Heard(self, messages, request)

    def settle(self) -> None:
        """Tell of replies that nobody has read to their end, and will not."""
        while self._open:
            self._open.pop().done(False)

    def opened(self, passing: Passing) -> None:
        """Keep a reply until it was read, or nobody can read it any more."""
        self._open = [each for each in self._open if not each.is_over]
        self._open.append(passing)


class Heard:
    """One call of `send`, from its start to its last byte; looks on as a `Watch` does."""

    def __init__(self, ears: Ears, messages: Messages, request: Any) -> None:
        self.limit = ears.listener.limit
        self._ears, self._messages, self._request = ears, messages, request
        self._where = ears.listener.where()
        self._sent: Sent = Kept(0)
        self._put_back: Callable[..., None] | None = None
        self._body: object = None
        self._safely(self._called)

    # --- the call ---------------------------------------------------------------------------------

    def answered(self, reply: Any) -> None:
        """The call returned; the bodies of what was redirected have been read already."""
        self._safely(partial(self._answered, reply))
        self._safely(partial(self._over, [each.request for each in (*_history(reply), reply)]))

    def failed(self, error: Exception) -> None:
        """The call raised; what the library says of the request was sent all the same."""
        self._safely(partial(self._failed, error))
        self._safely(partial(self._over, []))

    def _called(self) -> None:
        content = self._messages.content(self._request)
        if content is None:
            sending = self._messages.sending(self._request, self.limit)
            self._sent, self._put_back = sending.kept, sending.over
        else:
            self._sent = content
        self._body = self._messages.body(self._request)

    def _answered(self, reply: Any) -> None:
        for each in (*_history(reply), reply):
            if not self._ears.listener.wants(self._where, str(each.request.url)):
                continue
            sent = self._sent_by(each.request)
            if self._messages.is_there(each):
                self.saw(self._messages.exchange(each.request, sent, each, self.limit))
            elif passing := self._messages.look_on(self, each.request, sent, each):
                self._ears.opened(passing)

    def _failed(self, error: Exception) -> None:
        reply = getattr(error, "response", None)
        if reply is not None:
            self._answered(reply)
        elif getattr(error, "request", None) is not None:
            self._unanswered()

    def _unanswered(self) -> None:
        if self._ears.listener.wants(self._where, str(self._request.url)):
            sent = sent_content(self._sent_by(self._request), self.limit)
            asked = self._messages.asked(self._request, sent)
            self.saw(Exchange(wire.plain_message(asked, self.limit), None, wire.LIVE))

    def _sent_by(self, request: Any) -> Sent:
        """The body of a request, which a redirect may have handed on to it."""
        content = self._messages.content(request)
        if content is not None:
            return content
        return self._sent if self._messages.body(request) is self._body else Kept(0)

    def _over(self, requests: Iterable[Any]) -> None:
        if self._put_back is not None:
            self._put_back(*requests)

    # --- what came of it --------------------------------------------------------------------------

    def saw(self, exchange: Exchange, coded: bool = False) -> None:
        """An exchange is over."""
        self._safely(partial(self._saw, exchange, coded))

    async def saw_async(self, exchange: Exchange, coded: bool = False) -> None:
        """The same; the test waits for it."""
        self.saw(exchange, coded)

    def _saw(self, exchange: Exchange, coded: bool) -> None:
        plain = wire.plain(exchange, self.limit) if coded else exchange
        self._ears.listener.saw(self._where, plain)

    def _safely(self, step: Callable[[], None]) -> None:
        try:
            step()
        except Exception as error:  # whatever it is, the test is about something else
            self._ears.listener.missed(self._where, error)


def _history(reply: Any) -> tuple[Any, ...]:
    return tuple(getattr(reply, "history", ()))
