"""Exchanges that a JSON body of a page holds itself, with methods and URLs, as payload pages do.

Knows how to find each body's own text and line in the page. It must not know what stands around.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TypeVar

from specbound.origin import pointer
from specbound.source.json_text import Positions
from specbound.traffic.exchange import ABSENT, Exchange, Request, Response, Source
from specbound.traffic.readers import exchange_json, fields, page_json

Half = TypeVar("Half", Request, Response)

_VALUE = re.compile(r'"(?:[^"\\]|\\.)*"\s*:\s*(?=[{\[])')


def pairs(shown: page_json.Shown, source: Source, alone: bool) -> Iterator[Exchange]:
    """The exchanges in a value that begins at the line of `source`, numbered from there.

    Under an operation (not `alone`) an object with a URL is a body; only a pair is an exchange.
    """
    positions = Positions(shown.content)
    number, first = source.number or 0, source.line or 1
    for found in exchange_json.find(shown.value):
        if not alone and "request" not in found.value:
            continue
        steps = [str(step) for step in found.path]
        at = first + positions.find(steps)[0] - 1
        place = Source(source.file, at, number, pointer(found.path))
        record = exchange_json.record(found.value, place)
        if not isinstance(record, Exchange) or record.request is None:
            continue
        number += 1
        text = _Text(shown.content, positions, first, steps)
        request = text.held(record.request, "request")
        response = record.response and text.held(record.response, "response")
        yield Exchange(request, response, place, documented=True)


class _Text:
    """The text of one exchange, in which its bodies are looked up."""

    def __init__(self, text: str, positions: Positions, first: int, steps: list[str]) -> None:
        self._text, self._positions = text, positions
        self._first, self._steps = first, steps

    def held(self, half: Half, name: str) -> Half:
        """A request or response with its body as text, so that values have their lines."""
        if half.json is ABSENT:
            return half
        for member in fields.BODIES:
            line, column = self._positions.find([*self._steps, name, member])
            start = self._offset(line, column)
            match = _VALUE.match(self._text, start)
            if match and match[0].startswith(f'"{member}"'):
                content = self._text[match.end() : page_json.end(self._text, match.end())]
                body_line = self._first + self._text.count("\n", 0, match.end())
                return half._replace(json=ABSENT, content=content.encode(), body_line=body_line)
        return half

    def _offset(self, line: int, column: int) -> int:
        before = self._text.split("\n")[: line - 1]
        return sum(len(each) + 1 for each in before) + column - 1
