"""HAR 1.2 files, one entry after the other.

Knows the log around the entries and which of them are no HTTP. It must not know JSON's grammar.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import IO, Any

import orjson

from specbound.traffic.exchange import Broken, Exchange, Record, Skipped, Source
from specbound.traffic.readers.fields import Wrong, to_bytes
from specbound.traffic.readers.har_parts import har_request, har_response
from specbound.traffic.readers.json_stream import Fault, Item, JsonStream


def read(stream: IO[bytes], file: str) -> Iterator[Record]:
    """Yield one record for each entry, in their order; a truncated file ends in a `Broken`."""
    text = JsonStream(stream, json.JSONDecoder(), orjson.loads)
    number = 0
    found = False
    try:
        for item in _entries(text):
            found = True
            if item is None:
                continue
            source = Source(file, item.line, number, f"/log/entries/{number}")
            yield Broken(source, str(item)) if isinstance(item, Fault) else _record(item, source)
            number += 1
        if not found:
            yield Broken(Source(file, 1, 0), "not a HAR: it has no list `log.entries`")
    except Fault as fault:
        yield Broken(Source(file, fault.line, number), str(fault))


def _entries(text: JsonStream) -> Iterator[Item | Fault | None]:
    """Items of ``log.entries``; one None before them tells that the list is there."""
    if text.peek() != "{":
        return
    for name in text.members():
        if name != "log" or text.peek() != "{":
            text.value()
            continue
        for inner in text.members():
            if inner != "entries" or text.peek() != "[":
                text.value()
                continue
            yield None
            yield from text.items()


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
