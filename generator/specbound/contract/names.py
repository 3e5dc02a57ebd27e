"""The only maker of schema names: short, human, independent of order, kept by a lock.

Knows where each shape stands and which words lead there. It must not know how names are used,
and it never counts: no name holds an index.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from functools import cached_property
from hashlib import blake2b
from typing import Any

from specbound.contract.lock import Lock
from specbound.contract.offers import LONGEST, Offer, Rank, offer
from specbound.contract.rules import subschemas
from specbound.contract.shapes import Shape, asked, worth_a_name
from specbound.contract.speech import Speech
from specbound.contract.words import GENERIC, class_name, pascal, shared_words, snake

#: From so many resources (or branches) on, what stands in all of them is named after none of them.
MANY = 3


class _Ballot:
    """The names that one shape's places vote for, at any depth of context."""

    def __init__(self, shape: Shape, speech: Speech) -> None:
        offers = [offer(place, speech) for place in shape.places]
        heaviest = max(one.weight for one in offers)
        offers = [one for one in offers if one.weight == heaviest]
        self.weight = heaviest
        self.wide = len({one.holder for one in offers}) >= MANY
        self.rank = _rank(offers, self.wide)
        offers = [one for one in offers if one.rank is self.rank]
        self.common = False
        self.own = _elect((one.own, one.volume) for one in offers)
        self.offers = [one for one in offers if one.own == self.own]
        if self.rank is Rank.ROOT:
            self._share(offers)
        else:
            self._agree()
        self.deepest = max(len(one.contexts) for one in self.offers)
        self.key = shape.key
        self.node = shape.places[0].node
        self.depth = min(self._least(), self.deepest)
        self.extra = ""
        self.limit = LONGEST

    def _share(self, offers: list[Offer]) -> None:
        """Name a body or reply of many resources after the words that all of them have."""
        if len({one.own for one in offers}) < MANY:
            return
        common = shared_words([one.own for one in offers])
        if common and snake(common) not in GENERIC:
            self.own = "ErrorResponse" if common == "Error" else common
            self.offers = [Offer(self.rank, common, (), 0, one.holder) for one in offers]

    def _agree(self) -> None:
        """Of many nearest contexts none speaks for all: what most places have comes first."""
        near = {one.contexts[0] for one in self.offers if one.contexts}
        if len(near) < MANY:
            return
        counts = Counter(word for one in self.offers for word in one.contexts)
        most = {word for word, count in counts.items() if 2 * count > len(self.offers)}
        start = shared_words(near)
        self.offers = [one.led_by(start, most) for one in self.offers]
        self.common = True

    def _least(self) -> int:
        """How much context the name needs even if no other name is like it."""
        generic = snake(self.own) in GENERIC
        return int(generic or (self.rank is Rank.PATH and not self.common))

    @cached_property
    def words(self) -> frozenset[str]:
        """What the schema itself offers to be told apart by."""
        return frozenset(_traits(self.node))

    @cached_property
    def within(self) -> frozenset[str]:
        """All members and values that the schema speaks of, at any depth."""
        return frozenset(_vocabulary(self.node))

    def name(self) -> str:
        """The name as far as it is known by now."""
        return self.at(self.depth) + self.extra

    def at(self, depth: int) -> str:
        """The offer that most places make with so much context."""
        return class_name(_elect((one.at(depth, self.limit), one.volume) for one in self.offers))

    def drop(self) -> None:
        """Leave out the next word of context: others of the same name have it too."""
        self.offers = [one.without(self.depth) for one in self.offers]
        self.deepest -= 1

    @property
    def right(self) -> tuple[float, int, bool]:
        """How much right the shape has to a name that others want too; the greatest wins."""
        return self.weight, -self.rank, self.wide


def _rank(offers: list[Offer], wide: bool) -> Rank:
    """The best rank, unless a shape of many resources has it in few of its places only."""
    counts = Counter(one.rank for one in offers)
    for rank in sorted(counts):
        if not wide or rank is not Rank.TITLE or 2 * counts[rank] >= len(offers):
            return rank
    return min(counts)


def _elect(votes: Iterable[tuple[str, int]]) -> str:
    """The text with most votes; then the one of which most is said; then the shortest."""
    counts: Counter[str] = Counter()
    said: dict[str, int] = {}
    for text, volume in votes:
        counts[text] += 1
        said[text] = max(said.get(text, 0), volume)
    return min(counts, key=lambda text: (-counts[text], -said[text], len(text), text))


def letters(text: str) -> str:
    """Four letters that stand for a text: a suffix that depends on nothing but the thing itself."""
    number = int.from_bytes(blake2b(text.encode(), digest_size=4).digest())
    return "X" + "".join(chr(97 + number // 26**place % 26) for place in range(3))


def schema_names(
    shapes: Mapping[str, Shape], lock: Lock, document: Mapping[str, Any]
) -> dict[str, str]:
    """Give every shape (by key) its name: overlay, lock, component key, title, tag, then path."""
    names = _asked_for(shapes, lock)
    taken = set(names.values())
    for key, name in lock.keep(shapes, names).items():
        if name not in taken:
            names[key] = name
            taken.add(name)
    reserved = taken | lock.retired(names)
    speech = Speech(document, [shape for key, shape in shapes.items() if key not in names])
    ballots = {key: _Ballot(shape, speech) for key, shape in shapes.items() if key not in names}
    _settle(ballots, reserved)
    return names | {key: ballot.name() for key, ballot in ballots.items()}


def _settle(ballots: Mapping[str, _Ballot], reserved: set[str]) -> None:
    """Give the shapes that share a name more context, then words of their own, then letters."""
    while clashes := _clashes(ballots, reserved):
        for group in clashes:
            deeper = [ballot for ballot in group if ballot.depth < ballot.deepest]
            if not deeper:
                _tell_apart(group)
            elif len(group) > 1 and len(deeper) == len(group) and _alike(deeper):
                for ballot in deeper:
                    ballot.drop()
            else:
                for ballot in deeper:
                    ballot.depth += 1


def _alike(group: list[_Ballot]) -> bool:
    """Whether the next word of context is the same for all, and so tells none of them apart."""
    return len({ballot.at(ballot.depth + 1) for ballot in group}) == 1


def _tell_apart(group: list[_Ballot]) -> None:
    """Give each of a group all its context, then a word that only its schema has, then letters."""
    for ballot in group:
        if ballot.limit == LONGEST:
            ballot.limit = 2 * LONGEST
            continue
        others = frozenset[str]().union(*(other.words for other in group if other is not ballot))
        own = sorted(ballot.words - others, key=lambda word: (len(word), word))
        ballot.extra = own[0] if own and not ballot.extra else ballot.extra + letters(ballot.key)


def _traits(node: Any) -> Iterable[str]:
    """Words for what a schema allows that a reader would recognise: type, format, members."""
    if not isinstance(node, dict):
        return
    kind, form = node.get("type"), node.get("format")
    for word in (form, *(kind if isinstance(kind, list) else [kind])):
        if isinstance(word, str):
            yield pascal(word)
    branches = [*node.get("anyOf", ()), *node.get("oneOf", ())]
    if branches:
        yield "Choice"
    for branch in (*branches, *node.get("allOf", ())):
        yield from ("Or" + word for word in _traits(branch) if not word.startswith("Or"))
        if isinstance(branch, dict) and isinstance(branch.get("$ref"), str):
            yield "Or" + pascal(branch["$ref"].rpartition("/")[2])
    required = node.get("required", ())
    for name in node.get("properties", {}):
        yield ("With" if name in required else "Maybe") + pascal(name)
    for value in node.get("enum", ()):
        if isinstance(value, str) and 0 < len(value) < 20:
            yield "Or" + pascal(value)


def _asked_for(shapes: Mapping[str, Shape], lock: Lock) -> dict[str, str]:
    """The names that an overlay's `x-specbound` asks for, smallest first where two ask.

    A name that the lock knows stays with its shape for as long as that is there; then it goes to
    the shape that stands in most of its places.
    """
    wishes: dict[str, str] = {}
    for key, shape in shapes.items():
        wanted = {asked(place.node).get("name") for place in shape.places}
        named = sorted(name for name in wanted if isinstance(name, str))
        if named:
            wishes[key] = class_name(named[0])
    found: dict[str, str] = {}
    taken: set[str] = set()
    for key in sorted(wishes, key=lambda key: -lock.shared(wishes[key], shapes[key])):
        name = wishes[key]
        holder = lock.holder(name, shapes)
        held = holder not in ("", key) and wishes.get(holder, name) == name
        if name not in taken and not held:
            found[key] = name
            taken.add(name)
    return found


def _clashes(ballots: Mapping[str, _Ballot], reserved: set[str]) -> list[list[_Ballot]]:
    """The shapes that have to take more context, in groups of equal right that share a name."""
    groups: dict[str, list[_Ballot]] = {}
    for ballot in ballots.values():
        groups.setdefault(ballot.name(), []).append(ballot)
    clashing: list[list[_Ballot]] = []
    for name, group in groups.items():
        holder = None if name in reserved else _holder(group)
        equals: dict[tuple[float, int, bool], list[_Ballot]] = {}
        for ballot in group:
            if ballot is not holder:
                equals.setdefault(ballot.right, []).append(ballot)
        clashing += equals.values()
    return clashing


def _holder(group: list[_Ballot]) -> _Ballot | None:
    """Who keeps a name that several want: the one with most right, or that the others extend."""
    best = max(ballot.right for ballot in group)
    equal = [ballot for ballot in group if ballot.right == best]
    small = min(equal, key=lambda ballot: len(ballot.within)) if len(equal) > 1 else equal[0]
    return (
        small if all(small.within < other.within for other in equal if other is not small) else None
    )


def _vocabulary(node: Any) -> Iterable[str]:
    for _, found in subschemas(node):
        if isinstance(found, dict):
            yield from found.get("properties", ())
            yield str(found.get("$ref", ""))
            yield from map(repr, found.get("enum", ()))
            if "const" in found:
                yield repr(found["const"])


__all__ = ["schema_names", "worth_a_name"]
