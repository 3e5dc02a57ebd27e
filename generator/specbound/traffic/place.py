"""Lines of values in a recording, found by reading its file again, and only when somebody asks.

Knows where each format keeps a body. It must not know a contract; it is called for findings alone.
"""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

from specbound.diagnostics import SpecError
from specbound.origin import tokens
from specbound.source.json_text import Positions
from specbound.traffic.exchange import Exchange, Request, Response, Source
from specbound.traffic.read import STDIN, opened
from specbound.traffic.sniff import Unknown, sniff

MAX_BYTES = 32_000_000
"""Size of a file that is read again: it costs four times that in memory, and a second."""

#: Where a half of an exchange has its body: ours, then HAR's, then the cassettes'.
_BODIES = (
    ("body", "string"),
    ("body", "base64_string"),
    ("body",),
    ("postData", "text"),
    ("content", "text"),
    ("json",),
    ("payload",),
    ("data",),
)
_LOST = (ValueError, IndexError, RecursionError)


class _File(NamedTuple):
    text: str
    positions: Positions | None


def line_of(source: Source) -> int | None:
    """The line of an exchange; None where its file has none or is too large to be read again."""
    if source.line is not None or not source.pointer:
        return source.line
    return _find(source, tokens(source.pointer))


def value_line(exchange: Exchange, part_is_request: bool, pointer: str) -> int | None:
    """The line of a value in the body of one half: the nearest that can be told, or None."""
    half: Request | Response | None = exchange.request if part_is_request else exchange.response
    source = exchange.source
    if half is None:
        return line_of(source)
    if half.body_line is not None:
        return half.body_line + _lines_down(half, source, half.body_line, tokens(pointer))
    file = _file(source.file)
    if file is None or file.positions is None:
        return line_of(source)
    base = tokens(source.pointer)
    inside = [*base, "request" if part_is_request else "response"]
    steps = _body(file.positions, inside if _has(file.positions, base, inside) else base)
    return _find(source, [*steps, *tokens(pointer)])


def _lines_down(half: Request | Response, source: Source, line: int, steps: list[str]) -> int:
    """How many lines below its body's first a value stands, where the body is JSON text."""
    try:
        if half.content is not None:
            text = half.content.decode()
        else:
            file = _file(source.file)
            text = "\n".join(file.text.split("\n")[line - 1 :]) if file else ""
        return Positions(text).find(steps)[0] - 1
    except _LOST:
        return 0


def _body(positions: Positions, half: list[str]) -> list[str]:
    for names in _BODIES:
        if _has(positions, [*half, *names[:-1]], [*half, *names]):
            return [*half, *names]
    return half


def _has(positions: Positions, parent: list[str], child: list[str]) -> bool:
    """Whether the child is there: a step into nothing is answered with the parent's place."""
    try:
        return positions.find(parent) != positions.find(child)
    except _LOST:
        return False


def _find(source: Source, steps: list[str]) -> int | None:
    file = _file(source.file)
    if file is None or file.positions is None:
        return source.line
    try:
        found = file.positions.find(steps)[0]
    except _LOST:
        return source.line
    return found if source.line is None else max(found, source.line)


@lru_cache(maxsize=4)
def _file(name: str) -> _File | None:
    """A file's text; its positions where the whole of it is one JSON text of several lines."""
    if name == STDIN:
        return None
    try:
        with opened(name) as stream:
            is_lines = sniff(stream, name) == "ndjson"
            content = stream.read(MAX_BYTES + 1)
        if len(content) > MAX_BYTES:
            return None
        text = content.decode()
    except (SpecError, Unknown, OSError, EOFError, ValueError):
        return None
    has_lines = "\n" in text.strip()
    is_json = has_lines and not is_lines and text.lstrip()[:1] in ("{", "[")
    return _File(text, Positions(text) if is_json else None)
