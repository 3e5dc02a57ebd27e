"""HAR 1.2 files, one entry after the other, or a piece of a file from one entry to another.

Knows the log around the entries and which of them are no HTTP. It must not know JSON's grammar.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import IO, Any

import orjson

from specbound.traffic.exchange import Broken, Exchange, Record, Skipped, Source
from specbound.traffic.readers.fields import Wrong, to_bytes
from specbound.traffic.readers.har_parts import har_request, har_response
from specbound.traffic.readers.json_stream import Fault, Item, JsonStream

#: Where the list of entries begins, and how its first entry does, up to its first colon.
_FIRST = re.compile(rb'"entries"\s*:\s*\[\s*(\{\s*"[^"\\]{1,80}"\s*:)')

#: What leads to an entry, up to its number.
ENTRIES = "/log/entries/"


class Torn(Exception):
    """A piece of a file that does not end between two entries, or has something broken in it."""


def read(stream: IO[bytes], file: str) -> Iterator[Record]:
    """Yield one record for each entry, in their order; a truncated file ends in a `Broken`."""
    return _records(JsonStream(stream, json.JSONDecoder(), orjson.loads), file, False)


def read_piece(stream: IO[bytes], file: str, begun: bool, goes_on: bool) -> Iterator[Record]:
    """Yield the records of a piece, which begins with an entry if it has `begun` before.

    Where the file `goes_on` behind it, it has to be without fault and end behind an entry's comma,
    which proves that the next piece begins with an entry; raises `Torn` if not.
    """
    text = JsonStream(stream, json.JSONDecoder(), orjson.loads, goes_on)
    for record in _records(text, file, begun):
        if goes_on and type(record) is Broken:
            raise Torn
        yield record
    if goes_on and not text.was_cut:
        raise Torn


def first_words(head: bytes) -> bytes:
    """How the first entry of a file begins, by the file's beginning; empty if that is not told."""
    found = _FIRST.search(head)
    return found[1] if found else b""


def _records(text: JsonStream, file: str, begun: bool) -> Iterator[Record]:
    number = 0
    found = False
    try:
        for item in _entries(text, begun):
            found = True
            if item is None:
                continue
            source: Source = _new(Source, (file, item.line, number, f"{ENTRIES}{number}"))
            yield Broken(source, str(item)) if isinstance(item, Fault) else _record(item, source)
            number += 1
        if not found:
            yield Broken(Source(file, 1, 0), "not a HAR: it has no list `log.entries`")
    except Fault as fault:
        yield Broken(Source(file, fault.line, number), str(fault))


def _entries(text: JsonStream, begun: bool) -> Iterator[Item | Fault | None]:
    """Items of ``log.entries``; one None before them tells that the list is there."""
    if begun:
        yield None
        yield from text.items(begun)
        yield from _inner(text, begun)
    elif text.peek() != "{":
        return
    for name in text.members(begun):
        if name == "log" and text.peek() == "{":
            yield from _inner(text, False)
        else:
            text.value()


def _inner(text: JsonStream, begun: bool) -> Iterator[Item | Fault | None]:
    """The same in the log, or in what is left of it behind a list of entries."""
    for name in text.members(begun):
        if name == "entries" and text.peek() == "[":
            yield None
            yield from text.items()
        else:
            text.value()


_new = tuple.__new__  # a named tuple's own constructor is a function of Python, and costs double


def _record(item: Item, source: Source) -> Record:
    entry = item.value
    request = entry.get("request") if isinstance(entry, dict) else None
    if not isinstance(request, dict):
        return Broken(source, "the entry has no object `request`")
    response = entry.get("response")
    if not isinstance(response, dict):
        return Broken(source, "the entry has no object `response`")
    reason = _no_exchange(entry, request, response)
    if reason:
        return Skipped(source, reason)
    try:
        asked = har_request(request)
        replied = har_response(response, asked.method)
        # The bodies and the fields were encoded already; no half of a character may hide here.
        to_bytes(asked.url)
        return Exchange(asked, replied, source)
    except Wrong as wrong:
        return Broken(source, str(wrong))


def _no_exchange(entry: dict[str, Any], request: dict[str, Any], response: dict[str, Any]) -> str:
    """Why an entry is no HTTP exchange; empty if it is one."""
    url, status = request.get("url"), response.get("status")
    if status == 0:
        return "no response was received"
    if status == 101 or "_webSocketMessages" in entry or entry.get("_resourceType") == "websocket":
        return "a WebSocket"
    if request.get("method") == "CONNECT":
        return "a tunnel (CONNECT)"
    if isinstance(url, str) and not url.startswith(("http://", "https://", "/")):
        scheme, colon, _ = url.partition(":")
        if colon and scheme.isalnum() and scheme.lower() not in ("http", "https"):
            return "a WebSocket" if scheme in ("ws", "wss") else f"no HTTP: {scheme[:20]}:"
    return ""
