"""Which branch of one union is which branch of the other, wherever each of them stands.

Knows what tells branches apart: the value of a member, the kind of value, what they have in common.
It must not know what is made of a branch that has come or gone.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from specbound.contract.tags import disjoint
from specbound.contract.values import key
from specbound.diff.conjunction import shape
from specbound.diff.found import Node
from specbound.diff.shape import Shape
from specbound.diff.site import Document
from specbound.origin import tokens

#: How much two branches must have in common to be one and the same.
_ALIKE = 0.3

#: Pairs of branches that are compared to find the closest; beyond it, likeness has to do.
_MOST_PAIRS = 2_500

Tags = Mapping[Hashable, Any]


@dataclass(slots=True, eq=False)
class Branch:
    """One branch: its schemas, what they say, and the values of the members that are constant."""

    node: Node
    shape: Shape
    constants: dict[str, Tags]
    text: str

    def label(self, member: str | None) -> str:
        """The branch in words: its tag, else its title, else its component's name."""
        if tags := self.constants.get(member or ""):
            return "/".join(str(value) for value in tags.values())
        for part in self.node.parts:
            title = part.schema.get("title") if isinstance(part.schema, dict) else None
            ref = part.schema.get("$ref") if isinstance(part.schema, dict) else None
            if title or ref:
                return str(title or tokens(str(ref))[-1])
        return ""


class Pair(NamedTuple):
    """An old and a new branch that are the same one."""

    old: Branch
    new: Branch


@dataclass(slots=True)
class Matched:
    """Branches side by side; `tag` is the member that told them apart, if one did."""

    tag: str | None
    pairs: list[Pair] = field(default_factory=list)
    gone: list[Branch] = field(default_factory=list)
    come: list[Branch] = field(default_factory=list)


def branch(document: Document, node: Node, tags: Mapping[str, Sequence[str]]) -> Branch:
    """Read a branch; `tags` are the values that a discriminator's mapping has for it."""
    read = shape(document, node.parts)
    constants: dict[str, Tags] = {}
    for name, parts in sorted(read.members.items()):
        values = shape(document, parts).values if name not in node.told else None
        if values is not None and values.value:
            constants[name] = {key(value): value for value in values.value}
    for name, some in tags.items():
        if some and name not in constants:
            constants[name] = {key(value): value for value in some}
    return Branch(
        node, read, constants, "|".join(document.text(part.schema) for part in node.parts)
    )


def matched(
    old: Sequence[Branch],
    new: Sequence[Branch],
    tag: str | None,
    apart: Callable[[Branch, Branch], int],
) -> Matched:
    """Put branches side by side: by tag, else those that are least apart among the alike.

    `apart` counts the differences of two branches.
    """
    result = Matched(None)
    if max(len(_objects(old)), len(_objects(new))) > 1:
        result.tag = tag if _tells(tag, old) and _tells(tag, new) else _telling(old, new)
    left, right = list(old), list(new)
    if result.tag is not None:
        _by_tag(result, result.tag, left, right)
    _by_text(result, left, right)
    _by_likeness(result, left, right, apart)
    result.gone += left
    result.come += right
    return result


def _tells(tag: str | None, branches: Sequence[Branch]) -> bool:
    """Whether a member's values tell all branches apart that are objects."""
    if tag is None:
        return False
    objects = _objects(branches)
    return bool(objects) and disjoint(one.constants.get(tag, ()) for one in objects)


def _objects(branches: Sequence[Branch]) -> list[Branch]:
    return [one for one in branches if "object" in one.shape.kinds and one.shape.members]


def _telling(old: Sequence[Branch], new: Sequence[Branch]) -> str | None:
    names = sorted({name for one in old for name in one.constants})
    fitting = [name for name in names if _tells(name, old) and _tells(name, new)]
    return max(fitting, key=lambda name: (_shared(name, old, new), name), default=None)


def _shared(name: str, old: Sequence[Branch], new: Sequence[Branch]) -> int:
    before = {value for one in old for value in one.constants.get(name, ())}
    return len(before & {value for one in new for value in one.constants.get(name, ())})


def _by_tag(result: Matched, tag: str, left: list[Branch], right: list[Branch]) -> None:
    """Pair what shares a value; a value that the other side has nowhere pairs with nothing."""
    tagged = [one for one in left if one.constants.get(tag)]
    others = [one for one in right if one.constants.get(tag)]
    for one in tagged:
        for other in others:
            if one.constants[tag].keys() & other.constants[tag].keys():
                result.pairs.append(Pair(one, other))
    paired = {id(one) for pair in result.pairs for one in pair}
    result.gone += [one for one in tagged if id(one) not in paired]
    result.come += [one for one in others if id(one) not in paired]
    left[:] = [one for one in left if not one.constants.get(tag)]
    right[:] = [one for one in right if not one.constants.get(tag)]


def _by_text(result: Matched, left: list[Branch], right: list[Branch]) -> None:
    """Pair what is written in the same words, once each."""
    for one in list(left):
        twin = next((other for other in right if other.text == one.text), None)
        if twin is not None:
            _pair(result, (one, twin), left, right)


def _by_likeness(
    result: Matched,
    left: list[Branch],
    right: list[Branch],
    apart: Callable[[Branch, Branch], int],
) -> None:
    """Pair the closest first, each branch once; ties are broken by text, whichever side is old."""
    scored = [(_likeness(one, other), one, other) for one in left for other in right]
    found = [each for each in scored if each[0] > _ALIKE]
    if 1 < len(found) <= _MOST_PAIRS:
        ranked = [((apart(one, other), -score), one, other) for score, one, other in found]
    else:
        ranked = [((0, -score), one, other) for score, one, other in found]
    ranked.sort(key=lambda each: (each[0], sorted((each[1].text, each[2].text)), each[1].text))
    for _, one, other in ranked:
        if _among(one, left) and _among(other, right):
            _pair(result, (one, other), left, right)


def _pair(
    result: Matched, pair: tuple[Branch, Branch], left: list[Branch], right: list[Branch]
) -> None:
    result.pairs.append(Pair(*pair))
    left[:] = [each for each in left if each is not pair[0]]
    right[:] = [each for each in right if each is not pair[1]]


def _among(one: Branch, branches: Sequence[Branch]) -> bool:
    return any(one is each for each in branches)


def _likeness(one: Branch, other: Branch) -> float:
    """From 0 to 1: how much two branches have in common."""
    kinds, others = _kinds(one.shape), _kinds(other.shape)
    if not kinds & others:
        return 0.0
    score = len(kinds & others) / len(kinds | others)
    if one.shape.members or other.shape.members:
        names, more = one.shape.members.keys(), other.shape.members.keys()
        return score * len(names & more) / len(names | more)
    words, others_words = one.shape.limits.keys(), other.shape.limits.keys()
    alike = len(words & others_words) / len(words | others_words) if words | others_words else 1.0
    return score * (0.6 + 0.4 * alike)


def _kinds(read: Shape) -> frozenset[str]:
    return read.kinds - ({"integer"} if "number" in read.kinds else set())
