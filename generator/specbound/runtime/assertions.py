"""The assertions of JSON Schema 2020-12: type, values, numbers, text and counts.

Knows one small function a keyword, each about one value. It must not know sub-schemas.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from .evaluation import TYPES, Run
from .exact import equal, is_multiple, is_number, key, utf16_length
from .formats import conforms
from .grammar import compiled
from .words import shown

Keyword = Callable[[Run, Any, Mapping[str, Any], Any], None]


def type_(run: Run, names: Any, schema: Mapping[str, Any], value: Any) -> None:
    """Section 6.1.1 of the validation vocabulary."""
    wanted = [names] if isinstance(names, str) else list(names)
    if not any(TYPES[name](value) for name in wanted):
        run.fail("type", f"must be of type {' or '.join(wanted)}, not {shown(value)}")


def enum(run: Run, allowed: Any, schema: Mapping[str, Any], value: Any) -> None:
    """Section 6.1.2."""
    if not any(equal(value, each) for each in allowed):
        choices = ", ".join(shown(each) for each in allowed)
        run.fail("enum", f"is {shown(value)}, which is not one of {choices}")


def const(run: Run, wanted: Any, schema: Mapping[str, Any], value: Any) -> None:
    """Section 6.1.3."""
    if not equal(value, wanted):
        run.fail("const", f"must be {shown(wanted)}, not {shown(value)}")


def number(keyword: str, holds: Callable[[Any, Any], bool], words: str) -> Keyword:
    """Make the check of a bound on numbers (section 6.2)."""

    def check(run: Run, limit: Any, schema: Mapping[str, Any], value: Any) -> None:
        if is_number(value) and not holds(value, limit):
            run.fail(keyword, f"is {shown(value)}, but must be {words} {shown(limit)}")

    return check


def _size(value: Any, schema: Mapping[str, Any]) -> int:
    extension = schema.get("x-specbound")
    utf16 = isinstance(extension, Mapping) and extension.get("length-unit") == "utf-16"
    return utf16_length(value) if utf16 and isinstance(value, str) else len(value)


def count(keyword: str, kind: type, noun: str, holds: Callable[[int, int], bool]) -> Keyword:
    """Make the check of a length or a number of items or members."""
    words = "at least" if keyword.startswith("min") else "at most"

    def check(run: Run, limit: Any, schema: Mapping[str, Any], value: Any) -> None:
        if isinstance(value, kind) and not holds(size := _size(value, schema), limit):
            run.fail(keyword, f"must have {words} {limit} {noun}, not {size}")

    return check


def pattern(run: Run, expression: Any, schema: Mapping[str, Any], value: Any) -> None:
    """Section 6.3.3; the expression is in Python's syntax already."""
    if isinstance(value, str) and not compiled(expression).search(value):
        run.fail("pattern", f"must match {expression}")


def format_(run: Run, name: Any, schema: Mapping[str, Any], value: Any) -> None:
    """Section 7, asserted."""
    if isinstance(value, str) and not conforms(value, name):
        run.fail("format", f"must be a valid {name}, not {shown(value)}")


def unique_items(run: Run, wanted: Any, schema: Mapping[str, Any], value: Any) -> None:
    """Section 6.4.3."""
    if wanted and isinstance(value, list) and len({key(item) for item in value}) < len(value):
        run.fail("uniqueItems", "must not have an item twice")


def required(run: Run, names: Any, schema: Mapping[str, Any], value: Any) -> None:
    """Section 6.5.3."""
    if isinstance(value, dict):
        for name in names:
            if name not in value:
                run.fail("required", f"must have the member {shown(name)}")


def dependent_required(run: Run, needs: Any, schema: Mapping[str, Any], value: Any) -> None:
    """Section 6.5.4."""
    if isinstance(value, dict):
        for name, others in needs.items():
            for other in others:
                if name in value and other not in value:
                    words = f"must have {shown(other)}, since it has {shown(name)}"
                    run.fail("dependentRequired", words)


def _at_least(size: int, limit: int) -> bool:
    return size >= limit


def _at_most(size: int, limit: int) -> bool:
    return size <= limit


ASSERTIONS: dict[str, Keyword] = {
    "type": type_,
    "enum": enum,
    "const": const,
    "minimum": number("minimum", lambda value, limit: value >= limit, "at least"),
    "maximum": number("maximum", lambda value, limit: value <= limit, "at most"),
    "exclusiveMinimum": number("exclusiveMinimum", lambda value, low: value > low, "more than"),
    "exclusiveMaximum": number("exclusiveMaximum", lambda value, high: value < high, "less than"),
    "multipleOf": number("multipleOf", is_multiple, "a multiple of"),
    "minLength": count("minLength", str, "characters", _at_least),
    "maxLength": count("maxLength", str, "characters", _at_most),
    "pattern": pattern,
    "format": format_,
    "minItems": count("minItems", list, "items", _at_least),
    "maxItems": count("maxItems", list, "items", _at_most),
    "uniqueItems": unique_items,
    "minProperties": count("minProperties", dict, "members", _at_least),
    "maxProperties": count("maxProperties", dict, "members", _at_most),
    "required": required,
    "dependentRequired": dependent_required,
}
