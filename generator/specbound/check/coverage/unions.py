"""Which branches of a union a fitting value takes: by its tag, else its kind, else by trying.

Knows how branches can be told apart. It must not know what is counted below them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from typing import Any

from specbound.check.coverage.walk import Walk
from specbound.contract.model import SCHEMAS
from specbound.contract.tags import Tags
from specbound.contract.values import kind
from specbound.origin import unescape

#: Every JSON type by name, and the Python types that a parser gives for it.
TYPES: Mapping[str, tuple[type, ...]] = {
    "null": (type(None),),
    "boolean": (bool,),
    "integer": (int, float),
    "number": (int, float),
    "string": (str,),
    "array": (list,),
    "object": (dict,),
}
_EVERY = frozenset(one for some in TYPES.values() for one in some)
_DEEPEST = 20

Fits = Callable[[Any], bool]


class Definitions(dict[str, Any]):
    """The named shapes of a contract, and what answers about the tags of the unions in them."""

    @cached_property
    def tags(self) -> Tags:
        """Kept, since it looks behind each reference once."""
        return Tags.reading(lambda reference: self[name_of(reference)])


class Branch:
    """One branch: its goal, the walk below it, and the test that tells whether a value takes it."""

    __slots__ = ("fits", "goal", "hits", "live", "walk")

    def __init__(self, goal: int, walk: Walk, fits: Fits, hits: set[int]) -> None:
        self.goal, self.walk, self.fits, self.hits = goal, walk, fits, hits
        self.live = True

    def awaits(self, value: Any) -> bool:
        """Whether the value would show something here, if it takes this branch."""
        return self.live and (self.goal not in self.hits or self.walk.awaits(value))

    def see(self, value: Any) -> None:
        """Note that a value took this branch, and what it shows below."""
        self.hits.add(self.goal)
        if self.walk.live:
            self.walk.see(value)
        self.live = self.walk.live


class Union(Walk):
    """A union: each value is led to the branches it takes."""

    __slots__ = ("branches", "kinds", "tag", "tags")

    def __init__(
        self,
        branches: Sequence[Branch],
        kinds: Mapping[type, Sequence[Branch]],
        tag: str,
        tags: Mapping[str, Sequence[Branch]],
    ) -> None:
        self.branches, self.kinds, self.tag, self.tags = branches, kinds, tag, tags
        self.live = bool(branches)

    def see(self, value: Any) -> None:
        if self.tag and type(value) is dict:
            found = self.tags.get(value.get(self.tag, ""), ())
        else:
            found = self.kinds.get(type(value), ())
        if len(found) > 1:
            found = [one for one in found if one.awaits(value) and one.fits(value)]
        for branch in found:
            if branch.live:
                branch.see(value)
                if not branch.live:
                    self.branches = [one for one in self.branches if one.live]
                    self.live = bool(self.branches)


def union(branches: Sequence[tuple[Any, Branch]], definitions: Definitions) -> Union:
    """Lay a union out: how its branches (each with its schema) are told apart."""
    kinds: dict[type, list[Branch]] = {}
    for schema, branch in branches:
        for one in python_types(schema, definitions):
            kinds.setdefault(one, []).append(branch)
    objects = [pair for pair in branches if dict in python_types(pair[0], definitions)]
    tag = tag_of([schema for schema, _ in objects], definitions)
    tags: dict[str, list[Branch]] = {}
    answers = definitions.tags
    for schema, branch in objects if tag else ():
        for value in answers.said(schema, tag).values:
            tags.setdefault(value, []).append(branch)
    return Union([branch for _, branch in branches], kinds, tag, tags)


def resolved(schema: Any, definitions: Definitions) -> Any:
    """What a plain reference leads to; other schemas as they are."""
    for _ in range(_DEEPEST):
        if not isinstance(schema, Mapping) or "$ref" not in schema:
            break
        schema = definitions.get(name_of(schema["$ref"]), True)
    return schema


def name_of(reference: str) -> str:
    """The named schema that a reference of a contract leads to."""
    return unescape(reference.removeprefix(SCHEMAS))


def python_types(schema: Any, definitions: Definitions, depth: int = 0) -> frozenset[type]:
    """Which Python types a value of the schema may have, as far as a glance tells."""
    node = resolved(schema, definitions)
    if node is False:
        return frozenset()
    if not isinstance(node, Mapping) or depth > _DEEPEST:
        return _EVERY
    found = _EVERY
    if "type" in node:
        names = [node["type"]] if isinstance(node["type"], str) else node["type"]
        found &= {one for name in names for one in TYPES.get(name, ())}
    if "const" in node or "enum" in node:
        values = [node["const"]] if "const" in node else node["enum"]
        found &= {one for value in values for one in TYPES[kind(value)]}
    for part in node.get("allOf", ()):
        found &= python_types(part, definitions, depth + 1)
    for keyword in ("anyOf", "oneOf"):
        if keyword in node:
            some = [python_types(part, definitions, depth + 1) for part in node[keyword]]
            found &= frozenset().union(*some)
    return frozenset(found)


def tag_of(branches: Sequence[Any], definitions: Definitions) -> str:
    """The required member whose constant texts tell all branches apart that are objects, if any."""
    tags = definitions.tags
    if sum("object" in tags.kinds.of(branch) for branch in branches) < 2:
        return ""
    return next((one.member for one in tags.telling(branches) if one.required and one.texts), "")
