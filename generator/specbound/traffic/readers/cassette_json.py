"""JSON cassettes, one interaction at a time, each with the line on which it begins.

Knows where a cassette keeps its interactions. It must not know what is in them.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import IO

from specbound.traffic.readers import json_stream
from specbound.traffic.readers.cassette_items import LISTS, NO_LIST, Item
from specbound.traffic.readers.json_stream import Fault, JsonStream


def items(stream: IO[bytes]) -> Iterator[Item]:
    """The interactions of a cassette in their order; a broken one is told, the rest is read."""
    text = JsonStream(stream, json_stream.strict())
    try:
        if text.peek() == "[":
            yield from _listed(text, "")
            return
        for name in text.members():
            if name in LISTS and text.peek() == "[":
                yield from _listed(text, f"/{name}")
                return
            text.value()
    except Fault as fault:
        yield Item(fault.line, "", fault=str(fault))
        return
    yield Item(1, "", fault=NO_LIST)


def _listed(text: JsonStream, within: str) -> Iterator[Item]:
    for item in text.items():
        if isinstance(item, Fault):
            yield Item(item.line, within, fault=str(item))
        else:
            yield Item(item.line, within, item.value)
