"""Bodies of requests (the library), kept as they are sent and read.

Knows how requests and urllib3 read: by `stream`, `read`, `read1` or `read_chunked` of a response,
and by `read` or iteration of what is sent. It must not know what is kept for what.
"""

from __future__ import annotations

import io
import sys
import weakref
from collections.abc import Callable, Iterator
from typing import Any

from specbound.live.kept import Kept
from specbound.live.passing import Passing

_READS = ("read", "read1")
_STREAMS = ("stream", "read_chunked")
_KINDS: dict[type[Any], bool] = {}


def looked_on(raw: Any, passing: Passing) -> None:
    """Have the exchange over when the body of a urllib3 response has been read or is closed.

    Its methods are replaced on the instance, so that it stays what it is to everybody else.
    """
    if _is_known(type(raw)) and hasattr(raw, "decode_content"):
        _Read(raw, passing)
    else:  # something else, which another adapter made
        passing.done(True)


def _is_known(kind: type[Any]) -> bool:
    """Whether responses of a kind are read as urllib3's are."""
    known = _KINDS.get(kind)
    if known is None:
        known = all(hasattr(kind, name) for name in ("read", *_STREAMS, "close", "__dict__"))
        _KINDS[kind] = known
    return known


class _Read:
    """A response while it is read; it does not keep it alive."""

    def __init__(self, raw: Any, passing: Passing) -> None:
        self._raw = weakref.ref(raw)
        self._kind: Any = type(raw)
        self._passing = passing
        self._kept = passing.kept
        self._is_streamed = False
        self._coded: bool | None = None
        for name in _READS:
            if hasattr(self._kind, name):
                setattr(raw, name, self._reading(name))
        for name in _STREAMS:
            setattr(raw, name, self._streaming(name))
        raw.close = self._close

    def _reading(self, name: str) -> Callable[..., bytes]:
        method = getattr(self._kind, name)

        def read(amt: int | None = None, *others: Any, **named: Any) -> bytes:
            raw = self._raw()
            found: bytes = method(raw, amt, *others, **named)
            if not self._is_streamed:
                self._take(raw, found, others[0] if others else named.get("decode_content"))
                if (name == "read" and (amt is None or amt < 0)) or (not found and amt != 0):
                    self._end()
            return found

        return read

    def _streaming(self, name: str) -> Callable[..., Iterator[bytes]]:
        method = getattr(self._kind, name)

        def stream(*others: Any, **named: Any) -> Iterator[bytes]:
            raw = self._raw()
            decode = others[1] if len(others) > 1 else named.get("decode_content")
            if self._is_streamed:
                yield from method(raw, *others, **named)
                return
            self._is_streamed = True
            try:
                for chunk in method(raw, *others, **named):
                    self._take(raw, chunk, decode)
                    yield chunk
            finally:
                self._is_streamed = False
            self._take(raw, b"", decode)
            self._end()

        return stream

    def _take(self, raw: Any, chunk: bytes, decode: bool | None) -> None:
        coded = not (raw.decode_content if decode is None else decode)
        if self._coded not in (None, coded):
            self._kept.lose()  # read in both ways, it is neither
        self._coded = self._passing.coded = coded
        self._kept.add(chunk)

    def _close(self) -> None:
        may_raise = sys.exc_info()[0] is None
        raw = self._raw()
        if raw is None:
            return  # it was given up, and is being collected
        self._kind.close(raw)
        self._passing.done(may_raise)

    def _end(self) -> None:
        self._kept.ended = True
        self._passing.done(True)


def at_hand(body: Any) -> bytes | None:
    """A request's body, if it is there already; None where it is a stream."""
    if body is None:
        return b""
    if isinstance(body, bytes):
        return body
    if isinstance(body, str):
        return body.encode()
    try:
        return bytes(memoryview(body))
    except TypeError:
        return None


def sent_body(body: Any, kept: Kept) -> Any:
    """A file or an iterable whose pieces are kept as they are sent."""
    if isinstance(body, io.TextIOBase):
        return body  # urllib3 asks for the type itself; what it sends is not seen
    return _SentBody(body, kept)


class _SentBody:
    """Whatever the body is, and a look at each piece of it."""

    def __init__(self, body: Any, kept: Kept) -> None:
        self._body = body
        self._kept = kept

    def __iter__(self) -> Iterator[Any]:
        for chunk in self._body:
            self._keep(chunk)
            yield chunk
        self._kept.ended = True

    def __next__(self) -> Any:
        try:
            chunk = next(self._body)
        except StopIteration:
            self._kept.ended = True
            raise
        self._keep(chunk)
        return chunk

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._body, name)
        if name == "read":
            return lambda *size: self._read(found, *size)
        if name == "seek":
            self._kept.restart()  # it is sent once more
        return found

    def _read(self, read: Callable[..., Any], *size: int) -> Any:
        chunk = read(*size)
        self._keep(chunk)
        if not chunk:
            self._kept.ended = True
        return chunk

    def _keep(self, chunk: Any) -> None:
        self._kept.add(chunk.encode() if isinstance(chunk, str) else bytes(chunk))
