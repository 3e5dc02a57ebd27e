"""Schemas of the contract as jsonschema-rs has to read them: patterns, lengths and direction.

Knows where that library's dialect and ours part, and what readOnly and writeOnly do to `required`
(OAS 3.1 section 4.8.24). It must not know exchanges, nor how a validator is built.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any

import jsonschema_rs

from specbound.check.schema.lookup import Direction, Lookup, Place
from specbound.contract.model import Schema
from specbound.contract.patterns import PatternError, compiled, to_rust
from specbound.contract.rules import APPLICATORS, CONSTRAINTS
from specbound.runtime.formats import FORMATS

#: Keywords of our own, which the validator takes as Python functions.
PATTERN, LENGTH = "x-specbound-pattern", "x-specbound-length"

#: The library reads these formats exactly as we do (held by a test), and much faster than Python.
NATIVE_FORMATS = frozenset({"date", "date-time", "time", "uuid", "uri", "ipv4", "ipv6"})

#: What the other formats are called there: under their own names they would change how the
#: library reads schemas, whose patterns it asks to be of the format `regex`.
OWN_FORMATS = {name: f"specbound-{name}" for name in FORMATS if name not in NATIVE_FORMATS}

_IN_PLACE = frozenset({"allOf", "anyOf", "oneOf", "not", "if", "then", "else", "dependentSchemas"})
_UNIONS = frozenset({"anyOf", "oneOf"})
_WITH_MEMBERS = frozenset({"$ref", "properties", "patternProperties", "additionalProperties"})
_ASKING = frozenset({"not", "if", "contains", "propertyNames"})
_LENGTHS = frozenset({"minLength", "maxLength"})
_LEFT_OUT = frozenset({"$defs", "definitions", "discriminator", "contentSchema"})
_KEPT = frozenset(CONSTRAINTS) | {"minContains", "maxContains"}
_YEAR = "^(?:[1-9]|0[1-9]|00[1-9]|000[1-9])"
_BASIC_PLANE = "^[\\x00-\\x{ffff}]*$"


#: The annotation that keeps a member out of this direction.
FOREIGN: Mapping[Direction, str] = {"request": "readOnly", "response": "writeOnly"}


class Dialect:
    """One reading of a contract's schemas: for one direction, as they are or closed.

    Closed, no object takes a member that nobody declares, that is deprecated, or that belongs to
    the other direction; it tells cheaply which values need a closer look.
    """

    def __init__(self, lookup: Lookup, direction: Direction, closed: bool = False) -> None:
        self.lookup = lookup
        self.direction: Direction = direction
        self.closed = closed
        self.uri = f"urn:specbound:{direction}{':closed' if closed else ''}"
        self._open = Dialect(lookup, direction) if closed else self

    def document(self) -> dict[str, Any]:
        """All named schemas, rewritten, where references look for them."""
        schemas = self.lookup.contract.tree.get("components", {}).get("schemas", {})
        named = {name: self.in_place(one) for name, one in schemas.items()}
        located = {}
        if self.closed:
            located = {name: self.located(one) for name, one in schemas.items()}
        return {"components": {"schemas": named, "located": located}}

    def located(self, schema: Schema) -> Schema:
        """A schema at a place of its own: the root of a body, a member, an item."""
        if not (self.closed and isinstance(schema, dict)):
            return self.in_place(schema)
        beside = schema.keys() & _IN_PLACE
        if "$ref" in schema and not schema.keys() & _KEPT and not beside:
            return {"$ref": self.uri + schema["$ref"].replace("/schemas/", "/located/", 1)}
        if len(beside) == 1 and beside <= _UNIONS and not schema.keys() & _WITH_MEMBERS:
            # One branch holds for the value, and closing that one is much faster to judge by.
            (word,) = beside
            return self._closed_union(schema, word)
        out = self.in_place(schema)
        if isinstance(out, dict) and self._declares(schema, frozenset()):
            plain = not beside and "$ref" not in schema
            out.setdefault("additionalProperties" if plain else "unevaluatedProperties", False)
        return out

    def _closed_union(self, schema: dict[str, Any], word: str) -> Schema:
        plain = {each: value for each, value in schema.items() if each != word}
        out: Any = self.in_place(plain)
        out[word] = [self.located(one) for one in schema[word]]
        return out  # type: ignore[no-any-return]

    def in_place(self, schema: Schema) -> Schema:
        """A schema that speaks about the same value as the one it stands in."""
        if not isinstance(schema, dict):
            return schema
        out: dict[str, Any] = {}
        for keyword, value in schema.items():
            if keyword in _LEFT_OUT:
                continue
            if keyword in APPLICATORS:
                out[keyword] = self._below(keyword, value)
            elif keyword == "$ref":
                out["$ref"] = self.uri + value
            elif keyword == "required":
                out["required"] = self.lookup.required(schema, self.direction)
            elif keyword in _KEPT:
                out[keyword] = value
        _own_keywords(out, schema)
        return out

    def _below(self, keyword: str, value: Any) -> Any:
        reading = self._open if keyword in _ASKING else self
        write = reading.in_place if keyword in _IN_PLACE else reading.located
        match APPLICATORS[keyword]:
            case "one":
                return write(value)
            case "list":
                return [write(one) for one in value]
        if keyword == "properties":
            return {name: self._member(one) for name, one in value.items()}
        if keyword == "patternProperties":
            return _named_by_pattern(value, write)
        return {name: write(one) for name, one in value.items()}

    def _member(self, schema: Schema) -> Schema:
        unwanted = ("deprecated", FOREIGN[self.direction])
        if self.closed and any(self.lookup.flagged(Place(schema, ""), one) for one in unwanted):
            return False
        return self.located(schema)

    def _declares(self, schema: Schema, seen: frozenset[str]) -> bool:
        """Whether a schema names members of its own: one that does not is meant to be open."""
        if not isinstance(schema, dict):
            return False
        if "properties" in schema:
            return True
        ref = schema.get("$ref", "")
        if ref and ref not in seen:
            return self._declares(self.lookup.place(ref).schema, seen | {ref})
        parts = (one for word in ("allOf", "anyOf", "oneOf") for one in schema.get(word, ()))
        return any(self._declares(one, seen) for one in parts)


def _named_by_pattern(value: Mapping[str, Any], write: Callable[[Any], Any]) -> dict[str, Any]:
    """`patternProperties`; what no engine takes is `lint`'s to tell, and constrains nothing."""
    out = {}
    for pattern, one in value.items():
        try:
            out[_for_library(pattern) or pattern] = write(one)
        except PatternError:
            continue
    return out


def _own_keywords(out: dict[str, Any], schema: Mapping[str, Any]) -> None:
    """Where the library reads a keyword otherwise than we do, say what we mean."""
    more: list[Any] = []
    if isinstance(pattern := out.pop("pattern", None), str):
        more += _pattern(pattern)
    if (format_ := out.get("format")) in OWN_FORMATS:
        out["format"] = OWN_FORMATS[format_]
    if format_ in ("date", "date-time"):
        # No calendar has a year 0, and so our own reading takes none.
        more.append({"pattern": _YEAR})
    extension = schema.get("x-specbound")
    if isinstance(extension, Mapping) and extension.get("length-unit") == "utf-16":
        more += _units({word: out.pop(word) for word in _LENGTHS & out.keys()})
    # Beside the rest, a keyword costs less than in a schema of its own.
    if more and not out.keys() & more[0].keys():
        out.update(more.pop(0))
    if more:
        out["allOf"] = [*out.get("allOf", ()), *more]


def _pattern(pattern: str) -> list[Any]:
    try:
        rust = _for_library(pattern)
    except PatternError:
        return []
    # What Rust cannot do (look-around, references), Python's own engine does.
    return [{"pattern": rust} if rust is not None else {PATTERN: pattern}]


@lru_cache(4096)
def _for_library(pattern: str) -> str | None:
    """A pattern as the library takes it, None if it has no such form; or `PatternError`."""
    rust = to_rust(pattern)
    if rust is None:
        compiled(pattern)
        return None
    try:
        jsonschema_rs.Draft202012Validator({"pattern": rust}, validate_formats=True)
    except jsonschema_rs.ValidationError:
        return None
    return rust


def _units(limits: dict[str, Any]) -> list[Any]:
    """Lengths in UTF-16 code units; text that cannot tell the difference never reaches Python."""
    more: list[Any] = []
    if (most := limits.get("maxLength")) is not None:
        plain = {"maxLength": most, "pattern": _BASIC_PLANE}
        more.append({"anyOf": [{"maxLength": most // 2}, plain, {LENGTH: {"maxLength": most}}]})
    if (least := limits.get("minLength")) is not None:
        more.append({"anyOf": [{"minLength": least}, {LENGTH: {"minLength": least}}]})
    return more
