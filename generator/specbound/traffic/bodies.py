"""Bodies as they went over the wire, with their content codings undone (RFC 9110 section 8.4).

Knows gzip, deflate, br and zstd and how far each may swell. It must not know what a body says.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable
from functools import partial

MAX_DECODED = 64_000_000
"""Bytes of one decoded body: replies of this size are downloads, and no schema describes those."""

MAX_RATIO = 400
"""How many times its own size a body may become: JSON of one repeated record reaches 200, a bomb
of zeros 1,030 in deflate and far more in the others."""

SMALL = 1_000_000
"""Below this many bytes the ratio says nothing: a list of a thousand equal records is no bomb."""

_STEP = 64
"""Bytes given to br and zstd at once: their libraries have no limit that every version knows, and
one byte may become some 600,000."""

MAX_CODINGS = 4
"""Codings one on top of the other: more than two have no use, and each multiplies a bomb."""


def decoded(content: bytes, encodings: str | None, limit: int = MAX_DECODED) -> bytes:
    """Undo the codings of a Content-Encoding field, the last one first, to at most `limit` bytes.

    Raises `ValueError` with the reason: an unknown coding, damaged data, or a bomb.
    """
    names = [name.strip().lower() for name in (encodings or "").split(",")]
    codings = [name for name in names if name not in ("", "identity")]
    if len(codings) > MAX_CODINGS:
        raise ValueError(f"the body has {len(codings)} content codings, one on top of the other")
    for coding in reversed(codings):
        undo = _CODINGS.get(coding)
        if undo is None:
            raise ValueError(f"the content coding `{coding[:40]}` is not known")
        content = _bounded(undo, content, coding, limit) if content else content
    return content


def _bounded(undo: Callable[[bytes, int], bytes], content: bytes, coding: str, limit: int) -> bytes:
    allowed = min(limit, max(SMALL, MAX_RATIO * len(content)))
    result = undo(content, allowed + 1)
    if len(result) <= allowed:
        return result
    swollen = f"the {coding} body of {len(content)} bytes becomes more than {allowed} bytes"
    raise ValueError(f"{swollen}: it is not unpacked")


def _inflate(content: bytes, limit: int, wbits: int) -> bytes:
    """Members one after the other, as RFC 1952 section 2.2 allows for gzip."""
    found = b""
    while content and len(found) < limit:
        decoder = zlib.decompressobj(wbits)
        try:
            found += decoder.decompress(content, limit - len(found))
        except zlib.error as error:
            if found:
                break
            raise ValueError(f"the compressed body is damaged: {error}") from None
        if not decoder.eof:
            if len(found) < limit:
                raise ValueError("the compressed body ends too early")
            break
        content = decoder.unused_data
    return found


def _gzip(content: bytes, limit: int) -> bytes:
    return _inflate(content, limit, 16 + zlib.MAX_WBITS)


def _deflate(content: bytes, limit: int) -> bytes:
    """RFC 9110 section 8.4.1.2 means zlib's format; some servers send the bare stream."""
    has_header = content[0] & 15 == 8 and int.from_bytes(content[:2], "big") % 31 == 0
    return _inflate(content, limit, zlib.MAX_WBITS if has_header else -zlib.MAX_WBITS)


def _br(content: bytes, limit: int) -> bytes:
    try:
        import brotli
    except ImportError:
        raise ValueError("reading a `br` body needs the package `brotli`") from None
    decoder = brotli.Decompressor()
    try:
        return _in_steps(decoder.process, decoder.is_finished, content, limit)[0]
    except brotli.error as error:
        raise ValueError(f"the compressed body is damaged: {error}") from None


def _zstd(content: bytes, limit: int) -> bytes:
    """Frames one after the other, as RFC 8878 section 3.1 allows."""
    try:
        import zstandard
    except ImportError:
        raise ValueError("reading a `zstd` body needs the package `zstandard`") from None
    # The window is what a frame makes the reader allocate: RFC 9659 gives HTTP at most 8 MB.
    reader = zstandard.ZstdDecompressor(max_window_size=8 * 1024 * 1024)
    found = b""
    try:
        while content and len(found) < limit:
            frame = reader.decompressobj()
            more, used = _in_steps(frame.decompress, partial(getattr, frame, "eof"), content, limit)
            found += more
            content = frame.unused_data + content[used:]
    except zstandard.ZstdError as error:
        raise ValueError(f"the compressed body is damaged: {error}") from None
    return found


def _in_steps(
    decompress: Callable[[bytes], bytes], ended: Callable[[], bool], content: bytes, limit: int
) -> tuple[bytes, int]:
    """What the content becomes, and how much of it was used for that."""
    found = bytearray()
    for end in range(_STEP, len(content) + _STEP, _STEP):
        found += decompress(content[end - _STEP : end])
        if ended() or len(found) >= limit:
            return bytes(found), end
    raise ValueError("the compressed body ends too early")


_CODINGS: dict[str, Callable[[bytes, int], bytes]] = {
    "gzip": _gzip,
    "x-gzip": _gzip,
    "deflate": _deflate,
    "br": _br,
    "zstd": _zstd,
}
