"""The document's own words as docstrings: descriptions, defaults, and examples that are valid.

Knows where a description belongs. It must not invent words beyond a fixed few.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from specbound.contract.model import SCHEMAS
from specbound.emit.fragments import Fragments
from specbound.emit.text import docstring, literal
from specbound.runtime.schema import violations

#: Longer examples stay in the document.
_LONGEST = 90


@dataclass(frozen=True, slots=True)
class Docs:
    """Writes docstrings for one contract."""

    schemas: Mapping[str, Any]
    fragments: Fragments

    def of_class(self, name: str, schema: Any) -> str:
        """The docstring of a class or alias; its name in words where the document says nothing."""
        own = self._text(schema) or f"{name}, as the document declares it."
        return docstring("\n\n".join([own, *_inner(schema)]), 4)

    def of_alias(self, schema: Any) -> str:
        """The docstring below a type alias; empty where the document says nothing."""
        text = "\n\n".join(filter(None, [self._text(schema), *_inner(schema)]))
        return docstring(text) if text else ""

    def of_member(self, schema: Any, indent: int) -> str:
        """The docstring below a field; empty where the document says nothing."""
        if not isinstance(schema, dict):
            return ""
        parts = [self._text(schema), *_inner(schema)]
        if "default" in schema:
            parts.append(f"Default: `{_short(schema['default'])}`")
        if examples := self.examples(schema):
            parts.append("Example: " + ", ".join(f"`{example}`" for example in examples))
        text = "\n\n".join(part for part in parts if part)
        return docstring(text, indent) if text else ""

    def _text(self, schema: Any) -> str:
        text = schema.get("description", "") if isinstance(schema, dict) else ""
        return text if isinstance(text, str) else ""

    def examples(self, schema: Mapping[str, Any]) -> list[str]:
        """The short examples of a schema that are valid by it, at most two."""
        found = []
        for value in schema.get("examples", ()):
            shown = _short(value)
            if shown and not violations(self.fragments.bare(schema), value, _Definitions(self)):
                found.append(shown)
        return found[:2]


class _Definitions(dict[str, Any]):
    """Named schemas as fragments, made when a check asks for them."""

    def __init__(self, docs: Docs) -> None:
        super().__init__()
        self._docs = docs

    def __bool__(self) -> bool:
        return True

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str) and name.removeprefix(SCHEMAS) in self._docs.schemas

    def __missing__(self, name: str) -> Any:
        plain = name.removeprefix(SCHEMAS)
        self[name] = self._docs.fragments.bare(self._docs.schemas[plain])
        return self[name]


def _inner(schema: Any) -> list[str]:
    """The descriptions inside a schema that have no other place: not of members, nor of names."""
    if not isinstance(schema, dict):
        return []
    parts = [schema.get(key) for key in ("items", "additionalProperties", "propertyNames", "not")]
    for key in ("oneOf", "anyOf", "allOf", "prefixItems"):
        parts += schema.get(key, ())
    found: list[str] = []
    for part in parts:
        if isinstance(part, dict) and "$ref" not in part:
            text = part.get("description")
            found += [text] if isinstance(text, str) and text else []
            found += _inner(part)
    return list(dict.fromkeys(found))


def _short(value: Any) -> str:
    text = literal(value) if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return text if len(text) <= _LONGEST and "`" not in text else ""
