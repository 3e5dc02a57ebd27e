"""How a union's branches are told apart: by a member's constant, or by their JSON kinds.

Knows which named schemas are classes, and what pydantic asks of a discriminator. It must not know
how a union is written.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from specbound.contract.model import SCHEMAS
from specbound.contract.rules import ANNOTATIONS
from specbound.contract.shapes import is_null
from specbound.contract.tags import Tags, stated


@dataclass(frozen=True, slots=True)
class Unions:
    """Answers questions about unions over one contract's schemas."""

    schemas: Mapping[str, Any]
    classes: frozenset[str]
    members: Mapping[str, Mapping[str, str]]
    _tags: Tags = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_tags", Tags.reading(self._target))

    def kinds(self, node: Any) -> frozenset[str]:
        """The JSON kinds of which a schema may accept values; never too few."""
        return self._tags.kinds.of(node)

    def _target(self, reference: str) -> Any:
        return self.schemas[reference.removeprefix(SCHEMAS)]

    def allows_null(self, node: Any) -> bool:
        """Whether null may fit a schema."""
        return "null" in self.kinds(node)

    def resolved(self, node: Any) -> Mapping[str, Any]:
        """A schema with its references followed; empty where that leads to no object."""
        seen = 0
        while isinstance(node, dict) and "$ref" in node and seen < 50:
            node, seen = self.schemas.get(node["$ref"].removeprefix(SCHEMAS)), seen + 1
        return node if isinstance(node, dict) else {}

    def lists_texts(self, node: Any) -> bool:
        """Whether a schema is a list of texts."""
        values = self.resolved(node).get("enum") or []
        return bool(values) and all(isinstance(value, str) for value in values)

    def imply(self, kinds: Any, branches: list[Any]) -> bool:
        """Whether the branches of a union allow no other kinds than the `type` beside it."""
        if kinds is None:
            return True
        if all(self.resolved(branch).get("type") == kinds for branch in branches):
            return True
        listed = {kinds} if isinstance(kinds, str) else set(kinds)
        return all(self.kinds(branch) <= listed - {"integer"} for branch in branches)

    def tag(self, rules: Mapping[str, Any], branches: list[Any]) -> str | None:
        """The Python name of a member whose constants tell all branches apart, if there is one."""
        leaves = self._leaves(branches)
        wanted = stated(rules)
        for found in self._tags.telling(branches) if leaves else ():
            fit = found.required and found.texts and wanted in ("", found.member)
            if fit and all(self._is_literal(name, found.member) for name in leaves):
                attributes = {self.members[name][found.member] for name in leaves}
                return attributes.pop() if len(attributes) == 1 else None
        return None

    def _leaves(self, branches: list[Any]) -> list[str]:
        """The classes between which a union chooses; empty where it allows anything else, too."""
        names = []
        for branch in branches:
            if is_null(branch):
                continue
            if set(said(branch)) != {"$ref"}:
                return []
            name = branch["$ref"].removeprefix(SCHEMAS)
            if name not in self.classes or self.kinds(branch) != {"object"}:
                return []
            names.append(name)
        return names

    def _is_literal(self, name: str, member: str) -> bool:
        """Whether a class writes a member as a list of values and nothing else."""
        nodes = [
            part["properties"][member]
            for part in parts(self.schemas[name], self.schemas)
            if member in part.get("properties", {})
        ]
        listed = [node for node in nodes if said(node) != {"type": "string"}]
        return len(listed) == 1 and self._only_lists(listed[0])

    def _only_lists(self, node: Any) -> bool:
        while set(said(node)) == {"$ref"}:
            node = self.schemas.get(node["$ref"].removeprefix(SCHEMAS))
        return isinstance(node, dict) and not set(said(node)) - {"type", "enum", "const"}

    def apart(self, branches: list[Any]) -> bool:
        """Whether no value can fit two branches, and their types say so by themselves."""
        every = [kind for branch in branches for kind in self.kinds(branch)]
        if len(every) == len(set(every)):
            return True
        nulls = sum(is_null(branch) for branch in branches)
        return nulls < 2 and self.tag({}, branches) is not None


def said(node: Any) -> dict[str, Any]:
    """What a schema says of its values, without what only describes it."""
    if not isinstance(node, dict):
        return {}
    keywords = ANNOTATIONS | {"discriminator"}
    return {key: node[key] for key in node if key not in keywords and not key.startswith("x-")}


def parts(
    schema: Any, schemas: Mapping[str, Any], seen: frozenset[str] = frozenset()
) -> Iterator[Mapping[str, Any]]:
    """The schemas that an `allOf` is made of, base first; references are followed once."""
    if schema is False:
        yield {"not": {}}
    if not isinstance(schema, dict):
        return
    if "$ref" in schema:
        name = schema["$ref"].removeprefix(SCHEMAS)
        if name not in seen:
            yield from parts(schemas.get(name), schemas, seen | {name})
    for part in schema.get("allOf", ()):
        yield from parts(part, schemas, seen)
    own = {key: value for key, value in schema.items() if key not in ("$ref", "allOf")}
    if set(own) - ANNOTATIONS:
        yield own
