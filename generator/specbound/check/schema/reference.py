"""A second opinion on values: the library jsonschema, told what OpenAPI means by its keywords.

Knows jsonschema's public API, and where its reading differs from the standards: expressions of
ECMA-262, exact multiples, lengths in UTF-16, members of the other direction. It must not know how
the checker comes to its verdict.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from fractions import Fraction
from typing import Any

import jsonschema  # type: ignore[import-untyped]
from jsonschema.validators import extend  # type: ignore[import-untyped]

from specbound.check.schema.lookup import FLAGS, Direction, lookup_of
from specbound.contract.load import Contract
from specbound.contract.patterns import PatternError, compiled
from specbound.contract.values import kind, length
from specbound.runtime.formats import FORMATS, conforms

Errors = Iterator[jsonschema.ValidationError]


class Reference:
    """Verdicts of jsonschema on the values of one contract's schemas."""

    def __init__(self, contract: Contract, direction: Direction = "request") -> None:
        self._lookup = lookup_of(contract)
        self._flag = FLAGS[direction]
        self._named = {name: self._meant(one.schema) for name, one in contract.schemas.items()}
        self._known: dict[int, tuple[Any, Callable[[Any], bool]]] = {}

    def fits(self, schema: Any, value: Any) -> bool:
        """Whether jsonschema takes the value; a schema is prepared once."""
        known = self._known.get(id(schema))
        if known is None:
            meant = self._meant(schema)
            root = {"allOf": [meant], "components": {"schemas": self._named}}
            made = _Validator(root, format_checker=_FORMATS)
            known = self._known[id(schema)] = schema, made.is_valid
        return known[1](value)

    def _meant(self, schema: Any) -> Any:
        """The schema without requirements on members of the other direction."""
        if isinstance(schema, list):
            return [self._meant(one) for one in schema]
        if not isinstance(schema, Mapping):
            return schema
        found = {name: one if name in _VALUES else self._meant(one) for name, one in schema.items()}
        if isinstance(found.get("required"), list):
            found["required"] = [
                name for name in found["required"] if not self._hides(schema, name)
            ]
        return found

    def _hides(self, schema: Mapping[str, Any], name: str) -> bool:
        properties = schema.get("properties")
        member = properties.get(name) if isinstance(properties, Mapping) else None
        while isinstance(member, Mapping) and "$ref" in member:
            member = self._lookup.target(member["$ref"])
        return isinstance(member, Mapping) and member.get(self._flag) is True


#: Keywords that hold values, never schemas.
_VALUES = ("const", "enum", "default", "example", "examples")


def _pattern(validator: Any, limit: str, value: Any, schema: Any) -> Errors:
    if isinstance(value, str) and not _matches(limit, value):
        yield jsonschema.ValidationError("pattern")


def _matches(expression: str, text: str) -> bool:
    try:
        return bool(compiled(expression).search(text))
    except PatternError:
        return True


def _length(keyword: str, wrong: Callable[[int, int], bool]) -> Callable[..., Errors]:
    def check(validator: Any, limit: int, value: Any, schema: Any) -> Errors:
        extension = schema.get("x-specbound")
        unit = extension.get("length-unit") if isinstance(extension, Mapping) else None
        if isinstance(value, str) and wrong(length(value, unit or "characters"), limit):
            yield jsonschema.ValidationError(keyword)

    return check


def _multiple(validator: Any, limit: Any, value: Any, schema: Any) -> Errors:
    if kind(value) == "number" and Fraction(str(value)) % Fraction(str(limit)):
        yield jsonschema.ValidationError("multipleOf")


def _format(name: str) -> Callable[[Any], bool]:
    return lambda value: not isinstance(value, str) or conforms(value, name)


_FORMATS = jsonschema.FormatChecker([])
for _name in FORMATS:
    _FORMATS.checks(_name)(_format(_name))

_Validator = extend(
    jsonschema.Draft202012Validator,
    {
        "pattern": _pattern,
        "minLength": _length("minLength", lambda size, limit: size < limit),
        "maxLength": _length("maxLength", lambda size, limit: size > limit),
        "multipleOf": _multiple,
    },
)
