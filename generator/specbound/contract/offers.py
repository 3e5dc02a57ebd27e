"""What one place offers as a shape's name: its own word, and the words around it.

Knows titles, tags, formats and the way from a root to a schema. It must not know the other places
of a shape, nor which names are taken.
"""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import IntEnum
from typing import Any

from specbound.contract.patterns import PatternError, literal_prefix
from specbound.contract.shapes import Place, Root, Step
from specbound.contract.speech import Speech
from specbound.contract.words import GENERIC, class_name, joined, pascal, singular, snake, words

#: A name over this length gives up its middle words.
LONGEST = 40

#: Words of a root that follow a name rather than lead it.
_ROLES = frozenset({"Request", "Response", "Parameter", "Form", "Text"})

#: Keywords below which one name stands for many values.
_MANY = frozenset({"items", "additionalProperties", "patternProperties", "propertyNames"})


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
class Offer:
    """One place's own word and the context words around it, nearest first."""

    rank: Rank
    own: str
    contexts: tuple[str, ...]
    volume: int
    holder: str
    weight: float = 1.0

    def at(self, depth: int, limit: int) -> str:
        """The name with so many words of context; a long one keeps only the outermost of them."""
        own, used = _trimmed(self.own, limit), self.contexts[:depth]
        if self.rank is Rank.COMPONENT:
            return self.own
        name = _spelt(own, used)
        return _spelt(own, used[-1:]) if len(used) > 1 and len(name) > limit else name

    def led_by(self, start: str, most: Container[str]) -> Offer:
        """The same offer with the context that it shares with other places before its own."""
        shared = [word for word in self.contexts if word in most]
        rest = [word for word in self.contexts if word not in most]
        ordered = dict.fromkeys([*filter(None, [start]), *shared, *rest])
        useful = tuple(word for word in ordered if word not in self.own)
        return replace(self, contexts=useful)

    def without(self, index: int) -> Offer:
        """The same offer without one word of its context."""
        return replace(self, contexts=self.contexts[:index] + self.contexts[index + 1 :])


def _spelt(own: str, contexts: Sequence[str]) -> str:
    for word in contexts:
        own = own + word if word in _ROLES else joined(word, own)
    return own


def offer(place: Place, speech: Speech) -> Offer:
    """Read the words of one place."""
    rank, own, contexts = _words(place)
    useful = [word for word in contexts if word not in own and not word.endswith(own)]
    useful = [word for word in useful if word in _ROLES or snake(word) not in GENERIC]
    weight = place.root.weight - (0.5 if speech.is_new(place) else 0.0)
    unique = tuple(dict.fromkeys(useful))
    return Offer(rank, own, unique, place.root.volume, place.root.words[0], weight)


def _words(place: Place) -> tuple[Rank, str, tuple[str, ...]]:
    node, root, trail = place.node, place.root, list(place.trail)
    plural, suffix = False, ""
    while trail and not trail[-1].word:
        step = trail.pop()
        plural = plural or step.kind in _MANY
        if step.kind == "branch" and not suffix:
            suffix = _kind(node)
        elif step.kind == "propertyNames":
            suffix = "Name"
    title, around = _title(node), (*_contexts(place.trail[: len(trail)]), *_outside(root))
    if not trail:
        if title and root.kind != "component":
            return Rank.TITLE, title, around
        return _at_root(place, plural, suffix)
    inner = _contexts(trail[-1:])
    outer = (*_contexts(place.trail[: len(trail)])[len(inner) :], *_outside(root))
    if title and not _same(title, trail[-1].word):
        return Rank.TITLE, title, outer if trail[-1].kind == "branch" else around
    if scalar := _scalar(node):
        return Rank.SCALAR, scalar, around
    word = singular(trail[-1].word) if plural else trail[-1].word
    if trail[-1].kind == "branch":
        noun, *rest = outer or ("",)
        own = joined(pascal(word), singular(noun)) + suffix
        return Rank.BRANCH, own if len(own) <= LONGEST else pascal(word), tuple(rest)
    if plural and snake(trail[-1].word) in GENERIC and len(trail) == 1 and root.kind != "component":
        return Rank.PATH, "".join(root.words[:2]) + "Item" + suffix, ()
    return Rank.PATH, pascal(word) + suffix, outer


def _contexts(trail: Sequence[Step]) -> tuple[str, ...]:
    """The words on the way, innermost first: titles, and names in the singular where many hang."""
    found: list[str] = []
    many = False
    for step in reversed(trail):
        if step.title and not _same(step.title, step.word):
            found.append(class_name(step.title))
        elif step.word:
            found.append(pascal(singular(step.word) if many else step.word))
        many = (many and not step.word) or step.kind in _MANY
    return tuple(found)


def _outside(root: Root) -> tuple[str, ...]:
    """The root's words: what it is about, then its role, then the call."""
    if root.kind == "component":
        return (class_name(root.words[0]),)
    return (root.words[0], *sorted(root.words[1:], key=lambda word: word not in _ROLES))


def _trimmed(own: str, limit: int) -> str:
    """An own word within the limit: it gives up words from its middle."""
    parts = list(words(own)) if len(own) > limit else []
    while len(own) > limit and len(parts) > 2:
        del parts[len(parts) // 2]
        own = pascal(" ".join(parts))
    return own


def _same(one: str, other: str) -> bool:
    return snake(one).replace("_", "") == snake(other).replace("_", "")


def _at_root(place: Place, plural: bool, suffix: str) -> tuple[Rank, str, tuple[str, ...]]:
    kind, parts = place.root.kind, place.root.words
    if kind == "component":
        if plural or suffix:
            return Rank.PATH, class_name(parts[0]) + (suffix or "Item"), ()
        return Rank.COMPONENT, class_name(parts[0]), ()
    if kind == "resource":
        return Rank.RESOURCE, parts[0] + suffix, parts[1:]
    if scalar := _scalar(place.node):
        return Rank.SCALAR, scalar, parts
    if kind == "error":
        return Rank.ROOT, parts[0] + suffix, parts[1:]
    title, *calls, last = parts
    role = "Item" if plural else last
    said = {singular(word) for call in calls for word in words(call)}
    if said.issuperset(words(title)):
        return Rank.ROOT, "".join((*calls, role, suffix)), (title,)
    return Rank.ROOT, "".join((title, *calls, role, suffix)), ()


def _title(node: Any) -> str:
    title = node.get("title") if isinstance(node, dict) else None
    if not isinstance(title, str) or "pattern" in node or len(node.get("enum", "..")) < 2:
        return ""
    telling = 0 < len(words(title)) < 6 and snake(title) not in GENERIC
    return class_name(title) if telling else ""


def _scalar(node: Mapping[str, Any]) -> str:
    """A patterned string is called by its format, or by the URI scheme that its pattern fixes."""
    if "pattern" not in node:
        return _data(node)
    if isinstance(node.get("format"), str):
        return pascal(node["format"])
    try:
        prefix = literal_prefix(node["pattern"])
    except PatternError:
        return ""
    return pascal(prefix) + "Uri" if ":" in prefix and words(prefix) else ""


def _data(node: Mapping[str, Any]) -> str:
    """A choice of URIs of which one may carry the data itself is called by the kind of data."""
    branches = [*node.get("anyOf", ()), *node.get("oneOf", ())]
    found = [_scalar(one) for one in branches if isinstance(one, dict) and "pattern" in one]
    kinds = {name.removeprefix("Data") for name in found if name.startswith("Data")}
    uris = len(found) == len(branches) and all(name.endswith("Uri") for name in found)
    return kinds.pop() if uris and len(kinds) == 1 else ""


def _kind(node: Mapping[str, Any]) -> str:
    if node.get("properties"):
        return "Object"
    branches = [*node.get("anyOf", ()), *node.get("oneOf", ())]
    if branches and all(isinstance(one, dict) and one.get("type") == "string" for one in branches):
        return "Uri" if all(_scalar(one).endswith("Uri") for one in branches) else "Text"
    return {"string": "Text", "integer": "Number", "number": "Number"}.get(
        str(node.get("type")), ""
    )
