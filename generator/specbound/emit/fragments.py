"""What a Python type cannot say, written as a check: a JSON Schema fragment for the runtime.

Knows the runtime's `Check`. It must not know why something could not be typed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from specbound.contract.model import SCHEMAS
from specbound.contract.patterns import PatternError, to_python
from specbound.contract.rules import ANNOTATIONS, APPLICATORS
from specbound.emit.text import literal


@dataclass(slots=True)
class Fragments:
    """Writes checks, and remembers which named schemas they refer to."""

    schemas: Mapping[str, Any]
    used: set[str] = field(default_factory=set)
    bad_patterns: set[str] = field(default_factory=set)

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
            if keyword in ANNOTATIONS or keyword == "discriminator":
                continue
            if keyword.startswith("x-") and keyword != "x-specbound":
                continue
            if keyword == "$ref":
                self.used.add(value.removeprefix(SCHEMAS))
            out[keyword] = self._keyword(keyword, value)
        return {key: value for key, value in out.items() if value is not None or key == "const"}

    def _keyword(self, keyword: str, value: Any) -> Any:
        if keyword == "pattern":
            return self.pattern(value)
        if keyword == "patternProperties":
            return {self.pattern(name) or "": self.bare(child) for name, child in value.items()}
        hangs = APPLICATORS.get(keyword)
        if hangs == "map" and isinstance(value, dict):
            return {name: self.bare(child) for name, child in value.items()}
        if hangs == "list" and isinstance(value, list):
            return [self.bare(child) for child in value]
        return self.bare(value) if hangs == "one" else value

    def pattern(self, value: str) -> str | None:
        """A pattern for Python's `re`; None, and remembered, where it is no regular expression."""
        try:
            return to_python(value)
        except PatternError:
            self.bad_patterns.add(value)
            return None

    def definitions(self) -> dict[str, Any]:
        """Every named schema that some check refers to, directly or not, as fragments."""
        done: dict[str, Any] = {}
        while pending := sorted(self.used - set(done)):
            for name in pending:
                done[name] = self.bare(self.schemas.get(name, True))
        return done
