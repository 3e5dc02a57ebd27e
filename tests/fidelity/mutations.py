"""JSON values near a schema: examples, minimal values, and each of them with one thing changed.

Knows JSON Schema's keywords only as far as values are proposed by them. It must not know which
values are valid: that is the oracles' business.
"""

from __future__ import annotations

import copy
import random
import re
from collections.abc import Iterator
from typing import Any

Path = tuple[str | int, ...]

#: Texts that fit the patterns and formats which documents commonly have.
TEXTS = (
    "a",
    "https://example.com/a.png",
    "17f20503-6c24-4c16-946b-35dbbce2af2f",
    "2024-06-27T19:49:32.335Z",
    "2024-06-27",
    "data:image/png;base64,iVBORw0KGgoAAAANSUhEUg==",
    "data:video/mp4;base64,AAAAIGZ0eXBpc29t",
    "data:audio/mpeg;base64,SUQzBAAAAAAA",
    "runway://ZXhhbXBsZQ",
    "wss://example.com",
    "name.txt",
)
FORMATS = {"uri": TEXTS[1], "uuid": TEXTS[2], "date-time": TEXTS[3], "date": TEXTS[4]}
STRANGERS: tuple[Any, ...] = (
    *(None, True, False, 0, 1, -1, 0.5, 5.0, 1e9, 2**53),
    *("", "x", "5", "true", "null", "é" * 600, "😀" * 501, "a" * 3000),
    *([], [None], ["x"], {}, {"x": 1}),
)


class Seeds:
    """Proposes values for the schemas of one document."""

    def __init__(self, document: dict[str, Any]) -> None:
        self.document = document

    def of(self, schema: Any, depth: int = 0) -> list[Any]:
        """Values, smallest first, of which some should fit the schema."""
        schema = self._resolved(schema)
        if not isinstance(schema, dict) or depth > 12:
            return ["a"]
        if "const" in schema:
            return [schema["const"]]
        if "enum" in schema:
            return [*schema["enum"][:2], schema["enum"][-1]]
        found = [*schema.get("examples", []), *([schema["example"]] if "example" in schema else [])]
        for branch in (*schema.get("oneOf", []), *schema.get("anyOf", [])):
            found += self.of(
                {**schema, "oneOf": [], "anyOf": [], **self._resolved(branch)}, depth + 1
            )
        if not found or "properties" in schema:
            found += self._plain(schema, depth)
        return found

    def _resolved(self, schema: Any) -> Any:
        while isinstance(schema, dict) and "$ref" in schema:
            node: Any = self.document
            for part in schema["$ref"].removeprefix("#/").split("/"):
                node = node[part.replace("~1", "/").replace("~0", "~")]
            schema = {**node, **{key: value for key, value in schema.items() if key != "$ref"}}
        return schema

    def _plain(self, schema: dict[str, Any], depth: int) -> list[Any]:
        kind = schema.get("type", "object" if "properties" in schema else "string")
        kind = kind[0] if isinstance(kind, list) else kind
        if kind == "object":
            return self._objects(schema, depth)
        if kind == "array":
            item = self.of(schema.get("items", {}), depth + 1)
            least = schema.get("minItems", 0)
            return [item[:1] * max(least, 1), item[:1] * least, item]
        if kind in ("integer", "number"):
            return [schema.get("minimum", 1), schema.get("maximum", 2)]
        if kind == "string":
            least = "a" * max(schema.get("minLength", 1), 1)
            return _texts(schema) if {"pattern", "format"} & set(schema) else [least]
        return [kind == "boolean" or None]

    def _objects(self, schema: dict[str, Any], depth: int) -> list[Any]:
        members = schema.get("properties", {})
        values = {name: self.of(member, depth + 1) for name, member in members.items()}
        needed = set(schema.get("required", ()))
        least = {name: those[0] for name, those in values.items() if name in needed}
        whole = {name: those[0] for name, those in values.items()}
        others = [{**least, name: value} for name, those in values.items() for value in those[1:]]
        return [least, whole, *others]


def _texts(schema: dict[str, Any]) -> list[str]:
    """All texts, those first that seem to be meant."""
    wanted = FORMATS.get(schema.get("format", ""))
    fits = re.compile(schema.get("pattern", ""))
    return sorted(TEXTS, key=lambda text: (fits.search(text) is None, text != wanted))


def places(value: Any, path: Path = ()) -> Iterator[Path]:
    """The path of every value inside a value, its own first."""
    yield path
    if isinstance(value, dict):
        for name, item in value.items():
            yield from places(item, (*path, name))
    elif isinstance(value, list):
        for index, item in enumerate(value[:2]):
            yield from places(item, (*path, index))


def mutations(value: Any, chance: random.Random, number: int) -> Iterator[Any]:
    """The value itself, then up to `number` values that differ from it in one place."""
    yield value
    spots = list(places(value))
    for _ in range(number):
        path = chance.choice(spots)
        old = value
        for part in path:
            old = old[part]
        yield replaced(value, path, chance.choice(_others(old)))


def replaced(value: Any, path: Path, new: Any) -> Any:
    """A copy of a value with another one at a place."""
    if not path:
        return new
    whole = copy.deepcopy(value)
    parent = whole
    for part in path[:-1]:
        parent = parent[part]
    parent[path[-1]] = new
    return whole


def _others(old: Any) -> list[Any]:
    """What may stand in a value's stead: strangers, and near relatives as often as they."""
    near: list[Any] = []
    if isinstance(old, dict):
        near = [{key: each for key, each in old.items() if key != name} for name in old]
        near += [{**old, "surplus": 1}, {name.upper(): each for name, each in old.items()}]
    elif isinstance(old, list):
        near = [old[1:], old * 2, old[:1] * 11, old[:1] * 51]
    elif isinstance(old, str):
        near = [old.upper(), old + "\n", old[:-1], " " + old, old * 3, old.replace("1", "١")]
    elif isinstance(old, int | float) and not isinstance(old, bool):
        near = [old - 1, old + 1, -old, old + 0.5, float(old), old * 1000, str(old)]
    return [*STRANGERS, *near * (1 + len(STRANGERS) // max(len(near), 1))]
