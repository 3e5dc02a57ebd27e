"""Files in pieces that can be read apart: lines stay whole, and every piece knows where it began.

Knows which formats can be cut and where. It must not know processes, nor what is in a record.
"""

from __future__ import annotations

import io
import os
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from specbound.diagnostics import SpecError
from specbound.traffic.exchange import Record
from specbound.traffic.read import files, opened, records
from specbound.traffic.readers import ndjson
from specbound.traffic.sniff import Unknown, sniff
from specbound.traffic.streams import BLOCK, is_converted

#: Smaller pieces cost more to hand over than they save.
SMALLEST = 2_000_000


class Piece(NamedTuple):
    """Some of the records: of a whole path, or of the bytes of one file from `start` to `stop`."""

    path: str
    format: str
    size: int
    start: int | None = None
    stop: int = 0


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

    Lines and numbers of a piece that was cut out count from its own beginning.
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
            for record in ndjson.read(io.BufferedReader(raw, BLOCK), piece.path):
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
    if size < 2 * SMALLEST or not _is_lines(path, format):
        yield Piece(path, format, size)
        return
    step = max(SMALLEST, size // number + 1)
    with open(path, "rb") as file:
        ends = [0]
        while ends[-1] < size:
            file.seek(min(ends[-1] + step, size))
            file.readline()
            ends.append(file.tell())
    for start, stop in pairwise(ends):
        yield Piece(path, format, stop - start, start, stop)


def _is_lines(path: str, format: str) -> bool:
    try:
        with opened(path) as stream:
            return not is_converted(stream) and (
                format == "ndjson" or (format == "auto" and sniff(stream, path) == "ndjson")
            )
    except (SpecError, Unknown, OSError):
        return False
