"""Files in pieces that can be read apart: lines and entries stay whole; a piece knows its place.

Knows which formats can be cut and where. It must not know processes, nor what is in a record.
"""

from __future__ import annotations

import codecs
import io
import os
from collections.abc import Iterator, Sequence
from itertools import pairwise
from mmap import ACCESS_READ, mmap
from typing import IO, NamedTuple

from specbound.diagnostics import SpecError
from specbound.traffic import place
from specbound.traffic.exchange import Record
from specbound.traffic.read import files, opened, records
from specbound.traffic.readers import har, ndjson
from specbound.traffic.readers.har import Torn
from specbound.traffic.sniff import HEAD, Unknown, sniff
from specbound.traffic.streams import BLOCK, is_converted

__all__ = ["Piece", "Read", "Torn", "pieces"]

#: Smaller pieces cost more to hand over than they save.
SMALLEST = 2_000_000


class Piece(NamedTuple):
    """Some of the records: of a whole path, or of the bytes of one file from `start` to `stop`.

    `begun`: others of the same file come before it; `rest`: the bytes of those that come after it.
    """

    path: str
    format: str
    size: int
    start: int | None = None
    stop: int = 0
    begun: bool = False
    rest: int = 0

    @property
    def within(self) -> str:
        """What leads to a record, up to its number, where the records are a list's items."""
        return har.ENTRIES if self.format == "har" else ""

    def onward(self) -> Piece:
        """The piece and all that come after it in its file."""
        size = self.size + self.rest
        return self._replace(size=size, stop=self.stop + self.rest, rest=0)


class Lines(io.RawIOBase):
    """Some bytes of a file; `count` is the number of line ends that were read."""

    def __init__(self, piece: Piece) -> None:
        self._file = io.FileIO(piece.path)
        self._file.seek(piece.start or 0)
        self._left = piece.stop - (piece.start or 0)
        self.count = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]
        view = memoryview(buffer)[: self._left]
        size = self._file.readinto(view) or 0
        self._left -= size
        self.count += bytes(view[:size]).count(b"\n")
        return size

    def close(self) -> None:
        self._file.close()
        super().close()


class Read:
    """The records of one piece, and, once they are read, how many lines and records there were.

    Lines and numbers of a piece that was cut out count from its own beginning. Raises `Torn` where
    the next piece does not begin with a record, and where it is not sure that it does.
    """

    def __init__(self, piece: Piece) -> None:
        self.piece = piece
        self.lines = 0
        self.records = 0

    def __iter__(self) -> Iterator[Record]:
        piece = self.piece
        if piece.start is None:
            yield from records([piece.path], piece.format)
            return
        with Lines(piece) as raw:
            for record in _cut_out(io.BufferedReader(raw, BLOCK), piece):
                self.records = (record.source.number or 0) + 1
                yield record
            self.lines = raw.count


def pieces(paths: Sequence[str], format: str, number: int) -> list[Piece]:
    """The records of all paths in about `number` pieces a large file, in the order of the paths."""
    found: list[Piece] = []
    for path in paths:
        if path == "-" or os.path.isfile(path):
            found += _cut(path, format, number)
            continue
        for file in files([path]):
            found += _cut(str(file), format, number, named=False)
    return found


def _cut(path: str, format: str, number: int, named: bool = True) -> Iterator[Piece]:
    size = 0 if path == "-" else os.stat(path).st_size
    found = _to_be_cut(path, format) if size >= 2 * SMALLEST else ""
    if not found:
        yield Piece(path, format, size)
        return
    with open(path, "rb") as file:
        # A byte order mark is no part of the first record.
        ends = [len(codecs.BOM_UTF8) if file.read(3) == codecs.BOM_UTF8 else 0]
        ends += _ends(file, found, max(SMALLEST, size // number + 1), size)
    for start, stop in pairwise(ends):
        begun = start != ends[0]
        read = stop - (start if begun else 0)
        yield Piece(path, found, read, start, stop, begun, size - stop)


def _to_be_cut(path: str, format: str) -> str:
    """The format of a file that can be cut; empty for others."""
    try:
        with opened(path) as stream:
            if is_converted(stream):
                return ""
            found = sniff(stream, path) if format == "auto" else format
    except (SpecError, Unknown, OSError):
        return ""
    if found == "har":
        return found if os.stat(path).st_size > place.MAX_BYTES or _is_one_line(path) else ""
    return found if found == "ndjson" else ""


def _is_one_line(path: str) -> bool:
    """Whether no place in a HAR is told by reading the whole of it again, as `place` does."""
    with open(path, "rb") as file, mmap(file.fileno(), 0, access=ACCESS_READ) as text:
        end = text.find(b"\n")
        return end < 0 or (len(text) - end < BLOCK and text[end:].isspace())


def _ends(file: IO[bytes], format: str, step: int, size: int) -> Iterator[int]:
    """Where pieces of about `step` bytes end; the last one ends with the file."""
    words = b""
    if format == "har":
        file.seek(0)
        words = har.first_words(file.read(HEAD))
    end = 0
    while end < size:
        file.seek(min(end + step, size))
        if format == "ndjson":
            file.readline()
            end = file.tell()
        else:
            end = _found(file, words) if words else size
        yield end


def _found(file: IO[bytes], words: bytes) -> int:
    """Where the words stand next, which no string of JSON can hold; else the file's end."""
    before = b""
    while block := file.read(BLOCK):
        at = (before + block).find(words)
        if at >= 0:
            return file.tell() - len(block) - len(before) + at
        before = block[-len(words) :]
    return file.tell()


def _cut_out(stream: IO[bytes], piece: Piece) -> Iterator[Record]:
    if piece.format == "har":
        return har.read_piece(stream, piece.path, piece.begun, bool(piece.rest))
    return ndjson.read(stream, piece.path)
