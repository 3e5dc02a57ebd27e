"""Whether a value fits a schema of the document, exactly, formats asserted, and in what it fails.

Knows the runtime's evaluator and which members go which way (`readOnly`, `writeOnly`). It must not
know where values come from.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from specbound.contract.patterns import PatternError, to_python
from specbound.contract.rules import ANNOTATIONS, APPLICATORS
from specbound.lint.document import followed, lookup
from specbound.runtime.schema import Violation, violations

_SKIPPED = {"request": ("readOnly",), "response": ("writeOnly",), "": ("readOnly", "writeOnly")}
_NOT_ASSERTED = frozenset({"$schema", "$id", "$defs", "definitions", "discriminator"})


class Fits:
    """Judges values by the schemas of one tree whose references are all local."""

    def __init__(self, tree: Mapping[str, Any]) -> None:
        self.tree = tree
        self._known: dict[tuple[int, str], Any] = {}
        self._definitions = {way: _Definitions(self, way) for way in _SKIPPED}

    def violations(self, schema: Any, value: Any, direction: str = "") -> list[Violation]:
        """In what a value breaks a schema, on its way to the server (``request``) or back."""
        asked = self.asserted(schema, direction)
        try:
            return violations(asked, value, self._definitions[direction])
        except RecursionError:
            return []

    def accepts(self, schema: Any, value: Any, direction: str = "") -> bool:
        """Whether a value fits a schema."""
        return not self.violations(schema, value, direction)

    def asserted(self, schema: Any, direction: str) -> Any:
        """A schema with patterns in Python's syntax, and nothing but what may refuse a value."""
        if not isinstance(schema, dict):
            return schema
        key = (id(schema), direction)
        if key not in self._known:
            self._known[key] = self._written(schema, direction)
        return self._known[key]

    def _written(self, schema: Mapping[str, Any], way: str) -> dict[str, Any]:
        out: dict[str, Any] = {}
        for keyword, value in schema.items():
            if keyword in ANNOTATIONS or keyword in _NOT_ASSERTED:
                continue
            if keyword == "pattern":
                value = _pattern(value)
            elif keyword == "required" and isinstance(value, list):
                value = [name for name in value if not self._goes_another_way(schema, name, way)]
            elif keyword == "patternProperties" and isinstance(value, dict):
                named = {_pattern(name): child for name, child in value.items()}
                value = {n: self.asserted(child, way) for n, child in named.items() if n}
            else:
                value = self._children(keyword, value, way)
            if value is not None or keyword == "const":
                out[keyword] = value
        return out

    def _children(self, keyword: str, value: Any, way: str) -> Any:
        hangs = APPLICATORS.get(keyword)
        if hangs == "map" and isinstance(value, dict):
            return {name: self.asserted(child, way) for name, child in value.items()}
        if hangs == "list" and isinstance(value, list):
            return [self.asserted(child, way) for child in value]
        return self.asserted(value, way) if hangs == "one" else value

    def _goes_another_way(self, schema: Mapping[str, Any], name: str, way: str) -> bool:
        """Whether a required member is one that this direction never has (section 4.8.24)."""
        member = (schema.get("properties") or {}).get(name)
        flags = _SKIPPED[way]
        return any(
            isinstance(node, dict) and node.get(flag) is True
            for flag in flags
            for node in (member, followed(self.tree, member))
        )


class _Definitions(Mapping[str, Any]):
    """What `$ref`s lead to, each written for the evaluator when it is first met."""

    def __init__(self, fits: Fits, direction: str) -> None:
        self._fits = fits
        self._direction = direction

    def __getitem__(self, reference: str) -> Any:
        return self._fits.asserted(lookup(self._fits.tree, reference), self._direction)

    def __contains__(self, reference: object) -> bool:
        try:
            lookup(self._fits.tree, str(reference))
        except KeyError:
            return False
        return str(reference).startswith("#")

    def __iter__(self) -> Iterator[str]:
        return iter(())

    def __len__(self) -> int:
        return 0

    def __bool__(self) -> bool:
        """Nothing is listed, and yet there is something: the evaluator asks before it looks."""
        return True


def _pattern(text: Any) -> str | None:
    """A pattern for Python; None where it has no such form, which another rule reports."""
    try:
        return to_python(text) if isinstance(text, str) else None
    except PatternError:
        return None
