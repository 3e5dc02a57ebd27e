"""JSON as lines of code for a page, with one place in it marked and the rest around it folded.

Knows JSON and markup. It must not know findings, nor documents.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from specbound.origin import tokens
from specbound.report.html_text import Attributes, Html, cut, element, escaped

_LONGEST = 160
_LONGEST_TEXT = 2_000
#: A marked value of more lines is marked at its first line only.
_MOST_MARKED = 12
_DEEPEST = 64


@dataclass(frozen=True, slots=True)
class Line:
    """One line of code: its markup, and the class that marks it."""

    attributes: Attributes
    code: Html


@dataclass(frozen=True, slots=True)
class Code:
    """A panel of code under its heading; `place` says where it stands."""

    title: str
    place: str
    lines: tuple[Line, ...]


class _Raw(NamedTuple):
    """A line before it is known whether it is shown: no text is made of it until then."""

    path: tuple[str, ...]
    key: str | None
    #: What stands on the line: a bracket where `bracket` says so, else the value.
    value: Any
    bracket: bool
    comma: str


def code(title: str, place: str, value: Any, at: str, most: int) -> Code:
    """A value as code, its part at the pointer `at` marked; about `most` lines of it are shown.

    Where nothing stands at the pointer, what would hold it is marked.
    """
    path = _existing(value, tokens(at))
    raw = list(_lines(value, (), None, ""))
    inside = [n for n, line in enumerate(raw) if line.path[: len(path)] == path]
    marked = inside if len(inside) <= _MOST_MARKED and len(inside) < len(raw) else inside[:1]
    return Code(
        title,
        place,
        tuple(_shown(raw, marked, max(most, 3))),
    )


def plain(title: str, place: str, text: str) -> Code:
    """A text as it is, in one line."""
    return Code(title, place, (Line({}, Html(escaped(cut(text, _LONGEST_TEXT)))),))


def _existing(value: Any, path: Sequence[str]) -> tuple[str, ...]:
    found: list[str] = []
    for step in path:
        try:
            value = value[int(step)] if isinstance(value, list) else value[step]
        except (KeyError, IndexError, ValueError, TypeError):
            break
        found.append(step)
    return tuple(found)


def _shown(raw: Sequence[_Raw], marked: Sequence[int], most: int) -> Iterator[Line]:
    """The marked lines, those around them, and a note wherever some were left out."""
    first = marked[0] if marked else 0
    last = marked[-1] if marked else 0
    spare = max(most - (last - first + 1), 2)
    start = max(0, min(first - spare // 2, len(raw) - most))
    kept = range(start, min(len(raw), max(start + most, last + 1)))
    # The containers that lead to the marked place stay in sight.
    above = [n for n in _ancestors(raw, first) if n < start]
    before = 0
    hit = set(marked)
    for number in (*above, *kept):
        if number > before:
            yield _fold(number - before, len(raw[number].path))
        yield _line(raw[number], number in hit)
        before = number + 1
    if before < len(raw):
        yield _fold(len(raw) - before, 1)


def _ancestors(raw: Sequence[_Raw], number: int) -> list[int]:
    found: list[int] = []
    indent = len(raw[number].path)
    for each in range(number - 1, -1, -1):
        if len(raw[each].path) < indent:
            indent = len(raw[each].path)
            found.append(each)
    return found[::-1]


def _line(raw: _Raw, hit: bool) -> Line:
    space = "  " * len(raw.path)
    key = "" if raw.key is None else _key(raw.key)
    value = raw.value if raw.bracket else _scalar(raw.value)
    return Line({"class": "hit"} if hit else {}, Html(f"{space}{key}{value}{raw.comma}"))


def _fold(count: int, indent: int) -> Line:
    words = f"… {count:,} more line" + ("" if count == 1 else "s")
    return Line({"class": "fold"}, Html("  " * indent + escaped(words)))


def _lines(value: Any, path: tuple[str, ...], key: str | None, comma: str) -> Iterator[_Raw]:
    if not isinstance(value, Mapping | list) or not value or len(path) >= _DEEPEST:
        yield _Raw(path, key, value, False, comma)
        return
    named = isinstance(value, Mapping)
    each = list(value.items() if isinstance(value, Mapping) else enumerate(value))
    yield _Raw(path, key, "{" if named else "[", True, "")
    for index, (step, item) in enumerate(each, start=1):
        below = (*path, str(step))
        yield from _lines(item, below, str(step) if named else None, "," * (index < len(each)))
    yield _Raw(path, None, "}" if named else "]", True, comma)


def _key(name: str) -> str:
    return element("b", json.dumps(cut(name, _LONGEST), ensure_ascii=False)) + ": "


def _scalar(value: Any) -> str:
    if isinstance(value, str):
        return element("i", json.dumps(cut(value, _LONGEST), ensure_ascii=False))
    if isinstance(value, Mapping):
        return "{…}" if value else "{}"
    if isinstance(value, list):
        return "[…]" if value else "[]"
    return element("u", json.dumps(value, ensure_ascii=False, default=str))
