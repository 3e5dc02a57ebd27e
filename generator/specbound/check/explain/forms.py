"""The forms that a text may have, by its pattern, format and length: what each is called.

Knows well-known forms (RFC 3986, 4122, 3339) and recognises them by trying. It must not know
unions or findings.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from specbound.check.explain.phrases import one_of, says
from specbound.check.schema.asserts import asserts, expression, matches
from specbound.check.schema.lookup import Lookup, Place
from specbound.contract.limits import an
from specbound.contract.patterns import PatternError, literal_prefix
from specbound.contract.values import kind

_SIZES = ("minLength", "maxLength")
_SCHEME = re.compile(r"([a-z][a-z0-9+.-]*)://")
_DATA = re.compile(r"data:([\w+.-]+)/?")
_DATA_KINDS = re.compile(r"\^data:\((?:\?:)?([\w|]+)\)")
UUID = "00000000-0000-{}000-8000-000000000000"
TIMES = ("2024-01-01T00:00:00Z", "2024-01-01T00:00:00.000Z", "2024-01-01T00:00:00+00:00")


def merged(lookup: Lookup, place: Place) -> dict[str, Any]:
    """All keywords that hold at one place whatever the value, the nearest schema's first."""
    found: dict[str, Any] = {}
    for part in lookup.folded(place):
        for keyword, limit in part.schema.items():
            found.setdefault(keyword, limit)
    return found


@lru_cache(4096)
def prefix(pattern: str) -> str:
    """The fixed text that all that matches begins with, if there is one."""
    try:
        return literal_prefix(pattern)
    except PatternError:
        return ""


@lru_cache(4096)
def uuid_versions(pattern: str) -> tuple[str, ...]:
    """The versions of UUID (RFC 9562) that a pattern takes; empty if it is about something else."""
    if expression(pattern) is None or matches(pattern, "") or matches(pattern, "x-specbound"):
        return ()
    return tuple(each for each in "12345678" if matches(pattern, UUID.format(each)))


@lru_cache(4096)
def is_time(pattern: str) -> bool:
    """Whether a pattern is one of a date with a time (RFC 3339)."""
    if expression(pattern) is None or matches(pattern, "") or matches(pattern, "x-specbound"):
        return False
    return any(matches(pattern, time) for time in TIMES)


def form(rules: Mapping[str, Any]) -> str:
    """What a schema of a scalar takes, as a noun: `an https URL of at most 2,048 characters`."""
    if "const" in rules or "enum" in rules:
        return one_of([rules["const"]] if "const" in rules else rules["enum"])
    types = rules.get("type")
    if types in ("integer", "number"):
        return _number(rules)
    if types == "string" or "pattern" in rules or "format" in rules:
        return _text(rules)
    return says("type", types) if types else ""


def _text(rules: Mapping[str, Any]) -> str:
    noun = ""
    if "pattern" in rules:
        noun = _patterned(rules["pattern"])
    if not noun and "format" in rules:
        noun = says("format", rules["format"])
    if not noun and "pattern" in rules:
        noun = "text that " + says("pattern", rules["pattern"])
    limits = [keyword for keyword in reversed(_SIZES) if keyword in rules]
    size = f" of {says(limits[0], rules[limits[0]])}" if limits else ""
    return (noun or "a string") + size


def _patterned(pattern: str) -> str:
    """The name of a well-known form; nothing if the pattern is none."""
    start = prefix(pattern)
    if found := _SCHEME.fullmatch(start):
        scheme = found[1]
        return f"an {scheme} URL" if scheme in ("http", "https") else f"{an(scheme)}:// URI"
    if found := _DATA_KINDS.match(pattern):
        return " or ".join(f"a data:{one} URI" for one in found[1].split("|"))
    if found := _DATA.fullmatch(start):
        return f"a data:{found[1]} URI"
    if versions := uuid_versions(pattern):
        return f"a UUID of version {versions[0]}" if len(versions) == 1 else "a UUID"
    if is_time(pattern):
        return "a date-time"
    return f'text that begins with "{start}"' if len(start) > 1 else ""


def _number(rules: Mapping[str, Any]) -> str:
    words = [
        says(keyword, rules[keyword])
        for keyword in ("minimum", "exclusiveMinimum", "maximum", "exclusiveMaximum", "multipleOf")
        if keyword in rules
    ]
    noun = "an integer" if rules["type"] == "integer" else "a number"
    joined = " and ".join(words)
    return f"{noun}{' of' if joined.startswith('at ') else ''} {joined}" if words else noun


def is_begun(rules: Mapping[str, Any], value: Any) -> bool:
    """Whether a value has a form but for its size and what else is asked: its beginning tells."""
    if not isinstance(value, str):
        return False
    if "pattern" in rules:
        start = prefix(rules["pattern"])
        return value.startswith(start) if len(start) > 1 else matches(rules["pattern"], value)
    if "format" in rules:
        return asserts("format", rules["format"], rules, value)
    return not any(keyword in rules for keyword in ("enum", "const", "not")) and kind(value) in (
        rules.get("type"),
    )
