"""Exchanges in plain JSON: a pair, a list of pairs, pairs nested in anything, one half alone.

Knows where in such a file an exchange can stand. It must not know what a request's members are.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import IO, Any, NamedTuple

from specbound.origin import pointer
from specbound.source.json_text import Positions
from specbound.traffic.exchange import Broken, Exchange, Record, Source
from specbound.traffic.readers import fields
from specbound.traffic.readers.har_parts import har_request, har_response, is_har_request
from specbound.traffic.readers.json_stream import Fault, JsonStream, strict

MAX_DEPTH = 40
"""Levels below which no exchange is sought; it also keeps the search from overflowing."""

Path = tuple[str | int, ...]


class Found(NamedTuple):
    """An object that is meant as an exchange, and the way to it."""

    path: Path
    value: dict[str, Any]


def read(stream: IO[bytes], file: str) -> Iterator[Record]:
    """Yield the exchanges of one JSON file, in their order; an array is read item by item."""
    text = JsonStream(stream, strict())
    number = 0
    try:
        for path, line, value in _values(text):
            if isinstance(value, Fault):
                yield Broken(Source(file, line, number), str(value))
                number += 1
                continue
            for found in exchanges(value, path):
                place = Source(file, line, number, pointer(found.path))
                yield record(found.value, place._replace(line=_line(text, found, path, line)))
                number += 1
    except Fault as fault:
        yield Broken(Source(file, fault.line, number), str(fault))


def exchanges(value: Any, path: Path = ()) -> Iterator[Found]:
    """What `find` finds, or else the value itself, which `record` then calls broken."""
    first = None
    for first in find(value, path):
        yield first
    if first is None:
        yield Found(path, {})


def find(value: Any, path: Path = ()) -> Iterator[Found]:
    """Exchanges in a value: itself, one half of one alone, or what its members hold."""
    if not _halves(value) and (fields.is_request(value) or _is_reply(value)):
        yield Found(path, value)
    else:
        yield from _nested(value, path)


def record(value: dict[str, Any], source: Source) -> Record:
    """Read an object that `find` found; what is wrong with it makes it `Broken`."""
    try:
        if not value:
            return Broken(source, "neither a `request` nor a `response` is here")
        if not _halves(value):
            half = {"request" if fields.is_request(value) else "response": value}
            return record(half, source)
        request, response = value.get("request"), value.get("response")
        return Exchange(
            _request(request) if isinstance(request, dict) else None,
            _response(response) if isinstance(response, dict) else None,
            source,
        )
    except fields.Wrong as wrong:
        return Broken(source, str(wrong))


def _request(value: dict[str, Any]) -> Any:
    return har_request(value) if is_har_request(value) else fields.request_of(value)


def _response(value: dict[str, Any]) -> Any:
    is_har = isinstance(value.get("content"), dict) and "body" not in value
    return har_response(value) if is_har else fields.response_of(value)


def _values(text: JsonStream) -> Iterator[tuple[Path, int, Any]]:
    """The items of each array and each other value of the file; mostly there is one value."""
    while text.peek() == "[":
        for item in text.items():
            if isinstance(item, Fault):
                yield (), item.line, item
            else:
                yield (item.number,), item.line, item.value
    while text.peek():
        line = text.line()
        yield (), line, text.value()


def _halves(value: Any) -> bool:
    """Whether an object has a request or a response as its member."""
    if not isinstance(value, dict):
        return False
    request, response = value.get("request"), value.get("response")
    return (isinstance(request, dict) and (not request or _like_request(request))) or (
        isinstance(response, dict) and fields.is_response(response)
    )


def _like_request(value: dict[str, Any]) -> bool:
    return fields.is_request(value) or "body" in value or "headers" in value


def _is_reply(value: Any) -> bool:
    """Whether an object that stands alone is a response: many objects have a `status`."""
    if not isinstance(value, dict):
        return False
    status = next((value[name] for name in fields.STATUSES if name in value), None)
    return isinstance(status, int) and ("body" in value or "headers" in value)


def _nested(value: Any, path: Path) -> Iterator[Found]:
    members: Any = ()
    if isinstance(value, dict):
        members = value.items()
        if _halves(value):
            yield Found(path, value)
            members = [item for item in members if item[0] not in ("request", "response")]
    elif isinstance(value, list):
        members = enumerate(value)
    if len(path) < MAX_DEPTH:
        for key, child in members:
            if isinstance(child, (dict, list)):
                yield from _nested(child, (*path, key))


def _line(text: JsonStream, found: Found, base: Path, line: int) -> int:
    """The line of a nested exchange; positions are sought only where there are several lines."""
    steps = [str(step) for step in found.path[len(base) :]]
    if not steps or "\n" not in text.text():
        return line
    return line + Positions(text.text()).find(steps)[0] - 1
