"""JSON Schema to the types of arguments: what a caller may pass and a type checker sees.

Knows which Python values the builders turn into which JSON. It must not promise less than the
models accept: what a type cannot say here, the builder checks before it sends.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from specbound.contract.model import SCHEMAS
from specbound.contract.shapes import is_null
from specbound.emit.text import literal

_PLAIN = {"integer": "int", "number": "float", "boolean": "bool", "null": "None"}
_FORMATS = {"uuid": "UUID | str", "date-time": "datetime | str", "date": "date | str"}


@dataclass(frozen=True, slots=True)
class Argument:
    """An argument's type, and the schemas that it names."""

    text: str
    names: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Arguments:
    """Makes argument types for one contract's schemas."""

    schemas: Mapping[str, Any]
    classes: frozenset[str]

    def of(self, schema: Any, open_names: tuple[str, ...] = ()) -> Argument:
        """The type that a caller may pass for a schema."""
        if not isinstance(schema, dict) or not schema:
            return Argument("Any")
        if "$ref" in schema:
            return self._named(schema["$ref"].removeprefix(SCHEMAS), open_names)
        if "const" in schema or "enum" in schema:
            return _values([schema["const"]] if "const" in schema else schema["enum"])
        branches = [*schema.get("oneOf", ()), *schema.get("anyOf", ())]
        if branches:
            return _joined(self.of(branch, open_names) for branch in branches)
        parts = schema.get("allOf")
        if parts and "type" not in schema:
            return self.of(parts[0], open_names) if len(parts) == 1 else Argument("Any")
        kinds = schema.get("type")
        if isinstance(kinds, list):
            return _joined(self._kind(kind, schema, open_names) for kind in kinds)
        return self._kind(str(kinds), schema, open_names)

    def _named(self, name: str, open_names: tuple[str, ...]) -> Argument:
        schema = self.schemas.get(name)
        if name in self.classes:
            text = f"{name} | Mapping[str, Any]"
            kinds = schema.get("type") if isinstance(schema, dict) else None
            return Argument(
                f"{text} | None" if "null" in (kinds or ()) else text, frozenset({name})
            )
        if name in open_names or not isinstance(schema, dict):
            return Argument("Any")
        if _is_text(schema):
            typed = _FORMATS.get(str(schema.get("format")))
            return Argument(f"{name} | str" if typed else name, frozenset({name}))
        if "enum" in schema:
            return Argument(name, frozenset({name}))
        texts = [*schema.get("oneOf", ()), *schema.get("anyOf", ())]
        if texts and all(_is_text(self._resolved(one)) or is_null(one) for one in texts):
            return Argument(name, frozenset({name}))
        return self.of(schema, (*open_names, name))

    def _resolved(self, node: Any) -> Mapping[str, Any]:
        while isinstance(node, dict) and "$ref" in node:
            node = self.schemas.get(node["$ref"].removeprefix(SCHEMAS))
        return node if isinstance(node, dict) else {}

    def _kind(self, kind: str, schema: Mapping[str, Any], open_names: tuple[str, ...]) -> Argument:
        if kind == "string":
            return Argument(_FORMATS.get(str(schema.get("format")), "str"))
        if kind == "array":
            item = self.of(schema.get("items"), open_names)
            return Argument(f"Sequence[{item.text}]", item.names)
        if kind == "object":
            value = self.of(schema.get("additionalProperties"), open_names)
            return Argument(f"Mapping[str, {value.text}]", value.names)
        return Argument(_PLAIN.get(kind, "Any"))


def _is_text(schema: Mapping[str, Any]) -> bool:
    return schema.get("type") == "string" and "enum" not in schema


def _values(values: list[Any]) -> Argument:
    if all(value is None or isinstance(value, str | bool | int) for value in values):
        return Argument(f"Literal[{', '.join(map(literal, values))}]" if values else "Any")
    return Argument("float" if all(isinstance(value, int | float) for value in values) else "Any")


def _joined(arguments: Iterable[Argument]) -> Argument:
    """A union, each branch once and None last; anything swallows the rest."""
    listed = list(arguments)
    texts = dict.fromkeys(text for one in listed for text in _branches(one.text))
    if "Any" in texts:
        return Argument("Any")
    ordered = sorted(texts, key=lambda text: text == "None")
    return Argument(" | ".join(ordered), frozenset(name for one in listed for name in one.names))


def _branches(text: str) -> list[str]:
    """Split a union at its outermost bars."""
    parts, depth, start = [], 0, 0
    quoted = ""
    for index, char in enumerate(text):
        if quoted:
            quoted = "" if char == quoted and text[index - 1] != "\\" else quoted
        elif char in "\"'":
            quoted = char
        elif char in "[(":
            depth += 1
        elif char in ")]":
            depth -= 1
        elif char == "|" and depth == 0:
            parts.append(text[start:index].strip())
            start = index + 1
    return [*parts, text[start:].strip()]
