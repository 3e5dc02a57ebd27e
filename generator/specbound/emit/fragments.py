"""What a Python type cannot say, written as a check: a JSON Schema fragment for the runtime.

Knows the runtime's `Check`. It must not know why something could not be typed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from specbound.contract.model import SCHEMAS
from specbound.contract.patterns import PatternError, to_python
from specbound.contract.rules import ANNOTATIONS, APPLICATORS, subschemas
from specbound.emit.text import literal
from specbound.origin import pointer

#: Keywords that refuse nothing here: names of places, and hints.
_SILENT = frozenset(
    {"discriminator", "$defs", "definitions", "$schema", "$id", "$anchor", "contentEncoding"}
    | {"contentMediaType", "contentSchema", "nullable"}
)


@dataclass(slots=True)
class Fragments:
    """Writes checks, and remembers which named schemas they refer to."""

    schemas: Mapping[str, Any]
    used: set[str] = field(default_factory=set)

    def check(self, schema: Any) -> str:
        """The expression of a check that enforces a schema."""
        bare = self.bare(schema)
        refers = "$ref" in str(bare)
        return f"Check({literal(bare)}{', definitions=definitions' if refers else ''})"

    def bare(self, schema: Any) -> Any:
        """A schema without annotations, its patterns in Python's syntax."""
        if not isinstance(schema, dict):
            return schema
        out: dict[str, Any] = {}
        for keyword, value in schema.items():
            if keyword == "x-specbound" and "length-unit" in value:
                out[keyword] = {"length-unit": value["length-unit"]}
            if keyword in ANNOTATIONS or keyword.startswith("x-") or keyword in _SILENT:
                continue
            if keyword == "$ref":
                self.used.add(value.removeprefix(SCHEMAS))
            out[keyword] = self._keyword(keyword, value)
        return {key: value for key, value in out.items() if value is not None or key == "const"}

    def _keyword(self, keyword: str, value: Any) -> Any:
        if keyword == "pattern":
            return self.pattern(value)
        if keyword == "patternProperties":
            named = [(self.pattern(name), self.bare(child)) for name, child in value.items()]
            return {name: child for name, child in named if name is not None}
        hangs = APPLICATORS.get(keyword)
        if hangs == "map" and isinstance(value, dict):
            return {name: self.bare(child) for name, child in value.items()}
        if hangs == "list" and isinstance(value, list):
            return [self.bare(child) for child in value]
        return self.bare(value) if hangs == "one" else value

    def pattern(self, value: str) -> str | None:
        """A pattern for Python's `re`; None where it has no such form, which `gaps` reports."""
        try:
            return to_python(value)
        except PatternError:
            return None

    def definitions(self) -> dict[str, Any]:
        """Every named schema that some check refers to, directly or not, as fragments."""
        done: dict[str, Any] = {}
        while pending := sorted(self.used - set(done)):
            for name in pending:
                done[name] = self.bare(self.schemas.get(name, True))
        return done


def gaps(schema: Any) -> Iterator[tuple[str, str]]:
    """The pointers below a schema to patterns that generated code cannot check, and why not."""
    for steps, node in subschemas(schema):
        if not isinstance(node, Mapping):
            continue
        patterns: list[tuple[tuple[str, ...], str]] = []
        if "pattern" in node:
            patterns.append((("pattern",), node["pattern"]))
        patterns += [
            (("patternProperties", name), name) for name in node.get("patternProperties", ())
        ]
        for more, pattern in patterns:
            try:
                to_python(pattern)
            except PatternError as error:
                yield pointer((*steps, *more)), f"the pattern `{pattern}` is not checked: {error}"
