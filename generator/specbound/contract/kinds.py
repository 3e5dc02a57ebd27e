"""Of which JSON kinds a schema's values may be.

Knows the keywords of JSON Schema that choose among kinds, behind references too. It must not know
any value, nor what is made of the answer.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from specbound.contract.values import kind

#: The six kinds of JSON values; a whole number is a number.
KINDS = frozenset({"null", "boolean", "number", "string", "array", "object"})

#: Leads from the text of a `$ref` to the schema; LookupError or ValueError where there is none.
Resolve = Callable[[str], Any]


def followed(resolve: Resolve, reference: Any) -> Any:
    """What a `$ref` leads to; where that is nothing, the schema that allows everything."""
    try:
        return resolve(reference) if isinstance(reference, str) else True
    except (LookupError, ValueError):
        return True


@dataclass(frozen=True, slots=True)
class Kinds:
    """Answers for the schemas of one document; each reference is looked behind once."""

    resolve: Resolve
    _known: dict[str, frozenset[str]] = field(default_factory=dict)

    def of(self, schema: Any) -> frozenset[str]:
        """The JSON kinds of which a schema may accept values; never too few."""
        if not isinstance(schema, Mapping):
            return frozenset() if schema is False else KINDS
        found = self._referred(schema["$ref"]) if isinstance(schema.get("$ref"), str) else KINDS
        if "type" in schema:
            listed = [schema["type"]] if isinstance(schema["type"], str) else schema["type"]
            found &= {"number" if one == "integer" else one for one in listed}
        if "const" in schema:
            found &= {kind(schema["const"])}
        if "enum" in schema:
            found &= {kind(value) for value in schema["enum"]}
        for part in schema.get("allOf", ()):
            found &= self.of(part)
        for keyword in ("oneOf", "anyOf"):
            if keyword in schema and found:
                found &= frozenset[str]().union(*map(self.of, schema[keyword]))
        return found

    def _referred(self, reference: str) -> frozenset[str]:
        if reference not in self._known:
            self._known[reference] = KINDS
            self._known[reference] = self.of(followed(self.resolve, reference))
        return self._known[reference]
