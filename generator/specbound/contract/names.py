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
from specbound.contract.offers import Offer, Rank, offer
from specbound.contract.shapes import Shape, worth_a_name
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
        self.own = _elect((one.own, one.volume) for one in offers)
        self.offers = [one for one in offers if one.own == self.own]
        if self.rank is Rank.ROOT:
            self._share(offers)
        self.deepest = max(len(one.contexts) for one in self.offers)
        self.key = shape.key
        self.node = shape.places[0].node
        self.depth = min(self._least(), self.deepest)
        self.extra = ""

    def _share(self, offers: list[Offer]) -> None:
        """Name a body or reply of many resources after the words that all of them have."""
        if len({one.own for one in offers}) < MANY:
            return
        common = shared_words([one.own for one in offers])
        if common and snake(common) not in GENERIC:
            self.own = common
            self.offers = [Offer(self.rank, common, (), 0, one.holder) for one in offers]

    def _least(self) -> int:
        """How much context the name needs even if no other name is like it."""
        generic = snake(self.own) in GENERIC
        if self.rank is not Rank.PATH:
            return int(generic)
        return int(generic or len({one.contexts[:1] for one in self.offers}) < MANY)

    @cached_property
    def words(self) -> frozenset[str]:
        """What the schema itself offers to be told apart by."""
        return frozenset(_traits(self.node))

    def name(self) -> str:
        """The offer that most places make at this depth."""
        near = {one.contexts[0] for one in self.offers if one.contexts}
        if self.depth == 1 and len(near) >= MANY and (common := shared_words(near)):
            return class_name(common + self.own) + self.extra
        votes = ((one.at(self.depth), one.volume) for one in self.offers)
        return class_name(_elect(votes)) + self.extra

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
    names = _asked_for(shapes)
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
        deeper = [key for key in clashes if ballots[key].depth < ballots[key].deepest]
        for key in deeper:
            ballots[key].depth += 1
        if deeper:
            continue
        groups: dict[str, list[_Ballot]] = {}
        for key in clashes:
            groups.setdefault(ballots[key].name(), []).append(ballots[key])
        for group in groups.values():
            _tell_apart(group)


def _tell_apart(group: list[_Ballot]) -> None:
    """Give each of a group that shares a name a word that only its own schema has, or letters."""
    for ballot in group:
        others = frozenset[str]().union(*(other.words for other in group if other is not ballot))
        own = sorted(ballot.words - others, key=lambda word: (len(word), word))
        ballot.extra = own[0] if own and not ballot.extra else ballot.extra + letters(ballot.key)


def _traits(node: Any) -> Iterable[str]:
    """Words for what a schema allows that a reader would recognise: type, format, members."""
    if not isinstance(node, dict):
        return
    kind, form = node.get("type"), node.get("format")
    for word in (form, kind):
        if isinstance(word, str):
            yield pascal(word)
    for branch in (*node.get("anyOf", ()), *node.get("oneOf", ()), *node.get("allOf", ())):
        yield from ("Or" + word for word in _traits(branch) if not word.startswith("Or"))
    required = node.get("required", ())
    for name in node.get("properties", {}):
        yield ("With" if name in required else "Maybe") + pascal(name)
    for value in node.get("enum", ()):
        if isinstance(value, str) and 0 < len(value) < 20:
            yield "Or" + pascal(value)


def _asked_for(shapes: Mapping[str, Shape]) -> dict[str, str]:
    """The names that an overlay's `x-specbound` asks for, smallest first where two ask."""
    found: dict[str, str] = {}
    taken: set[str] = set()
    for key, shape in shapes.items():
        nodes = [place.node for place in shape.places if isinstance(place.node, dict)]
        asked = [node["x-specbound"] for node in nodes if isinstance(node.get("x-specbound"), dict)]
        named = sorted(one["name"] for one in asked if isinstance(one.get("name"), str))
        if named and (name := class_name(named[0])) not in taken:
            found[key] = name
            taken.add(name)
    return found


def _clashes(ballots: Mapping[str, _Ballot], reserved: set[str]) -> list[str]:
    """The shapes that have to take more context: all that share a name but its rightful holder."""
    groups: dict[str, list[str]] = {}
    for key, ballot in ballots.items():
        groups.setdefault(ballot.name(), []).append(key)
    clashing: list[str] = []
    for name, keys in groups.items():
        if name in reserved:
            clashing += keys
        elif len(keys) > 1:
            best = max(ballots[key].right for key in keys)
            holders = [key for key in keys if ballots[key].right == best]
            holder = holders[0] if len(holders) == 1 else None
            clashing += [key for key in keys if key != holder]
    return clashing


__all__ = ["schema_names", "worth_a_name"]
