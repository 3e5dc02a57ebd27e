"""Strings and numbers as type expressions: pydantic's own words first, the runtime's for the rest.

Knows the keywords of JSON Schema's scalar kinds. It must not know of objects, arrays or unions.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from specbound.contract.patterns import PatternError, to_python, to_rust
from specbound.emit.text import literal
from specbound.emit.text import pattern as quoted

#: Formats that have a Python type, with the metadata that reads and writes it.
_TYPED = {"uuid": ("UUID", "Uuid"), "date-time": ("datetime", "DateTime"), "date": ("date", "Date")}

#: Formats that the runtime's predicates assert on plain strings.
_ASSERTED = frozenset(
    {"time", "duration", "email", "idn-email", "hostname", "idn-hostname", "ipv4", "ipv6", "uri"}
    | {"uri-reference", "iri", "iri-reference", "uri-template", "json-pointer", "regex"}
    | {"relative-json-pointer"}
)

_BOUNDS = {
    "minimum": "ge",
    "maximum": "le",
    "exclusiveMinimum": "gt",
    "exclusiveMaximum": "lt",
}

#: No text is longer than this, so a higher limit says nothing; pydantic could not hold it either.
_LONGEST = 2**62

Rest = dict[str, Any]


def string(rules: Mapping[str, Any]) -> tuple[str, Rest]:
    """The expression for a string schema, and the keywords that it leaves unsaid."""
    used = ["type", "format", "minLength", "maxLength", "x-specbound"]
    rest = {key: value for key, value in rules.items() if key not in (*used, "pattern")}
    kind = rules.get("format")
    python = _python(rules.get("pattern"))
    if kind in _TYPED:
        name, metadata = _TYPED[kind]
        options = {"pattern": quoted(python) if python else "", **_lengths(rules)}
        return f"Annotated[{name}, texts.{metadata}({_listed(options)})]", rest
    utf16 = (rules.get("x-specbound") or {}).get("length-unit") == "utf-16"
    field, text = _lengths(rules), dict[str, str]()
    if utf16:
        text = {key.replace("_length", "_utf16"): value for key, value in field.items()}
        field = {}
    if kind in _ASSERTED:
        text["format"] = literal(kind)
    if "pattern" in rules:
        rust = _rust(rules["pattern"])
        if rust is not None:
            field["pattern"] = quoted(rust)
        elif python:
            text["pattern"] = quoted(python)
    return _annotated("str", field, text), rest


def _annotated(kind: str, field: Mapping[str, str], text: Mapping[str, str]) -> str:
    parts = [f"Field({_listed(field)})"] if field else []
    parts += [f"texts.Text({_listed(text)})"] if text else []
    return f"Annotated[{kind}, {', '.join(parts)}]" if parts else kind


def _lengths(rules: Mapping[str, Any]) -> dict[str, str]:
    names = {"min_length": rules.get("minLength") or None, "max_length": rules.get("maxLength")}
    return {
        name: str(int(value))
        for name, value in names.items()
        if value is not None and (name == "min_length" or value <= _LONGEST)
    }


def _listed(options: Mapping[str, str]) -> str:
    return ", ".join(f"{name}={value}" for name, value in options.items() if value)


def _python(pattern: str | None) -> str:
    try:
        return to_python(pattern) if pattern is not None else ""
    except PatternError:
        return ""


def _rust(pattern: str) -> str | None:
    try:
        return to_rust(pattern)
    except PatternError:
        return None


def number(kind: str, rules: Mapping[str, Any]) -> tuple[str, Rest]:
    """The expression for a number or integer schema, and the keywords that it leaves unsaid."""
    name = "Integer" if kind == "integer" else "Number"
    bounds = {_BOUNDS[key]: literal(rules[key]) for key in _BOUNDS if key in rules}
    parts = [f"Field({_listed(bounds)})"] if bounds else []
    if "multipleOf" in rules:
        parts.append(f"scalars.MultipleOf({literal(rules['multipleOf'])})")
    rest = {
        key: value for key, value in rules.items() if key not in (*_BOUNDS, "type", "multipleOf")
    }
    rest.pop("format", None)
    return f"Annotated[{name}, {', '.join(parts)}]" if parts else name, rest
