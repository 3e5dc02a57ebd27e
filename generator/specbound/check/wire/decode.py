"""JSON text into values, exactly: big numbers keep their value, and what is no JSON is refused.

Knows RFC 8259 and what two parsers make of it. It must not know what the value is for.
"""

from __future__ import annotations

import json
import math
import re
from collections import Counter
from decimal import Decimal, InvalidOperation
from typing import Any, NoReturn

import orjson

from specbound.traffic.digits import MOST_DIGITS, may_lose_digits

#: In longer texts nobody looks for names that stand twice: it would cost as much as reading them.
_SEARCHED = 8_192


class Unparsable(ValueError):
    """Text that is no JSON; the message says where (line and column from 1) and why."""


def json_value(content: bytes) -> Any:
    """The value of a JSON text in UTF-8; raises `Unparsable`."""
    try:
        value = orjson.loads(content)
    except orjson.JSONDecodeError:
        return _exactly(content)
    if may_lose_digits(content) or _may_repeat(content, value):
        return _exactly(content)
    return value


def _may_repeat(content: bytes, value: Any) -> bool:
    """Whether a name may stand twice in an object: the parser keeps one of two without a word.

    Written anew, a value without such names has as many colons after a quote as its text had.
    """
    if not isinstance(value, dict | list) or len(content) > _SEARCHED:
        return False
    try:
        anew = orjson.dumps(value)
    except (orjson.JSONEncodeError, RecursionError):
        return True
    return anew.count(b'":') != content.count(b'":') + content.count(b'" :')


def _exactly(content: bytes) -> Any:
    """The same by the slower parser, which says where it stumbles and leaves numbers to us."""
    if content.startswith(b"\xef\xbb\xbf"):
        raise Unparsable("it begins with a byte order mark, which RFC 8259 forbids")
    try:
        text = content.decode()
    except UnicodeDecodeError as error:
        at = f"at byte {error.start}"
        raise Unparsable(f"{at}: the text is not UTF-8 ({error.reason})") from None
    try:
        return _decoder(text).decode(text)
    except json.JSONDecodeError as error:
        reason = error.msg[:1].lower() + error.msg[1:]
        raise Unparsable(f"at line {error.lineno}, column {error.colno}: {reason}") from None
    except RecursionError:
        raise Unparsable("it nests too deeply to be read") from None


def _decoder(text: str) -> json.JSONDecoder:
    def members(found: list[tuple[str, Any]]) -> dict[str, Any]:
        value = dict(found)
        if len(value) < len(found):
            twice = next(name for name, count in Counter(n for n, _ in found).items() if count > 1)
            raise Unparsable(f"{_second(text, twice)}the name {json.dumps(twice)} stands twice")
        return value

    return json.JSONDecoder(
        object_pairs_hook=members,
        parse_int=_integer,
        parse_float=_number,
        parse_constant=_no_constant,
    )


def _second(text: str, name: str) -> str:
    """Where a name stands for the second time, if that is the only place it can be."""
    found = list(re.finditer(re.escape(json.dumps(name, ensure_ascii=False)) + r"\s*:", text))
    if len(found) != 2:
        return ""
    at = found[1].start()
    line, column = text.count("\n", 0, at) + 1, at - text.rfind("\n", 0, at)
    return f"at line {line}, column {column}: "


def _integer(text: str) -> int:
    if len(text) > MOST_DIGITS:
        raise Unparsable(f"it has a number of {len(text)} digits")
    return int(text)


def _number(text: str) -> float:
    value = float(text)
    if math.isfinite(value):
        return value
    # Beyond a double a number is as good as whole, and Python's integers have no end.
    try:
        exact = Decimal(text)
    except InvalidOperation:
        raise Unparsable("it has a number that is too large to be read") from None
    if exact.adjusted() > MOST_DIGITS:
        raise Unparsable(f"it has a number of {exact.adjusted() + 1} digits")
    return int(exact)


def _no_constant(text: str) -> NoReturn:
    raise Unparsable(f"{text} is no JSON value")
