"""Which branch of a union a value means: by its tag, by its JSON kind, else the nearest.

Knows discriminators (OpenAPI 3.1 section 4.8.25) and members whose constants tell branches apart.
It must not know how to explain what is wrong inside the branch.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any

from specbound.check.judge import Judge
from specbound.check.lookup import Lookup, Place
from specbound.check.nearest import distance, nearest
from specbound.contract.model import SCHEMAS
from specbound.contract.values import key, kind
from specbound.origin import tokens

_KINDS = frozenset({"null", "boolean", "number", "string", "array", "object"})
#: Unions inside unions are looked through so many levels deep.
_DEPTH = 6


class How(Enum):
    """How it was found which branch is meant, or why none was."""

    TAG = "tag"
    ONLY = "only"
    NEAREST = "nearest"
    FORMS = "forms"
    KIND = "kind"
    UNKNOWN_TAG = "unknown tag"
    NO_TAG = "no tag"


@dataclass(frozen=True, slots=True)
class Union:
    """A `oneOf` or `anyOf`: its branches, their kinds and names, and the tag if there is one.

    `tags` leads from the key of each tag's value to the branch and the value itself.
    """

    place: Place
    keyword: str
    branches: tuple[Place, ...]
    kinds: tuple[frozenset[str], ...]
    labels: tuple[str, ...]
    tag: str
    stated: bool
    tags: Mapping[Hashable, tuple[int, Any]]
    #: Whether the tags are constants of the branches, and not only what a mapping says.
    certain: bool

    def tag_of(self, branch: int) -> list[Any]:
        """The values of the tag that name a branch."""
        return [value for index, value in self.tags.values() if index == branch]


@dataclass(frozen=True, slots=True)
class Choice:
    """The branch that is meant (or the likeliest, where none is named) and all of its kind."""

    union: Union
    how: How
    branch: int
    candidates: tuple[int, ...]

    @property
    def place(self) -> Place:
        """The branch."""
        return self.union.branches[self.branch]

    @property
    def label(self) -> str:
        """What the branch is called."""
        return self.union.labels[self.branch]


def union_of(lookup: Lookup, place: Place, keyword: str) -> Union:
    """What there is to know of a union before a value is seen."""
    found: Union = lookup.remember(
        ("union", id(place.schema), keyword, place.source), lambda: _union(lookup, place, keyword)
    )
    return found


def fitting_branches(judge: Judge, union: Union, value: Any) -> list[int]:
    """The branches that a value fits; those whose tag is another are not asked."""
    asked: Iterable[int] = range(len(union.branches))
    if union.certain and isinstance(value, dict) and union.tag in value:
        named = union.tags.get(key(value[union.tag]))
        asked = () if named is None else (named[0],)
    return [index for index in asked if judge.fits(union.branches[index].schema, value)]


def choose(judge: Judge, union: Union, value: Any) -> Choice:
    """The branch that a value means, whether it fits or not."""
    which = kind(value)
    candidates = tuple(i for i, kinds in enumerate(union.kinds) if which in kinds)
    first = next(iter(candidates), None)
    if first is None:
        return Choice(union, How.KIND, 0, ())
    if which == "object" and union.tag and len(candidates) > 1:
        return _by_tag(judge, union, value, candidates)
    if len(candidates) == 1:
        return Choice(union, How.ONLY, first, candidates)
    if which not in ("array", "object"):
        return Choice(union, How.FORMS, first, candidates)
    return Choice(union, How.NEAREST, _nearest(judge, union, value, candidates), candidates)


def _by_tag(judge: Judge, union: Union, value: Any, candidates: tuple[int, ...]) -> Choice:
    if union.tag not in value:
        return Choice(union, How.NO_TAG, _nearest(judge, union, value, candidates), candidates)
    sent = value[union.tag]
    found = union.tags.get(key(sent))
    if found is not None:
        return Choice(union, How.TAG, found[0], candidates)
    alike = nearest(sent, [tag for _, tag in union.tags.values()])
    branch = union.tags[key(alike[0])][0] if alike else _nearest(judge, union, value, candidates)
    return Choice(union, How.UNKNOWN_TAG, branch, candidates)


def _nearest(judge: Judge, union: Union, value: Any, candidates: tuple[int, ...]) -> int:
    return min(candidates, key=lambda i: distance(judge, union.branches[i], value))


# --- what depends on the schemas only -------------------------------------------------------------


def _union(lookup: Lookup, place: Place, keyword: str) -> Union:
    branches = tuple(place.child(keyword, i) for i in range(len(place.schema[keyword])))
    kinds = tuple(kinds_of(lookup, branch) for branch in branches)
    stated = place.schema.get("discriminator") or {}
    objects = [i for i, each in enumerate(kinds) if "object" in each]
    tag, tags = _tag(lookup, branches, objects, stated)
    labels = tuple(_label(lookup, branch, i, tags) for i, branch in enumerate(branches))
    told = _told_apart(lookup, branches, objects, tag) if tag else {}
    certain = bool(told) and told.keys() == tags.keys()
    return Union(place, keyword, branches, kinds, labels, tag, bool(stated), tags, certain)


def _label(
    lookup: Lookup, branch: Place, index: int, tags: Mapping[Hashable, tuple[int, Any]]
) -> str:
    """A branch by its tag, else by its title, else by its schema's name."""
    values = [value for each, value in tags.values() if each == index]
    if values:
        return "/".join(map(str, values[:3])) + ("/…" if len(values) > 3 else "")
    for part in lookup.folded(branch):
        if isinstance(title := part.schema.get("title"), str) and title.strip():
            return title.strip()[:60]
    return schema_name(branch)


def schema_name(place: Place) -> str:
    """The name under which a schema is known, or nothing."""
    schema, head = place.schema, SCHEMAS[1:]
    at = schema["$ref"] if isinstance(schema, dict) and "$ref" in schema else place.at
    steps = tokens(at.removeprefix("#"))
    return steps[-1] if len(steps) == 3 and at.removeprefix("#").startswith(head) else ""


def kinds_of(lookup: Lookup, place: Place) -> frozenset[str]:
    """The JSON kinds of which a schema may accept values; never too few."""
    schema = place.schema
    if not isinstance(schema, dict):
        return frozenset() if schema is False else _KINDS
    memory, slot = lookup.memory, ("kinds", id(schema))
    if slot not in memory:
        memory[slot] = _KINDS
        memory[slot] = _kinds(lookup, place)
    found: frozenset[str] = memory[slot]
    return found


def _kinds(lookup: Lookup, place: Place) -> frozenset[str]:
    schema, found = place.schema, _KINDS
    if "$ref" in schema:
        found &= kinds_of(lookup, lookup.follow(place))
    if "type" in schema:
        listed = [schema["type"]] if isinstance(schema["type"], str) else schema["type"]
        found &= {"number" if one == "integer" else one for one in listed}
    if "const" in schema:
        found &= {kind(schema["const"])}
    if "enum" in schema:
        found &= {kind(value) for value in schema["enum"]}
    for index in range(len(schema.get("allOf", ()))):
        found &= kinds_of(lookup, place.child("allOf", index))
    for keyword in ("oneOf", "anyOf"):
        if keyword in schema:
            count = range(len(schema[keyword]))
            each = [kinds_of(lookup, place.child(keyword, i)) for i in count]
            found &= frozenset[str]().union(*each)
    return found


Tags = dict[Hashable, tuple[int, Any]]


def _tag(
    lookup: Lookup, branches: tuple[Place, ...], objects: list[int], stated: Mapping[str, Any]
) -> tuple[str, Tags]:
    name = stated.get("propertyName")
    if isinstance(name, str):
        tags = _mapped(lookup, branches, stated) or _told_apart(lookup, branches, objects, name)
        return (name, tags or _implied(branches, objects))
    if len(objects) < 2:
        return "", {}
    for member in _members(lookup, branches[objects[0]]):
        if tags := _told_apart(lookup, branches, objects, member):
            return member, tags
    return "", {}


def _mapped(lookup: Lookup, branches: tuple[Place, ...], stated: Mapping[str, Any]) -> Tags:
    """The tags that a mapping gives; what it leaves out is named by its constants."""
    found: Tags = {}
    places = {branch.schema.get("$ref"): i for i, branch in enumerate(branches) if _is_ref(branch)}
    mapping = stated.get("mapping")
    for value, reference in mapping.items() if isinstance(mapping, Mapping) else ():
        if reference in places:
            found[key(value)] = places[reference], value
    if not found:
        return {}
    mapped = {index for index, _ in found.values()}
    for index, branch in enumerate(branches):
        if index not in mapped:
            for value in _constants(lookup, branch, stated["propertyName"]):
                found.setdefault(key(value), (index, value))
    return found


def _implied(branches: tuple[Place, ...], objects: list[int]) -> Tags:
    """Without mapping and constants a tag is the name of a schema."""
    named = [(index, schema_name(branches[index])) for index in objects]
    return {key(name): (index, name) for index, name in named if name}


def _is_ref(branch: Place) -> bool:
    return isinstance(branch.schema, dict) and "$ref" in branch.schema


def _told_apart(
    lookup: Lookup, branches: tuple[Place, ...], objects: list[int], member: str
) -> Tags:
    """The constants of a member by branch; nothing if two branches share one or one has none."""
    found: Tags = {}
    for index in objects:
        values = _constants(lookup, branches[index], member)
        if not values or any(key(value) in found for value in values):
            return {}
        found.update({key(value): (index, value) for value in values})
    return found


def _members(lookup: Lookup, place: Place, depth: int = 0) -> Iterator[str]:
    for part in lookup.folded(place):
        yield from part.schema.get("properties", ())
        for keyword in ("oneOf", "anyOf"):
            if keyword in part.schema and depth < _DEPTH and part.schema[keyword]:
                yield from _members(lookup, part.child(keyword, 0), depth + 1)


def _constants(lookup: Lookup, place: Place, member: str, depth: int = 0) -> list[Any]:
    """The values that a branch allows for a member, if it lists them; scalars only."""
    for declared in lookup.member(place, member):
        for part in lookup.folded(declared):
            schema = part.schema
            values = [schema["const"]] if "const" in schema else schema.get("enum")
            if values and not any(isinstance(value, dict | list) for value in values):
                return list(values)
    for part in lookup.folded(place):
        for keyword in ("oneOf", "anyOf"):
            if keyword in part.schema and depth < _DEPTH:
                count = range(len(part.schema[keyword]))
                each = [
                    _constants(lookup, part.child(keyword, i), member, depth + 1) for i in count
                ]
                return [value for values in each for value in values] if all(each) else []
    return []
