"""What JSON Schema means by equal, integer, multiple and length, exactly.

Knows JSON values only. It must not know schemas, models or formats.
"""

from __future__ import annotations

import math
from typing import Any


def is_number(value: object) -> bool:
    """Whether a JSON value is a number; true and false are not."""
    return isinstance(value, int | float) and not isinstance(value, bool)


def is_integer(value: object) -> bool:
    """Whether a JSON value is a number without a fraction; 5.0 is one."""
    if isinstance(value, float):
        return value.is_integer()
    return isinstance(value, int) and not isinstance(value, bool)


def whole(value: float) -> int:
    """The integer that a float without a fraction writes down: 1e30 is 10 to the 30th."""
    if abs(value) < 2**53:
        return int(value)
    from decimal import Decimal  # seldom needed, and slow to import

    return int(Decimal(repr(value)))


def is_multiple(value: float, divisor: float) -> bool:
    """Whether `value` is a multiple of `divisor` in decimal: 0.3 is one of 0.1."""
    if isinstance(value, int) and isinstance(divisor, int):
        return value % divisor == 0
    if not (math.isfinite(value) and math.isfinite(divisor)):
        return False
    from fractions import Fraction  # reads a decimal exactly; seldom needed, slow to import

    return (Fraction(repr(value)) / Fraction(repr(divisor))).denominator == 1


def key(value: Any) -> Any:
    """A hashable stand-in for a JSON value: equal JSON values have equal keys."""
    if isinstance(value, bool):
        return ("boolean", value)
    if isinstance(value, list | tuple):
        return ("array", tuple(key(item) for item in value))
    if isinstance(value, dict):
        return ("object", frozenset((name, key(item)) for name, item in value.items()))
    return value


def equal(left: Any, right: Any) -> bool:
    """JSON equality: 1 equals 1.0, true does not equal 1, members have no order."""
    if isinstance(left, str) or isinstance(right, str) or left is None or right is None:
        return bool(left == right)
    return bool(key(left) == key(right))


def utf16_length(text: str) -> int:
    """The length of a text in UTF-16 code units, as JavaScript counts; lone surrogates are one."""
    return len(text) + sum(1 for character in text if character > "\uffff")
