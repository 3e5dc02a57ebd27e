"""Streams of events in a body: server-sent events and JSON texts line by line.

Knows the framing (WHATWG HTML section 9.2, RFC 7464, ndjson). It must not know what an event says:
a sentinel such as ``[DONE]`` is data like any other.
"""

from __future__ import annotations

import re
from typing import NamedTuple

LINE_END = re.compile(r"\r\n|\n|\r")
BOM = "\ufeff"
JSON_LINES = frozenset(
    f"application/{name}"
    for name in ("x-ndjson", "ndjson", "jsonl", "x-jsonl", "jsonlines", "stream+json")
)


class Event(NamedTuple):
    """One event: its data as text, and the line of the body (from 1) on which it begins.

    `name` and `id` are those of a server-sent event. `complete` is False for a last event that
    the body ends in, which a browser would drop.
    """

    data: str
    name: str = "message"
    id: str = ""
    line: int = 1
    complete: bool = True


def stream(media_type: str, content: bytes) -> list[Event] | None:
    """The events of a body, if its media type is one of a stream; else None."""
    essence = media_type.partition(";")[0].strip().lower()
    if essence == "text/event-stream":
        return events(content)
    if essence in JSON_LINES:
        return json_lines(content)
    return json_sequence(content) if essence == "application/json-seq" else None


def events(content: bytes) -> list[Event]:
    """The server-sent events of a body as WHATWG HTML section 9.2.6 reads them.

    Comments and `retry` are passed over; bytes that are no UTF-8 are replaced, as it demands.
    """
    text = content.decode("utf-8", "replace").removeprefix(BOM)
    lines = LINE_END.split(text)
    unfinished = lines.pop()
    reading = _Reading()
    for number, line in enumerate(lines, 1):
        reading.take(line, number)
    if unfinished:
        reading.take(unfinished, len(lines) + 1)
    reading.dispatch(complete=False)
    return reading.found


class _Reading:
    """The buffers of the standard's event stream interpreter."""

    def __init__(self) -> None:
        self.found: list[Event] = []
        self._data: list[str] = []
        self._name = self._id = ""
        self._line = 0

    def take(self, line: str, number: int) -> None:
        """One line without its end: a field, a comment, or the blank line behind an event."""
        if not line:
            self.dispatch(complete=True)
            return
        field, _, value = line.partition(":")
        value = value.removeprefix(" ")
        self._line = self._line or number
        if field == "data":
            self._data.append(value)
        elif field == "event":
            self._name = value
        elif field == "id" and "\0" not in value:
            self._id = value

    def dispatch(self, complete: bool) -> None:
        """End an event; without any data it is none."""
        if self._data:
            data, name = "\n".join(self._data), self._name or "message"
            self.found.append(Event(data, name, self._id, self._line, complete))
        self._data, self._name, self._line = [], "", 0


def json_lines(content: bytes) -> list[Event]:
    """The texts of a body that has one JSON text a line; blank lines are passed over."""
    lines = content.decode("utf-8", "replace").removeprefix(BOM).split("\n")
    return [Event(line.strip(), line=at) for at, line in enumerate(lines, 1) if line.strip()]


def json_sequence(content: bytes) -> list[Event]:
    """The texts of a JSON text sequence (RFC 7464), each behind a record separator.

    A text that the body ends in without a line feed is not complete (section 2.4).
    """
    found, line = [], 1
    for text in content.decode("utf-8", "replace").removeprefix(BOM).split("\x1e"):
        if text.strip():
            found.append(Event(text.strip(), line=line, complete=text.endswith("\n")))
        line += text.count("\n")
    return found
