"""Scalars of YAML 1.2's core schema (section 10.3.2): which plain text is which JSON value.

Knows the core tags only: `on` and `12:30` are text, `012` is twelve. It must not know structure.
"""

from __future__ import annotations

import math
import re
from typing import Any

from specbound.diagnostics import Code

_CORE = "tag:yaml.org,2002:"
_TAGGED: dict[str, tuple[type, ...]] = {
    "int": (int,),
    "float": (int, float),
    "bool": (bool,),
    "null": (type(None),),
}
_NULLS = {"", "~", "null", "Null", "NULL"}
_BOOLEANS = {
    "true": True,
    "True": True,
    "TRUE": True,
    "false": False,
    "False": False,
    "FALSE": False,
}
_INTEGER = re.compile(r"[-+]?[0-9]+")
_OCTAL = re.compile(r"0o[0-7]+")
_HEXADECIMAL = re.compile(r"0x[0-9a-fA-F]+")
_REAL = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?")
_NO_NUMBER = re.compile(r"[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)")
_FIRST_OF_NUMBER = frozenset("0123456789+-.")
_MAX_DIGITS = 4_000


class NoValue(Exception):
    """A scalar that stands for nothing JSON could say."""

    def __init__(self, code: Code, message: str, help: str = "") -> None:
        super().__init__(message)
        self.code = code
        self.help = help


def resolve(event: Any) -> Any:
    """Give the JSON value of a scalar event; raises `NoValue` if there is none."""
    tag, text = event.tag, event.value
    if tag is None:
        return plain(text) if event.implicit[0] else text
    if tag in ("!", _CORE + "str"):
        return text
    kind = _TAGGED.get(tag.removeprefix(_CORE))
    if kind is None:
        raise NoValue(Code.UNSAFE_TAG, f"the tag `{tag}` is not plain data")
    value = plain(text)
    if not isinstance(value, kind) or (isinstance(value, bool) and bool not in kind):
        raise NoValue(Code.WRONG_TYPE, f"`{text[:40]}` is no `{tag.removeprefix(_CORE)}`")
    return value


def plain(text: str) -> Any:
    """Resolve a scalar without quotes and without a tag."""
    if text in _NULLS:
        return None
    if text in _BOOLEANS:
        return _BOOLEANS[text]
    if text[0] in _FIRST_OF_NUMBER:
        return _number(text)
    return text


def _number(text: str) -> Any:
    if len(text) > _MAX_DIGITS:
        if _INTEGER.fullmatch(text):
            raise NoValue(Code.TOO_LARGE, f"the number {text[:20]}… is too large")
        return text
    if _INTEGER.fullmatch(text):
        return int(text)
    if _OCTAL.fullmatch(text):
        return int(text, 8)
    if _HEXADECIMAL.fullmatch(text):
        return int(text, 16)
    if _REAL.fullmatch(text):
        number = float(text)
        if math.isinf(number):
            raise NoValue(Code.TOO_LARGE, f"the number {text[:20]} is too large")
        return number
    if _NO_NUMBER.fullmatch(text):
        message = f"`{text}` is not a JSON value"
        raise NoValue(Code.SYNTAX, message, "quote it if it is meant as text")
    return text
