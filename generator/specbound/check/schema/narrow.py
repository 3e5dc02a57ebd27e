"""Whether what fits a schema closed fits it open too, so that one question answers both.

Knows which keywords may take a value that a narrower reading of their parts lets pass: `oneOf`
alone, since `Dialect` closes nothing below those that ask. It must not know any value.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from specbound.check.schema.lookup import Direction, Lookup, Place
from specbound.contract.model import Schema
from specbound.contract.rules import subschemas


def narrows(lookup: Lookup, schema: Schema, direction: Direction) -> bool:
    """Whether closing a schema, as `Dialect` does, can only refuse more; False: perhaps not."""
    waiting, met = [schema], set[str]()
    while waiting:
        references = _alone(lookup, waiting.pop(), direction)
        if references is None:
            return False
        waiting += [lookup.target(one) for one in references - met]
        met |= references
    return True


def _alone(lookup: Lookup, schema: Schema, direction: Direction) -> frozenset[str] | None:
    """What a schema refers to; None where it has a `oneOf` that a value may fit twice."""
    key = "narrows", id(schema), direction
    # The schema is kept beside the answer, so that its identity stays its own.
    found: tuple[Schema, frozenset[str] | None]
    found = lookup.remember(key, lambda: (schema, _looked_at(lookup, schema, direction)))
    return found[1]


def _looked_at(lookup: Lookup, schema: Schema, direction: Direction) -> frozenset[str] | None:
    references = set[str]()
    for _, node in subschemas(schema):
        if not isinstance(node, Mapping):
            continue
        if "oneOf" in node and not _one_at_most(lookup, node["oneOf"], direction):
            return None
        if "$ref" in node:
            references.add(node["$ref"])
    return frozenset(references)


def _one_at_most(lookup: Lookup, branches: list[Schema], direction: Direction) -> bool:
    """Whether no value fits two branches: objects that each require one member by other texts."""
    each = [dict(_texts(lookup, branch, direction)) for branch in branches]
    for name in each[0] if each else ():
        values = [value for one in each for value in one.get(name, ())]
        if all(name in one for one in each) and len(set(values)) == len(values):
            return True
    return len(branches) < 2


def _texts(
    lookup: Lookup, branch: Schema, direction: Direction
) -> Iterator[tuple[str, frozenset[str]]]:
    """The members that an object must have, and whose value is one of a few texts."""
    schema: Any = lookup.resolved(Place(branch, "")).schema
    if not isinstance(schema, Mapping) or schema.get("type") != "object":
        return
    if "required" not in schema:
        return
    for name in lookup.required(schema, direction):
        member: Any = lookup.resolved(Place(schema.get("properties", {}).get(name), "")).schema
        if not isinstance(member, Mapping) or not member.keys() & {"const", "enum"}:
            continue
        values = [member["const"]] if "const" in member else member["enum"]
        if all(isinstance(value, str) for value in values):
            yield name, frozenset(values)
