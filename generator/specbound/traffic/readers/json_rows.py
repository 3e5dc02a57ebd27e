"""Items of a large JSON array that begin alike, each read at once where the next one begins.

Knows that no JSON string holds a bare quote, and leaves to others whatever looks unusual. It must
not know what the items mean, nor how a text is read exactly.
"""

from __future__ import annotations

from collections.abc import Callable, Generator
from typing import IO, Any

#: Reads a text that is one whole value, or raises ValueError; it may know fewer numbers.
Quick = Callable[[bytes], Any]

BLOCK = 1 << 18

MAX_ROW = 64_000_000
"""Bytes of one item; what is longer is left to who can say so."""

_BLANK = b" \t\r\n"


def rows(
    stream: IO[bytes], begun: bytes, kind: tuple[bytes, Quick], line: int
) -> Generator[tuple[int, Any], None, tuple[bytes, int]]:
    """Yield items and the lines on which they begin, as long as it is plain where they end.

    `begun` are bytes already taken from the stream, the first item's first; `kind` is how items
    begin and what reads them. Returns the bytes from the next item on, which was not read, and its
    line. An item ends with the last comma before its neighbour, if what stands before that comma
    is one value and what stands behind it is nothing.
    """
    signature, loads = kind
    data, at = begun, 0
    find, count, rfind = data.find, data.count, data.rfind
    searched = 1
    while True:
        following = find(signature, searched)
        if following < 0:
            if len(data) - at > MAX_ROW or not (block := stream.read(max(BLOCK, len(data) - at))):
                break
            searched = max(1, len(data) - at - len(signature))
            data, at = data[at:] + block, 0
            find, count, rfind = data.find, data.count, data.rfind
            continue
        end = rfind(b",", at, following)
        if end < 0 or data[end + 1 : following].strip(_BLANK):
            break
        try:
            value = loads(data[at:end])
        except ValueError:
            break
        yield line, value
        line += count(b"\n", at, following)
        at, searched = following, following + 1
    return data[at:], line
