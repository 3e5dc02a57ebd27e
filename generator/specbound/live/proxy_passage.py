"""One exchange on its way through the proxy: what is kept of it, for those who look at it later.

Knows what is copied and how far. It must not know sockets, nor what becomes of the copy.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import NamedTuple

from specbound.live import wire
from specbound.live.proxy_headers import Fields, Pairs
from specbound.traffic.exchange import Exchange, Request, Response, Source

#: What stands where a recording's file would.
SOURCE = "<proxy>"


class Fault(NamedTuple):
    """What went wrong apart from the contract; `is_error` unless it was the client's own doing."""

    code: str
    message: str
    is_error: bool = True


class Copy:
    """The first `limit` bytes of a body while it passes; beyond them nothing is kept."""

    __slots__ = ("_pieces", "ended", "limit", "size")

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self.size = 0
        self.ended = False
        self._pieces: list[bytes] = []

    def add(self, piece: bytes) -> None:
        """One more piece has passed."""
        self.size += len(piece)
        if self.size <= self.limit:
            self._pieces.append(piece)
        elif self._pieces:
            # A part of a body can be neither judged nor decoded: its room is worth more.
            self._pieces.clear()

    @property
    def fits(self) -> bool:
        """Whether all that has passed is kept."""
        return self.size <= self.limit

    @property
    def kept(self) -> int:
        """Bytes that are held."""
        return self.size if self.fits else 0

    def content(self) -> bytes | None:
        """The whole body, in its content coding; None where it is too long or did not end."""
        return b"".join(self._pieces) if self.fits and self.ended else None


@dataclass(slots=True)
class Passage:
    """An exchange as it is known so far; times in seconds, `at` since the epoch.

    `status` is the upstream's, None while there is no reply; `answered` what the client was sent.
    """

    number: int
    method: str
    url: str
    headers: Fields
    sent: Copy
    got: Copy
    is_wanted: bool
    at: float = field(default_factory=time.time)
    began: float = field(default_factory=time.perf_counter)
    seconds: float = 0.0
    status: int | None = None
    reply_headers: Pairs = ()
    answered: int | None = None
    faults: list[Fault] = field(default_factory=list)

    def ends(self) -> None:
        """Take the time: nothing more is sent to the client."""
        self.seconds = time.perf_counter() - self.began

    @property
    def weight(self) -> int:
        """Bytes of the bodies that are held."""
        return self.sent.kept + self.got.kept

    def exchange(self) -> Exchange:
        """The exchange as far as it went, content codings undone."""
        whole = Exchange(self._request(), self._reply(), Source(SOURCE, number=self.number))
        return wire.plain(whole, max(self.sent.limit, self.got.limit))

    def question(self) -> Exchange:
        """The request alone, its content codings undone."""
        half = Exchange(self._request(), None, Source(SOURCE, number=self.number))
        return wire.plain(half, self.sent.limit)

    def _request(self) -> Request:
        fields, content = wire.fields(self.headers), self.sent.content()
        return wire.request(self.method, self.url, fields, content)

    def _reply(self) -> Response | None:
        if self.status is None:
            return None
        return wire.response(self.status, wire.fields(self.reply_headers), self.got.content())
