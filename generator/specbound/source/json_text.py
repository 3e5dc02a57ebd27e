"""JSON as RFC 8259 has it: data from text, and positions found by walking down one pointer.

Knows the grammar of JSON. It must not know YAML, files or OpenAPI.
"""

from __future__ import annotations

import json
import math
import re
from bisect import bisect_right
from typing import Any, NoReturn

from specbound.diagnostics import Code, failure
from specbound.origin import Origin
from specbound.source.limits import MAX_JSON_NODES

NOT_A_NUMBER = "JSON has no NaN or Infinity: use null or leave the member out"
_LINE_END = re.compile("\n")
_BLANK = re.compile(r"[ \t\r\n]*")
_SURROGATE = re.compile(r"\\u[dD][89a-fA-F]")
_MAX_DIGITS = 4_000


class _Refused(Exception):
    """A value that Python's reader would take and JSON, or we, would not."""


def line_and_column(text: str, offset: int) -> tuple[int, int]:
    """Count line and column, both from 1, in characters."""
    return text.count("\n", 0, offset) + 1, offset - text.rfind("\n", 0, offset)


def parse(text: str, name: str) -> Any:
    """Parse strict JSON; raises `SpecError` for anything else and for a key given twice."""
    if sum(map(text.count, "{[,")) > MAX_JSON_NODES:
        message = f"the document holds more than {MAX_JSON_NODES} members and items"
        raise failure(Code.TOO_LARGE, message, Origin(name))
    doubled: list[bool] = []

    def build(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found = dict(pairs)
        if len(found) != len(pairs):
            doubled.append(True)
        return found

    decoder = json.JSONDecoder(
        object_pairs_hook=build, parse_constant=_constant, parse_float=_real, parse_int=_integer
    )
    try:
        data = decoder.decode(text)
    except json.JSONDecodeError as error:
        origin = Origin(name, "", error.lineno, error.colno)
        raise failure(Code.SYNTAX, f"not JSON: {_say(error)}", origin) from None
    except _Refused as error:
        raise _number_failure(text, name, str(error)) from None
    except RecursionError:
        raise failure(
            Code.TOO_DEEP, "the document nests too deep to be read", Origin(name)
        ) from None
    if doubled:
        _raise_duplicate(text, name)
    _refuse_surrogates(text, name, data)
    return data


def _say(error: json.JSONDecodeError) -> str:
    if error.pos >= len(error.doc.rstrip()):
        return "the text ends too early"
    return error.msg[:1].lower() + error.msg[1:]


def _constant(word: str) -> NoReturn:
    raise _Refused(word)


def _real(digits: str) -> float:
    number = float(digits)
    if math.isinf(number):
        raise _Refused(digits)
    return number


def _integer(digits: str) -> int:
    if len(digits) > _MAX_DIGITS:
        raise _Refused(digits)
    return int(digits)


def _number_failure(text: str, name: str, word: str) -> Exception:
    found = re.search(rf'"(?:[^"\\]|\\.)*"|(?<![\w.+-])({re.escape(word)})(?![\w.])', text)
    while found is not None and found.group(1) is None:
        found = re.compile(found.re.pattern).search(text, found.end())
    place = line_and_column(text, found.start(1) if found else 0)
    origin = Origin(name, "", *place)
    if word in ("NaN", "Infinity", "-Infinity"):
        return failure(Code.SYNTAX, f"`{word}` is not a JSON value", origin, NOT_A_NUMBER)
    return failure(Code.TOO_LARGE, f"the number {word[:20]}… is too large", origin)


def _refuse_surrogates(text: str, name: str, data: Any) -> None:
    if _SURROGATE.search(text) is None:
        return
    try:
        json.dumps(data, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        found = _SURROGATE.search(text)
        origin = Origin(name, "", *line_and_column(text, found.start() if found else 0))
        message = "a string holds half of a surrogate pair, which is no character"
        raise failure(Code.SYNTAX, message, origin, NOT_A_NUMBER) from None
    except RecursionError:
        return


def _raise_duplicate(text: str, name: str) -> NoReturn:
    """Go down to the object that names a key twice; each step skips whole values in C."""
    offset = _BLANK.match(text).end()  # type: ignore[union-attr]
    while True:
        seen: set[str | int] = set()
        children = _children(text, offset)
        for key, at, _ in children:
            if key in seen:
                origin = Origin(name, "", *line_and_column(text, at))
                raise failure(Code.DUPLICATE_KEY, f"the key `{key}` stands here twice", origin)
            seen.add(key)
        offset = next(value for _, _, value in children if _has_duplicate(text, value))


def _has_duplicate(text: str, offset: int) -> bool:
    found: list[bool] = []

    def build(pairs: list[tuple[str, Any]]) -> None:
        found.extend([True] if len(dict(pairs)) != len(pairs) else [])

    json.JSONDecoder(object_pairs_hook=build).raw_decode(text, offset)
    return bool(found)


_READ = json.JSONDecoder()
_SKIP = json.JSONDecoder(object_pairs_hook=lambda pairs: None, parse_int=len, parse_float=len)


def _children(text: str, offset: int) -> list[tuple[str | int, int, int]]:
    """Key, offset of the key and offset of the value of each child of the container here."""
    found: list[tuple[str | int, int, int]] = []
    is_object = text[offset] == "{"
    at = _blank(text, offset + 1)
    while text[at] not in "}]":
        key: str | int = len(found)
        value = at
        if is_object:
            key, end = _READ.raw_decode(text, at)
            value = _blank(text, _blank(text, end) + 1)
        found.append((key, at, value))
        at = _blank(text, _SKIP.raw_decode(text, value)[1])
        if text[at] == ",":
            at = _blank(text, at + 1)
    return found


def _blank(text: str, offset: int) -> int:
    found = _BLANK.match(text, offset)
    return found.end() if found else offset


class Positions:
    """Where the nodes of one JSON text stand; containers on the way are scanned once."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._children: dict[int, dict[str, tuple[int, int]]] = {}
        self._lines: list[int] = []

    def find(self, steps: list[str]) -> tuple[int, int]:
        """Line and column of a member's key or an item's start, or of the nearest parent."""
        value = found = _blank(self._text, 0)
        for step in steps:
            if self._text[value] not in "{[":
                break
            child = self._of(value).get(step)
            if child is None:
                break
            found, value = child
        if not self._lines:
            self._lines = [0, *(match.end() for match in _LINE_END.finditer(self._text))]
        line = bisect_right(self._lines, found)
        return line, found - self._lines[line - 1] + 1

    def _of(self, offset: int) -> dict[str, tuple[int, int]]:
        known = self._children.get(offset)
        if known is None:
            scanned = _children(self._text, offset)
            known = {str(key): (at, value) for key, at, value in scanned}
            self._children[offset] = known
        return known
