"""Text into JSON values, as a schema means them: "5" is 5 where an integer is asked for.

Knows which kinds of value a schema takes. It must not know where the text stood.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from specbound.check.schema.lookup import Lookup, Place
from specbound.check.schema.verdict import Validators
from specbound.contract.values import kind
from specbound.runtime.server.decode import Loose, Shape
from specbound.runtime.server.meaning import meanings

_ANY = frozenset({"string", "number", "boolean", "null", "array", "object"})
_SCALAR = _ANY - {"array", "object"}
_UNIONS = ("anyOf", "oneOf")


class Typing:
    """Gives text its JSON type, by the schemas of one contract."""

    def __init__(self, lookup: Lookup, validators: Validators) -> None:
        self._lookup = lookup
        self._validators = validators

    def shapes(self, schema: Any) -> tuple[Shape, ...]:
        """What a parameter with this schema may be, the richer first."""
        kinds = self.kinds(schema)
        if kinds == _ANY:
            return ("scalar",)
        rich: list[Shape] = [one for one in ("object", "array") if one in kinds]
        return (*rich, "scalar") if kinds & _SCALAR or not rich else tuple(rich)

    def members(self, schema: Any) -> set[str] | None:
        """The names of an object's members; None where a schema takes other names too."""
        parts = self._parts(schema)
        names = {name for part in parts for name in part.schema.get("properties", ())}
        open_ = [part.schema.get("additionalProperties") for part in parts]
        return None if any(one not in (None, False) for one in open_) or not names else names

    def names(self, schema: Any) -> set[str]:
        """All names that an object's members may have by declaration."""
        return {n for part in self._parts(schema) for n in part.schema.get("properties", ())}

    def member_shapes(self, schema: Any, name: str) -> tuple[Shape, ...]:
        """What a member of an object may be, the richer first."""
        found = self._member(schema, name)
        return self.shapes(found[0]) if found else ("scalar",)

    def member(self, schema: Any, name: str, readings: list[Loose]) -> Any:
        """The value of a member: of several readings the first that fits, else the first."""
        schemas = self._member(schema, name)
        values = [self._best(schemas, each) for each in readings]
        if len(values) > 1 and schemas:
            fits = self._validators.of(schemas[0], "request")
            return next((value for value in values if fits(value)), values[0])
        return values[0]

    def value(self, schema: Any, loose: Loose) -> Any:
        """The JSON value that the text means; text that has no better reading stays text."""
        if isinstance(loose, str):
            return self._scalar(schema, loose)
        if not isinstance(loose, list | dict):
            return loose
        if isinstance(loose, list):
            if loose == [""] and "string" not in self._kinds_of(self.items(schema)):
                return []
            items = self.items(schema)
            return [self._best(items, item) for item in loose]
        return {name: self._best(self._member(schema, name), one) for name, one in loose.items()}

    def kinds(self, schema: Any) -> frozenset[str]:
        """The kinds of value that a schema takes, as far as it says."""
        return self._lookup.remember(  # type: ignore[no-any-return]
            ("kinds", id(schema)), lambda: self._kinds_of([schema])
        )

    def _scalar(self, schema: Any, text: str) -> Any:
        return self._best([schema], text)

    def _best(self, schemas: list[Any], loose: Loose) -> Any:
        """The first reading that fits one of the schemas, else the first of all."""
        if not isinstance(loose, str):
            return self.value(schemas[0] if schemas else True, loose)
        readings = list(meanings(loose, self._kinds_of(schemas)))
        if len(readings) > 1:
            fits = [self._validators.of(schema, "request") for schema in schemas]
            for reading in readings:
                if any(each(reading) for each in fits):
                    return reading
        return readings[0]

    def _kinds_of(self, schemas: Iterable[Any]) -> frozenset[str]:
        found: set[str] = set()
        for schema in schemas:
            for part in self._parts(schema):
                found |= _said(part.schema)
        return frozenset(found) or _ANY

    def _parts(self, schema: Any) -> list[Place]:
        """A schema and all that may hold for the same value: `$ref`, `allOf`, unions."""
        return self._lookup.remember(  # type: ignore[no-any-return]
            ("parts", id(schema)), lambda: list(self._spread(Place(schema, ""), 0))
        )

    def _spread(self, place: Place, depth: int) -> Iterator[Place]:
        for part in self._lookup.folded(place):
            yield part
            for word in _UNIONS if depth < 20 else ():
                for index in range(len(part.schema.get(word, ()))):
                    yield from self._spread(part.child(word, index), depth + 1)

    def items(self, schema: Any) -> list[Any]:
        """The schemas that the items of an array may have."""
        return [part.schema["items"] for part in self._parts(schema) if "items" in part.schema]

    def _member(self, schema: Any, name: str) -> list[Any]:
        parts = self._parts(schema)
        found = [
            p.schema["properties"][name] for p in parts if name in p.schema.get("properties", ())
        ]
        if found:
            return found[:1]
        rest = (part.schema.get("additionalProperties") for part in parts)
        return [one for one in rest if isinstance(one, dict)][:1]


def _said(schema: Mapping[str, Any]) -> set[str]:
    said = schema.get("type")
    if said is not None:
        names = {said} if isinstance(said, str) else set(said)
        return {"number" if name == "integer" else name for name in names}
    values = [schema["const"]] if "const" in schema else schema.get("enum", ())
    found = {kind(value) for value in values}
    if "properties" in schema:
        found.add("object")
    if "items" in schema:
        found.add("array")
    return found
