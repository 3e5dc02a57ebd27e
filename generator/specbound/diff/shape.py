"""What a schema says, all its parts taken together: `Shape`, and small questions about schemas.

Knows what JSON Schema can say. It must not know how many ways there are to write it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from specbound.contract.patterns import compiled
from specbound.contract.rules import is_annotation
from specbound.contract.values import kind
from specbound.diff.site import Sited
from specbound.origin import pointer

TYPES = frozenset({"null", "boolean", "object", "array", "string", "number", "integer"})

Parts = tuple[Sited, ...]


class Limit(NamedTuple):
    """A keyword's limit and the pointer at which it stands."""

    value: Any
    pointer: str


@dataclass(slots=True)
class Union:
    """A `oneOf` or `anyOf` of more than one branch that is not null."""

    keyword: str
    pointer: str
    branches: list[Sited]
    tag: str | None = None
    mapping: dict[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class Shape:
    """One schema, all its parts taken together; no types are all types."""

    pointer: str
    types: frozenset[str] | None = None
    types_at: str = ""
    values: Limit | None = None
    limits: dict[str, Limit] = field(default_factory=dict)
    required: dict[str, str] = field(default_factory=dict)
    members: dict[str, Parts] = field(default_factory=dict)
    patterned: dict[str, Parts] = field(default_factory=dict)
    dependent: dict[str, Parts] = field(default_factory=dict)
    others: Parts = ()
    prefix: Parts = ()
    subschemas: dict[str, Parts] = field(default_factory=dict)
    conditions: list[Sited] = field(default_factory=list)
    unions: list[Union] = field(default_factory=list)
    notes: dict[str, Limit] = field(default_factory=dict)
    nothing: bool = False

    @property
    def closed(self) -> bool:
        """Whether members that it does not declare are refused."""
        rest = (*self.others, *self.subschemas.get("unevaluatedProperties", ()))
        return any(part.schema is False for part in rest)

    @property
    def kinds(self) -> frozenset[str]:
        """Every type that a value may have, `integer` wherever there is `number`."""
        types = TYPES if self.types is None else self.types
        if self.values is not None:
            fitting = {"integer", "number"}
            names = {kind(value) for value in self.values.value}
            types = types & (names | (fitting if "number" in names else set()))
        return types

    def noted(self, keyword: str) -> Any:
        """What an annotation says, or None."""
        found = self.notes.get(keyword)
        return found.value if found else None


def trivial(parts: Sequence[Sited]) -> bool:
    """Whether schemas allow everything: they are absent, true, or only describe."""
    return all(
        part.schema is True
        or (isinstance(part.schema, dict) and all(map(is_annotation, part.schema)))
        for part in parts
    )


def words(schema: Any) -> set[str]:
    """The keywords of a schema that can refuse a value."""
    return {one for one in schema if not is_annotation(one)} if isinstance(schema, dict) else set()


def is_null(schema: Any) -> bool:
    """Whether a schema allows null and nothing else."""
    if not isinstance(schema, dict):
        return False
    const_null = "const" in schema and schema["const"] is None
    return schema.get("type") in ("null", ["null"]) or const_null or schema.get("enum") == [None]


def below(part: Sited, *steps: str | int) -> Sited:
    """The subschema some steps down."""
    node = part.schema
    for step in steps:
        node = node[step]
    return Sited(part.pointer + pointer(steps), node)


def matches(pattern: str, name: str) -> bool:
    """Whether a member's name fits a pattern; one that nobody can read fits nothing."""
    try:
        return compiled(pattern).search(name) is not None
    except ValueError:
        return False
