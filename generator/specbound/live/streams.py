"""Streams of httpx that keep what passes through them, and say when it has ended.

Knows how httpx reads and closes streams. It must not know what is kept for what, nor hold up or
change a single piece.
"""

from __future__ import annotations

import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from typing import Any

import httpx

from specbound.live.kept import Kept
from specbound.live.passing import Passing

_KINDS: dict[tuple[type[Any], type[Any]], type[Any]] = {}


class SentStream(httpx.SyncByteStream):
    """A request's body, kept as it is sent."""

    def __init__(self, inner: Any, kept: Kept) -> None:
        self._inner = inner
        self._kept = kept

    def __iter__(self) -> Iterator[bytes]:
        kept = self._kept
        kept.restart()
        for chunk in self._inner:
            kept.add(chunk)
            yield chunk
        kept.ended = True

    def close(self) -> None:
        """Close the stream itself."""
        self._inner.close()


class AsyncSentStream(httpx.AsyncByteStream):
    """A request's body, kept as it is sent."""

    def __init__(self, inner: Any, kept: Kept) -> None:
        self._inner = inner
        self._kept = kept

    def __aiter__(self) -> AsyncIterator[bytes]:
        self._kept.restart()
        return _Pieces(self._inner.__aiter__(), self._kept, _nothing)

    async def aclose(self) -> None:
        """Close the stream itself."""
        await self._inner.aclose()


class ReceivedStream(httpx.SyncByteStream):
    """A response's body, kept as it is read; the exchange is over when it ends or is closed."""

    def __init__(self, inner: Any, passing: Passing) -> None:
        self._inner = inner
        self._passing = passing

    def __iter__(self) -> Iterator[bytes]:
        kept = self._passing.kept
        for chunk in self._inner:
            kept.add(chunk)
            yield chunk
        kept.ended = True
        self._passing.done(True)

    def close(self) -> None:
        """Close the stream itself; what was not read by now never will be."""
        may_raise = sys.exc_info()[0] is None
        self._inner.close()
        self._passing.done(may_raise)


class AsyncReceivedStream(httpx.AsyncByteStream):
    """A response's body, kept as it is read; the exchange is over when it ends or is closed."""

    def __init__(self, inner: Any, passing: Passing) -> None:
        self._inner = inner
        self._passing = passing

    def __aiter__(self) -> AsyncIterator[bytes]:
        return _Pieces(self._inner.__aiter__(), self._passing.kept, self._ended)

    async def aclose(self) -> None:
        """Close the stream itself; what was not read by now never will be."""
        may_raise = sys.exc_info()[0] is None
        await self._inner.aclose()
        await self._passing.done_async(may_raise)

    async def _ended(self) -> None:
        await self._passing.done_async(True)


def kind_for(ours: type[Any], theirs: type[Any]) -> type[Any]:
    """One of the kinds above as a client takes it that handles streams like `theirs`.

    httpx goes on under another name, and each of the two takes streams of its own classes alone.
    """
    known = _KINDS.get((ours, theirs))
    if known is None:
        own = ours.__mro__[1]
        alike = [each for each in theirs.__mro__ if each.__name__ == own.__name__]
        foreign = [each for each in alike if each is not own]
        known = type(ours.__name__, (ours, foreign[0]), {}) if foreign else ours
        _KINDS[ours, theirs] = known
    return known


class _Pieces:
    """The pieces of an asynchronous stream; no generator, which would want closing of its own."""

    __slots__ = ("_done", "_kept", "_pieces")

    def __init__(
        self, pieces: AsyncIterator[bytes], kept: Kept, done: Callable[[], Awaitable[object]]
    ) -> None:
        self._pieces = pieces
        self._kept = kept
        self._done = done

    def __aiter__(self) -> _Pieces:
        return self

    async def __anext__(self) -> bytes:
        try:
            chunk = await self._pieces.__anext__()
        except StopAsyncIteration:
            self._kept.ended = True
            await self._done()
            raise
        self._kept.add(chunk)
        return chunk


async def _nothing() -> None:
    return None
