"""Long numbers in JSON text: whether a fast reader may lose digits of one, and how long one may be.

Knows that orjson makes a float of a whole number beyond 64 bits. It must not know what a text is
for, nor how it is read exactly.
"""

from __future__ import annotations

MOST_DIGITS = 4_000
"""Digits of a number that is read: turning more of them into an integer costs their square."""

#: Digits become 0 and all else a space, so that a long number is one search away.
_DIGITS = bytes(48 if 48 <= byte <= 57 else 32 for byte in range(256))
#: 64 bits hold every number of 18 digits, and not all of 19.
_RUN = b"0" * 19
#: What stands before the digits of a number in JSON, its point included; a hex digest has letters.
_BEFORE = frozenset(b":,[ \t\r\n-.")


def may_lose_digits(text: bytes) -> bool:
    """Whether a text may hold a number of so many digits that a fast reader loses some of them."""
    # From the end: the search from the beginning prepares itself for longer on long texts.
    digits = text.translate(_DIGITS)
    return digits.rfind(_RUN) >= 0 and _has_number(text, digits)


def _has_number(text: bytes, digits: bytes) -> bool:
    """Whether a long run of digits may be a number, and not only the middle of a word."""
    at = digits.find(_RUN)
    while at >= 0:
        if at == 0 or text[at - 1] in _BEFORE:
            return True
        end = digits.find(b" ", at)
        at = digits.find(_RUN, end) if end >= 0 else -1
    return False
