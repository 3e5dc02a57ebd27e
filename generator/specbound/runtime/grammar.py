"""Patterns that are compiled when first needed, and the grammars that typed values rest on.

Knows RFC 3339 and RFC 4122 as predicates on text. It must not know types, schemas or names of
formats.
"""

from __future__ import annotations

import re
from datetime import date
from functools import cache

_CLOCK = r"(?P<hour>[01]\d|2[0-3]):(?P<minute>[0-5]\d):(?P<second>[0-5]\d|60)(?:\.\d+)?"
_ZONE = r"(?:[Zz]|(?P<sign>[+-])(?P<zone_hour>[01]\d|2[0-3]):(?P<zone_minute>[0-5]\d))"
UUID_FORM = r"[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}"
_DATE = r"(?P<day>\d{4}-\d\d-\d\d)"


@cache
def compiled(pattern: str) -> re.Pattern[str]:
    """Compile a pattern that is already in Python's syntax, once."""
    return re.compile(pattern)


@cache
def grammar(pattern: str) -> re.Pattern[str]:
    """Compile one pattern, once, when it is first needed; classes are ASCII."""
    return re.compile(pattern, re.ASCII)


def is_date(text: str) -> bool:
    """RFC 3339 full-date; the year 0000 is refused, since no calendar type holds it."""
    if not grammar(r"\d{4}-\d\d-\d\d").fullmatch(text):
        return False
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def _is_real_time(match: re.Match[str]) -> bool:
    """A leap second is one only at the end of a day in UTC."""
    if match["second"] != "60":
        return True
    minutes = int(match["hour"]) * 60 + int(match["minute"])
    if match["sign"]:
        offset = int(match["zone_hour"]) * 60 + int(match["zone_minute"])
        minutes -= offset if match["sign"] == "+" else -offset
    return minutes % 1440 == 1439


def is_date_time(text: str) -> bool:
    """RFC 3339 date-time: the offset is required, the separator is t or T."""
    match = grammar(f"{_DATE}[Tt]{_CLOCK}{_ZONE}").fullmatch(text)
    return match is not None and is_date(match["day"]) and _is_real_time(match)


def is_time(text: str) -> bool:
    """RFC 3339 full-time: the offset is required."""
    match = grammar(f"{_CLOCK}{_ZONE}").fullmatch(text)
    return match is not None and _is_real_time(match)


def is_uuid(text: str) -> bool:
    """RFC 4122 with its dashes, in either case."""
    return bool(grammar(UUID_FORM).fullmatch(text))
