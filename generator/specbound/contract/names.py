"""The only maker of schema names: short, human, independent of order, kept by a lock.

Knows where each shape stands and which words lead there. It must not know how names are used,
and it never counts: no name holds an index.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum
from hashlib import blake2b
from typing import Any

from specbound.contract.lock import Lock
from specbound.contract.patterns import literal_prefix
from specbound.contract.shapes import Place, Shape, worth_a_name
from specbound.contract.words import GENERIC, class_name, pascal, singular, snake, words

#: A name over this length gives up its middle words.
LONGEST = 40


class Rank(IntEnum):
    """How much right to a short name a place gives; the lowest wins a collision outright."""

    COMPONENT = 1
    TITLE = 2
    RESOURCE = 3
    SCALAR = 4
    BRANCH = 5
    ROOT = 6
    PATH = 7


@dataclass(frozen=True, slots=True)
class Candidate:
    """What one place offers: its own word and the context words around it, nearest first."""

    rank: Rank
    own: str
    contexts: tuple[str, ...]

    def at(self, depth: int) -> str:
        """The name with so many words of context; a long one keeps only the outermost of them."""
        used = self.contexts[:depth]
        name = "".join(reversed(used)) + self.own
        return used[-1] + self.own if used and len(name) > LONGEST else name


def candidate(place: Place) -> Candidate:
    """Read the words of one place."""
    node, root, trail = place.node, place.root, list(place.trail)
    plural = False
    suffix = ""
    while trail and not trail[-1].word:
        step = trail.pop()
        plural = plural or step.kind in _MANY
        if step.kind == "branch" and not suffix:
            suffix = _kind(node)
        elif step.kind == "propertyNames":
            suffix = "Name"
    contexts = tuple(pascal(step.word) for step in reversed(trail) if step.word)
    outer = (*contexts[1:], *root.words)
    title = _title(node)
    if not trail:
        if title and root.kind != "component":
            return _offer(Rank.TITLE, title, root.words)
        return _at_root(place, plural, suffix)
    if title and not _same(title, trail[-1].word):
        return _offer(Rank.TITLE, title, (*contexts, *root.words))
    if scalar := _scalar(node):
        return _offer(Rank.SCALAR, scalar, (*contexts, *root.words))
    if trail[-1].kind == "branch":
        noun, *rest = outer or ("",)
        return _offer(Rank.BRANCH, contexts[0] + singular(noun) + suffix, tuple(rest))
    word = singular(trail[-1].word) if plural else trail[-1].word
    if snake(trail[-1].word) in GENERIC and plural and len(contexts) == 1 and len(root.words) > 1:
        return _offer(Rank.PATH, "".join(root.words[:2]) + "Item" + suffix, root.words[2:])
    return _offer(Rank.PATH, pascal(word) + suffix, outer)


#: Keywords below which one name stands for many values.
_MANY = frozenset({"items", "additionalProperties", "patternProperties", "propertyNames"})


def _offer(rank: Rank, own: str, contexts: tuple[str, ...]) -> Candidate:
    """A candidate whose context says something that its own word does not say already."""
    useful = [word for word in contexts if word not in own and snake(word) not in GENERIC]
    return Candidate(rank, own, tuple(dict.fromkeys(useful)))


def _same(one: str, other: str) -> bool:
    return snake(one).replace("_", "") == snake(other).replace("_", "")


def _at_root(place: Place, plural: bool, suffix: str) -> Candidate:
    kind, parts = place.root.kind, place.root.words
    if kind == "component":
        return Candidate(Rank.COMPONENT, class_name(parts[0]) + suffix, ())
    if kind == "resource":
        return Candidate(Rank.RESOURCE, parts[0] + suffix, parts[1:])
    if scalar := _scalar(place.node):
        return Candidate(Rank.SCALAR, scalar, parts)
    if kind == "error":
        return Candidate(Rank.ROOT, parts[0] + suffix, parts[1:])
    role = "Item" if plural else parts[-1]
    return Candidate(Rank.ROOT, "".join((*parts[:-1], role, suffix)), ())


def _title(node: Any) -> str:
    title = node.get("title") if isinstance(node, dict) else None
    named = isinstance(title, str) and not ("pattern" in node or "enum" in node)
    return class_name(title) if named and 0 < len(words(title)) < 6 else ""


def _scalar(node: Mapping[str, Any]) -> str:
    """A patterned string is called by its format, or by the URI scheme that its pattern fixes."""
    if "pattern" not in node:
        return ""
    if isinstance(node.get("format"), str):
        return pascal(node["format"])
    prefix = literal_prefix(node["pattern"])
    return pascal(prefix) + "Uri" if ":" in prefix and words(prefix) else ""


def _kind(node: Mapping[str, Any]) -> str:
    if node.get("properties"):
        return "Object"
    branches = [*node.get("anyOf", ()), *node.get("oneOf", ())]
    if branches and all(isinstance(one, dict) and one.get("type") == "string" for one in branches):
        return "Uri" if all(_scalar(one).endswith("Uri") for one in branches) else "Text"
    return {"string": "Text", "integer": "Number", "number": "Number"}.get(str(node.get("type")), "")


class _Ballot:
    """The names that one shape's places vote for, at any depth of context."""

    def __init__(self, shape: Shape) -> None:
        offers = [candidate(place) for place in shape.places]
        self.rank = min(offer.rank for offer in offers)
        self.offers = [offer for offer in offers if offer.rank is self.rank]
        self.deepest = max(len(offer.contexts) for offer in self.offers)
        self.key = shape.key
        generic = {snake(offer.own) for offer in self.offers} <= GENERIC
        self.depth = int(generic and self.deepest > 0)

    def name(self) -> str:
        """The most frequent offer at this depth; letters of the shape's digest as a last resort."""
        votes = Counter(offer.at(self.depth) for offer in self.offers)
        best = max(votes, key=lambda name: (votes[name], name))
        return class_name(best) + (letters(self.key) if self.depth > self.deepest else "")


def letters(text: str) -> str:
    """Four letters that stand for a text: a suffix that depends on nothing but the thing itself."""
    number = int.from_bytes(blake2b(text.encode(), digest_size=4).digest())
    return "X" + "".join(chr(97 + number // 26**place % 26) for place in range(3))


def schema_names(shapes: Mapping[str, Shape], lock: Lock) -> dict[str, str]:
    """Give every shape (by key) its name: overlay, lock, component key, title, tag, then path."""
    names = _asked_for(shapes)
    taken = set(names.values())
    for key, name in lock.keep(shapes, names).items():
        if name not in taken:
            names[key] = name
            taken.add(name)
    reserved = taken | lock.retired(names)
    ballots = {key: _Ballot(shape) for key, shape in shapes.items() if key not in names}
    while clashes := _clashes(ballots, reserved):
        for key in clashes:
            ballots[key].depth += 1
            if ballots[key].depth > ballots[key].deepest + 2:
                reserved.discard(ballots[key].name())
    return names | {key: ballot.name() for key, ballot in ballots.items()}


def _asked_for(shapes: Mapping[str, Shape]) -> dict[str, str]:
    """The names that an overlay's `x-specbound` asks for, smallest first where two ask."""
    found: dict[str, str] = {}
    for key, shape in shapes.items():
        wishes = {place.node.get("x-specbound", {}).get("name") for place in shape.places}
        named = sorted(name for name in wishes if isinstance(name, str))
        if named and class_name(named[0]) not in found.values():
            found[key] = class_name(named[0])
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
            best = min(ballots[key].rank for key in keys)
            holders = [key for key in keys if ballots[key].rank is best]
            holder = holders[0] if len(holders) == 1 and best < Rank.PATH else None
            clashing += [key for key in keys if key != holder]
    return [key for key in clashing if ballots[key].depth <= ballots[key].deepest]


__all__ = ["schema_names", "worth_a_name"]
