"""Replies that are read piece by piece, overheard while the test reads them.

Knows through which method each library hands out a body's bytes. It must not read one by itself.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator
from importlib import import_module
from typing import Any

#: Told the body's bytes (None: they are not all known), and whether they are encoded still.
Done = Callable[[bytes | None, bool], None]


class Tee:
    """What was read of one body so far, up to a limit of bytes."""

    def __init__(self, limit: int, done: Callable[[bytes | None], None]) -> None:
        self.done = False
        self._left, self._tell = limit, done
        self._kept: list[bytes] = []

    def keep(self, piece: bytes) -> None:
        """Keep a piece; of a body that is too long nothing is kept any more."""
        self._left -= len(piece)
        if self._left >= 0:
            self._kept.append(piece)
        else:
            self._kept.clear()

    def finish(self, whole: bool) -> None:
        """The body ends here, once."""
        if not self.done:
            self.done = True
            self._tell(b"".join(self._kept) if whole and self._left >= 0 else None)
            self._kept.clear()


def is_read(reply: Any) -> bool:
    """Whether the whole body is there already, as it is where a mock made the reply."""
    consumed = getattr(reply, "is_stream_consumed", None)
    return bool(getattr(reply, "_content_consumed", False) if consumed is None else consumed)


def overhear(reply: Any, limit: int, done: Done) -> Tee:
    """Listen to a reply of httpx or requests that has not been read."""
    names = [name for name in ("iter_raw", "aiter_raw") if hasattr(reply, name)]

    def finished(content: bytes | None) -> None:
        # The reply must be again what it was: a closure of ours could not be pickled.
        for name in (*names, "iter_content"):
            reply.__dict__.pop(name, None)
        done(content, bool(names))

    tee = Tee(limit, finished)
    if names:
        reply.iter_raw = _pieces(reply.iter_raw, tee)
        reply.aiter_raw = _async_pieces(reply.aiter_raw, tee)
    else:
        reply.iter_content = _content(reply, tee)
    return tee


def _pieces(read: Callable[..., Iterator[bytes]], tee: Tee) -> Callable[..., Iterator[bytes]]:
    def pieces(*args: Any, **options: Any) -> Iterator[bytes]:
        whole = False
        try:
            for piece in read(*args, **options):
                tee.keep(piece)
                yield piece
            whole = True
        finally:
            tee.finish(whole)

    return pieces


def _async_pieces(
    read: Callable[..., AsyncIterator[bytes]], tee: Tee
) -> Callable[..., AsyncIterator[bytes]]:
    async def pieces(*args: Any, **options: Any) -> AsyncIterator[bytes]:
        whole = False
        try:
            async for piece in read(*args, **options):
                tee.keep(piece)
                yield piece
            whole = True
        finally:
            tee.finish(whole)

    return pieces


def _content(reply: Any, tee: Tee) -> Callable[..., Iterator[Any]]:
    """requests' own method, its bytes kept before they become text."""
    read = _pieces(reply.iter_content, tee)

    def content(chunk_size: int | None = 1, decode_unicode: bool = False) -> Iterator[Any]:
        pieces = read(chunk_size)
        if not decode_unicode:
            return pieces
        decode = import_module("requests.utils").stream_decode_response_unicode
        return iter(decode(pieces, reply))

    return content
