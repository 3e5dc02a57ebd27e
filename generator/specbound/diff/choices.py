"""Unions as they are written: which branches there are, and which unions are none.

Knows null beside a schema, unions in unions, lists of values and types, and discriminators. It must
not know what a branch says.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from specbound.contract.tags import stated
from specbound.contract.values import key
from specbound.diff.shape import Union, below, is_null, words
from specbound.diff.site import Document, Sited

#: Keywords that say nothing of their own where they hold a single schema.
_ONE = ("allOf", "oneOf", "anyOf")

#: References to references that are followed; a circle of them ends here.
_DEEPEST = 50

#: The branch that a union has for null. One object, for nodes are known by their identity.
_NULL = {"type": "null"}


@dataclass(frozen=True, slots=True)
class Choice:
    """A union as it is written; `plain` is the schema that says the same without a union."""

    keyword: str
    branches: list[Sited]
    null: bool
    plain: dict[str, Any] | None


def choose(document: Document, part: Sited, keyword: str) -> Choice:
    """Read `oneOf` or `anyOf` of a schema."""
    found = list(_flat(document, part, keyword))
    branches = [one for one in found if not is_null(within(document, one).schema)]
    plain = _plain(within(document, one) for one in branches)
    return Choice(keyword, branches, len(branches) < len(found), plain)


def union(document: Document, part: Sited, choice: Choice, null: bool) -> Union:
    """The union itself, null a branch of it, with the values that its mapping chooses branches by.

    The names of components, which OpenAPI 3.1 section 4.8.25 implies as such values, are left out:
    a schema is the same in `components` and in its place.
    """
    at = f"{part.pointer}/{choice.keyword}"
    found = Union(choice.keyword, at, [*choice.branches, *([Sited(at, _NULL)] if null else [])])
    discriminator = part.schema.get("discriminator")
    if not isinstance(discriminator, dict):
        return found
    found.tag = stated(part.schema) or None
    mapping = discriminator.get("mapping")
    for value, ref in mapping.items() if isinstance(mapping, dict) else ():
        full = ref if "/" in ref else f"#/components/schemas/{ref}"
        if target := document.target(full):
            found.mapping[value] = target.pointer
    return found


def within(document: Document, part: Sited) -> Sited:
    """The schema that is meant where there is nothing but a reference or an `allOf` of one."""
    for _ in range(_DEEPEST):
        schema, said = part.schema, words(part.schema)
        if said == {"$ref"} and (target := document.target(schema["$ref"])):
            part = target
        elif len(said) == 1 and (word := next(iter(said))) in _ONE and len(schema[word]) == 1:
            part = below(part, word, 0)
        else:
            break
    return part


def _flat(document: Document, part: Sited, keyword: str) -> Iterator[Sited]:
    """The branches of a union, those of plain unions within it among them."""
    for index in range(len(part.schema[keyword])):
        here = below(part, keyword, index)
        inner = within(document, here)
        if words(inner.schema) == {keyword}:
            yield from _flat(document, inner, keyword)
        else:
            yield here


def _plain(branches: Iterable[Sited]) -> dict[str, Any] | None:
    """Branches that only list values, or only types, as one schema that does; else None."""
    schemas = [branch.schema for branch in branches]
    said = [words(one) for one in schemas]
    if said and all(one == {"type"} for one in said):
        names = [[one["type"]] if isinstance(one["type"], str) else one["type"] for one in schemas]
        return {"type": sorted({name for some in names for name in some})}
    listing = {"const", "enum"}
    if said and all(one & listing and one <= {*listing, "type"} for one in said):
        values = [value for one in schemas for value in one.get("enum", [one.get("const")])]
        return {"enum": list({key(value): value for value in values}.values())}
    return None
