"""Which branch of a union a value means: by its tag, by its JSON kind, else the nearest.

Knows what a value says of the branch that it means. It must not know how a schema names a tag
(`contract.tags`), nor how to explain what is wrong inside the branch.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any

from specbound.check.schema.judge import Judge
from specbound.check.schema.lookup import Lookup, Place
from specbound.check.schema.nearest import distance, nearest
from specbound.contract.kinds import Kinds
from specbound.contract.model import SCHEMAS
from specbound.contract.tags import Tag, Tags
from specbound.contract.values import key, kind
from specbound.origin import tokens


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

    `tags` leads from the key of each tag's value to its branches, mostly one, and the value itself.
    """

    place: Place
    keyword: str
    branches: tuple[Place, ...]
    kinds: tuple[frozenset[str], ...]
    labels: tuple[str, ...]
    tag: str
    stated: bool
    tags: Mapping[Hashable, tuple[tuple[int, ...], Any]]
    #: Whether the tags are constants of the branches, and not only what a mapping says.
    certain: bool

    def tag_of(self, branch: int) -> list[Any]:
        """The values of the tag that name a branch."""
        return [value for branches, value in self.tags.values() if branch in branches]


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
    asked: Sequence[int] = range(len(union.branches))
    if union.certain and isinstance(value, dict) and union.tag in value:
        named = union.tags.get(key(value[union.tag]))
        asked = () if named is None else named[0]
    return [index for index in asked if judge.fits(union.branches[index].schema, value)]


def choose(judge: Judge, union: Union, value: Any) -> Choice:
    """The branch that a value means, whether it fits or not."""
    known = judge.memory
    found: Choice | None = known.get((id(union), id(value)))
    if found is None:
        # The union is remembered by the lookup, and the value outlives its judge.
        found = known[id(union), id(value)] = _choose(judge, union, value)
    return found


def _choose(judge: Judge, union: Union, value: Any) -> Choice:
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
        return Choice(union, How.TAG, _nearest(judge, union, value, found[0]), candidates)
    alike = nearest(sent, [tag for _, tag in union.tags.values()])
    likely = union.tags[key(alike[0])][0] if alike else candidates
    branch = _nearest(judge, union, value, likely)
    return Choice(union, How.UNKNOWN_TAG, branch, candidates)


def _nearest(judge: Judge, union: Union, value: Any, candidates: tuple[int, ...]) -> int:
    if len(candidates) == 1:
        return candidates[0]
    return min(candidates, key=lambda i: distance(judge, union.branches[i], value))


# --- what depends on the schemas only -------------------------------------------------------------


def _union(lookup: Lookup, place: Place, keyword: str) -> Union:
    branches = tuple(place.child(keyword, i) for i in range(len(place.schema[keyword])))
    kinds = tuple(kinds_of(lookup, branch) for branch in branches)
    found = _tags(lookup).tag(place.schema, keyword)
    tags = _branches(found) if found else {}
    labels = tuple(_label(lookup, branch, i, tags) for i, branch in enumerate(branches))
    member, stated = (found.member, found.stated) if found else ("", False)
    certain = found is not None and found.certain
    return Union(place, keyword, branches, kinds, labels, member, stated, tags, certain)


def _tags(lookup: Lookup) -> Tags:
    found: Tags = lookup.remember(("tags",), lambda: Tags(_kinds(lookup)))
    return found


def _branches(tag: Tag) -> dict[Hashable, tuple[tuple[int, ...], Any]]:
    found: dict[Hashable, tuple[tuple[int, ...], Any]] = {}
    for index, values in enumerate(tag.names):
        for value in values:
            branches, first = found.get(key(value), ((), value))
            found[key(value)] = (*branches, index), first
    return found


def _label(
    lookup: Lookup, branch: Place, index: int, tags: Mapping[Hashable, tuple[tuple[int, ...], Any]]
) -> str:
    """A branch by its tags where it shares none, else by its title, else by its schema's name."""
    mine = [(branches, value) for branches, value in tags.values() if index in branches]
    if mine and all(branches == (index,) for branches, _ in mine):
        values = [value for _, value in mine]
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
        return _kinds(lookup).of(schema)
    memory, slot = lookup.memory, ("kinds", id(schema))
    if slot not in memory:
        memory[slot] = _kinds(lookup).of(schema)
    found: frozenset[str] = memory[slot]
    return found


def _kinds(lookup: Lookup) -> Kinds:
    found: Kinds = lookup.remember(("kinds",), lambda: Kinds(lookup.target))
    return found
