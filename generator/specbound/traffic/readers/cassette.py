"""Cassettes: recordings of VCR.py (with pytest-recording), of Ruby's VCR and of Betamax.

Knows that a cassette is YAML or JSON and holds one list of interactions. It must not know any
contract.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import IO, Any

from specbound.traffic.exchange import Broken, Exchange, Record, Source
from specbound.traffic.readers.cassette_items import Item

BLANK = b" \t\r\n"
BLOCK = 1 << 18


def read(stream: IO[bytes], file: str) -> Iterator[Record]:
    """The exchanges of a cassette, one at a time; what cannot be read is one `Broken` each.

    `Source.number` counts interactions from 0, broken ones too. No tag constructs anything, and
    no body is unpacked beyond the limits of `traffic.bodies`.
    """
    # On the rare path only: most runs read no cassette.
    from specbound.traffic.readers.cassette_exchange import Unreadable, exchange

    for number, item in enumerate(_items(stream)):
        place = Source(file, item.line, number, f"{item.within}/{number}")
        if item.fault:
            yield Broken(place._replace(line=item.fault_line or item.line), item.fault)
            continue
        try:
            request, response = exchange(item.data)
        except Unreadable as error:
            yield Broken(place, str(error))
            continue
        yield Exchange(request, response, place)


def _items(stream: IO[bytes]) -> Iterator[Item]:
    source = _Rejoined(stream)
    whole = io.BufferedReader(source, BLOCK)
    if source.begins() in (b"{", b"["):
        from specbound.traffic.readers import cassette_json

        return cassette_json.items(whole)
    from specbound.traffic.readers import cassette_yaml

    return cassette_yaml.items(whole)


class _Rejoined(io.RawIOBase):
    """A stream whose first characters were looked at; it can be read once, from the beginning."""

    def __init__(self, stream: IO[bytes]) -> None:
        super().__init__()
        self._start = b""
        self._stream = stream

    def begins(self) -> bytes:
        """The first byte that is no blank, behind a byte order mark."""
        while not self._start.strip(BLANK) and (more := self._stream.read(4096)):
            self._start += more
        self._start = self._start.removeprefix(b"\xef\xbb\xbf")
        return self._start.lstrip(BLANK)[:1]

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        part = self._start[: len(buffer)] or self._stream.read(len(buffer))
        self._start = self._start[len(buffer) :]
        buffer[: len(part)] = part
        return len(part)
