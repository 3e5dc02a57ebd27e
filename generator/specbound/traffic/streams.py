"""Bytes of a recording's file: counted for a progress bar, unpacked from gzip, made UTF-8.

Knows files and their encodings. It must not know a recording's format.
"""

from __future__ import annotations

import codecs
import io
import zlib
from collections.abc import Callable, Iterator
from typing import IO, Any

BLOCK = 1 << 18
GZIP = b"\x1f\x8b"

MAX_UNPACKED_RATIO = 400
"""How many times its own size a file may become. Traffic of one small reply repeated reaches 200;
a bomb of zeros has 1,030."""

MAX_UNPACKED_SMALL = 64_000_000
"""Up to this many bytes the ratio says nothing, and what a reader keeps is bounded anyway."""

_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


class Counted(io.RawIOBase):
    """A file that tells how many bytes of it were read for the first time."""

    def __init__(self, file: IO[bytes], progress: Callable[[int], None]) -> None:
        self._file: Any = file
        self._progress = progress
        self._furthest = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        return int(self._file.seek(offset, whence))

    def readinto(self, buffer: Any) -> int:
        size = self._file.readinto(buffer)
        position = self._file.tell()
        if position > self._furthest:
            self._progress(position - self._furthest)
            self._furthest = position
        return int(size)

    def close(self) -> None:
        self._file.close()
        super().close()


class Converted(io.RawIOBase):
    """Blocks of bytes as a file; going back starts the blocks anew.

    It ends where they are damaged, so that all before is read; `damage` then says what was met.
    """

    def __init__(self, blocks: Callable[[], Iterator[bytes]]) -> None:
        self._start = blocks
        self._blocks = blocks()
        self._rest = b""
        self._position = 0
        self.damage = ""

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        while not self._rest:
            try:
                block = next(self._blocks, None)
            except (ValueError, zlib.error) as error:
                block, self.damage = None, str(error)
            if block is None:
                return 0
            self._rest = block
        size = min(len(buffer), len(self._rest))
        buffer[:size] = self._rest[:size]
        self._rest = self._rest[size:]
        self._position += size
        return size

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        if whence == io.SEEK_END:
            while self.read(BLOCK):
                pass
        target = offset if whence == io.SEEK_SET else self._position + offset
        if target < self._position:
            self._blocks, self._rest, self._position = self._start(), b"", 0
        while self._position < target and self.read(min(BLOCK, target - self._position)):
            pass
        return self._position


def unpacked(file: IO[bytes]) -> IO[bytes]:
    """Undo gzip and UTF-16 or UTF-32 by the file's first bytes, skip UTF-8's mark; seekable."""
    stream = file
    if _head(stream).startswith(GZIP):
        packed = stream
        stream = io.BufferedReader(Converted(lambda: _gunzip(packed)), BLOCK)
    head = _head(stream)
    encoding = next((name for mark, name in _MARKS if head.startswith(mark)), _unmarked(head))
    if encoding:
        wide, name = stream, encoding
        stream = io.BufferedReader(Converted(lambda: _recode(wide, name)), BLOCK)
    elif head.startswith(codecs.BOM_UTF8):
        stream.seek(len(codecs.BOM_UTF8))
    return stream


def _head(stream: IO[bytes]) -> bytes:
    head = stream.read(4)
    stream.seek(0)
    return head


def _unmarked(head: bytes) -> str:
    """UTF-16 without a mark: JSON's first two characters are ASCII (RFC 4627 section 3)."""
    if len(head) < 4:
        return ""
    zeros = [byte == 0 for byte in head]
    shapes = {(False, True, False, True): "utf-16-le", (True, False, True, False): "utf-16-be"}
    return shapes.get((zeros[0], zeros[1], zeros[2], zeros[3]), "")


def _gunzip(packed: IO[bytes]) -> Iterator[bytes]:
    packed.seek(0)
    total = 0
    decoder = zlib.decompressobj(16 + zlib.MAX_WBITS)
    while True:
        source = decoder.unconsumed_tail or decoder.unused_data or packed.read(BLOCK)
        if decoder.eof:
            if not source.startswith(GZIP):
                return  # what follows the last member is padding
            decoder = zlib.decompressobj(16 + zlib.MAX_WBITS)
        block = decoder.decompress(source, BLOCK)
        if not source and not block:
            raise ValueError("the gzip data ends too early")
        total += len(block)
        if total > max(MAX_UNPACKED_SMALL, MAX_UNPACKED_RATIO * packed.tell()):
            raise ValueError(f"it unpacks to more than {MAX_UNPACKED_RATIO} times its own size")
        yield block


def _recode(wide: IO[bytes], encoding: str) -> Iterator[bytes]:
    wide.seek(0)
    decoder = codecs.getincrementaldecoder(encoding)()
    while block := wide.read(BLOCK):
        yield decoder.decode(block).encode()
    yield decoder.decode(b"", final=True).encode()


def is_converted(stream: IO[bytes]) -> bool:
    """Whether the bytes of a stream are others than those of its file."""
    return isinstance(getattr(stream, "raw", None), Converted)


def damage(stream: IO[bytes]) -> str:
    """What was met where a converted stream ended before its time; empty if nothing."""
    raw = getattr(stream, "raw", None)
    return raw.damage if isinstance(raw, Converted) else ""
