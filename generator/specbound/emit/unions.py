"""How a union's branches are told apart: by a member's constant, or by their JSON kinds.

Knows which named schemas are classes. It must not know how a union is written.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from specbound.contract.model import SCHEMAS
from specbound.contract.rules import ANNOTATIONS
from specbound.contract.shapes import constant, is_null


@dataclass(frozen=True, slots=True)
class Unions:
    """Answers questions about unions over one contract's schemas."""

    schemas: Mapping[str, Any]
    classes: frozenset[str]
    members: Mapping[str, Mapping[str, str]]

    def allows_null(self, node: Any, depth: int = 0) -> bool:
        """Whether null fits a schema, as far as its type, values and branches say."""
        if not isinstance(node, dict) or depth > 50:
            return node is True
        if "$ref" in node:
            return self.allows_null(self.schemas.get(node["$ref"].removeprefix(SCHEMAS)), depth + 1)
        if "const" in node or "enum" in node:
            return None in [node.get("const", ...), *node.get("enum", ())]
        kinds = node.get("type", "null")
        if "null" not in ([kinds] if isinstance(kinds, str) else kinds):
            return False
        unions = [node[keyword] for keyword in ("oneOf", "anyOf") if keyword in node]
        parts = node.get("allOf", ())
        return all(self.allows_null(part, depth + 1) for part in parts) and all(
            any(self.allows_null(branch, depth + 1) for branch in union) for union in unions
        )

    def resolved(self, node: Any) -> Mapping[str, Any]:
        """A schema with its references followed; empty where that leads to no object."""
        seen = 0
        while isinstance(node, dict) and "$ref" in node and seen < 50:
            node, seen = self.schemas.get(node["$ref"].removeprefix(SCHEMAS)), seen + 1
        return node if isinstance(node, dict) else {}

    def tag(self, rules: Mapping[str, Any], branches: list[Any]) -> str | None:
        """The Python name of the member whose constant tells all branches apart, if there is one."""
        classes = [self._leaves(branch) for branch in branches if not is_null(branch)]
        if any(leaves is None for leaves in classes):
            return None
        leaves = [name for group in classes for name in group or ()]
        stated = (rules.get("discriminator") or {}).get("propertyName")
        first = self.schemas[leaves[0]].get("properties", {})
        for member in [stated] if stated else list(first):
            values = [self._constants(name, member) for name in leaves]
            flat = [value for group in values for value in group]
            if all(values) and len(set(flat)) == len(flat):
                attributes = {self.members[name][member] for name in leaves}
                return attributes.pop() if len(attributes) == 1 else None
        return None

    def _leaves(self, branch: Any) -> list[str] | None:
        """The classes that a branch allows; None where it allows anything else, too."""
        if not isinstance(branch, dict) or set(branch) - ANNOTATIONS != {"$ref"}:
            return None
        name = branch["$ref"].removeprefix(SCHEMAS)
        schema = self.schemas.get(name)
        if name in self.classes:
            return [name] if isinstance(schema, dict) and schema.get("type") == "object" else None
        return None

    def _constants(self, name: str, member: str) -> list[str]:
        schema = self.schemas[name]
        if member not in schema.get("required", ()):
            return []
        node = self.resolved(schema.get("properties", {}).get(member))
        values = node.get("enum") or [constant(node)]
        return values if all(isinstance(value, str) for value in values) else []

    def apart(self, branches: list[Any]) -> bool:
        """Whether no value can fit two branches: their kinds or the values of a member differ."""
        kinds = [self._json_kinds(branch) for branch in branches]
        every = [kind for group in kinds for kind in group]
        if all(kinds) and len(every) == len(set(every)):
            return True
        classes = [self._leaves(branch) for branch in branches]
        return None not in classes and self.tag({}, branches) is not None

    def _json_kinds(self, branch: Any) -> list[str]:
        node = self.resolved(branch)
        kinds = node.get("type")
        if kinds is None and isinstance(constant(node), str):
            return ["string"]
        listed = kinds if isinstance(kinds, list) else [kinds] if kinds else []
        return ["number" if kind == "integer" else kind for kind in listed]
