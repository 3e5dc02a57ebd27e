"""Walks over values: what a value shows is noted once, and what is wholly seen is passed over.

Knows JSON values and numbers of goals. It must not know schemas: `coverage_compile` lays the walks
out. Every walk has `live`: False once nothing below it is left to be seen, and then nobody asks it.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from re import Pattern
from typing import Any

from specbound.contract.values import key

_NOTHING = object()


class Walk:
    """What is still to be seen of one schema; this one waits for nothing."""

    __slots__ = ("live",)

    def __init__(self) -> None:
        self.live = False

    def see(self, value: Any) -> None:
        """Note what a fitting value shows."""

    def awaits(self, value: Any) -> bool:
        """Whether a value may show something that was not seen; False is for sure."""
        return self.live


#: The walk of a schema without goals.
IDLE = Walk()


class Words(Walk):
    """Values of an enum of strings."""

    __slots__ = ("goals", "hits")

    def __init__(self, goals: dict[str, int], hits: set[int]) -> None:
        self.live, self.goals, self.hits = bool(goals), goals, hits

    def see(self, value: Any) -> None:
        if type(value) is str and value in self.goals:
            self.hits.add(self.goals.pop(value))
            self.live = bool(self.goals)

    def awaits(self, value: Any) -> bool:
        return type(value) is str and value in self.goals


class Values(Walk):
    """Values of any other enum; compared as JSON compares them."""

    __slots__ = ("goals", "hits")

    def __init__(self, goals: dict[Hashable, int], hits: set[int]) -> None:
        self.live, self.goals, self.hits = bool(goals), goals, hits

    def see(self, value: Any) -> None:
        found = self.goals.pop(key(value), None)
        if found is not None:
            self.hits.add(found)
            self.live = bool(self.goals)


class Kinds(Walk):
    """Types of a schema that allows several."""

    __slots__ = ("goals", "hits")

    def __init__(self, goals: dict[type, int], hits: set[int]) -> None:
        self.live, self.goals, self.hits = bool(goals), goals, hits

    def see(self, value: Any) -> None:
        found = self.goals.get(type(value))
        if found is not None:
            self.hits.add(found)
            self.goals = {kind: goal for kind, goal in self.goals.items() if goal != found}
            self.live = bool(self.goals)


class Sizes(Walk):
    """Bounds touched exactly: by a number itself, or by what `measure` makes of a value."""

    __slots__ = ("goals", "hits", "kinds", "measure")

    def __init__(
        self,
        kinds: tuple[type, ...],
        measure: Callable[[Any], Any],
        goals: dict[Any, tuple[int, ...]],
        hits: set[int],
    ) -> None:
        self.live, self.kinds, self.measure = bool(goals), kinds, measure
        self.goals, self.hits = goals, hits

    def see(self, value: Any) -> None:
        if type(value) not in self.kinds:
            return
        found = self.measure(value)
        if found in self.goals:
            self.hits.update(self.goals.pop(found))
            self.live = bool(self.goals)

    def awaits(self, value: Any) -> bool:
        return type(value) in self.kinds and self.measure(value) in self.goals


class Members(Walk):
    """Members of an object: optional ones present and absent, and what stands in any of them."""

    __slots__ = ("absent", "hits", "inside", "present")

    def __init__(
        self,
        present: dict[str, int],
        absent: dict[str, int],
        inside: Sequence[tuple[str, Walk]],
        hits: set[int],
    ) -> None:
        self.present, self.absent, self.inside = present, absent, inside
        self.hits = hits
        self.live = bool(present or absent or inside)

    def see(self, value: Any) -> None:
        if type(value) is not dict:
            return
        changed = False
        # Mostly there is nothing new, which is found out faster than what it would be.
        if self.present and not self.present.keys().isdisjoint(value):
            changed = self._tick(self.present, [n for n in self.present if n in value])
        if self.absent and not self.absent.keys() <= value.keys():
            changed |= self._tick(self.absent, [n for n in self.absent if n not in value])
        for name, walk in self.inside:
            item = value.get(name, _NOTHING)
            if item is not _NOTHING:
                walk.see(item)
                changed |= not walk.live
        if changed:
            self.inside = [pair for pair in self.inside if pair[1].live]
            self.live = bool(self.present or self.absent or self.inside)

    def _tick(self, goals: dict[str, int], names: list[str]) -> bool:
        for name in names:
            self.hits.add(goals.pop(name))
        return bool(names)


class Each(Walk):
    """Items of an array from some index on."""

    __slots__ = ("first", "walk")

    def __init__(self, walk: Walk, first: int = 0) -> None:
        self.live, self.walk, self.first = walk.live, walk, first

    def see(self, value: Any) -> None:
        if type(value) is not list:
            return
        walk = self.walk
        for item in value[self.first :] if self.first else value:
            walk.see(item)
            if not walk.live:
                self.live = False
                break


class Item(Walk):
    """The one item of a tuple-like array."""

    __slots__ = ("index", "walk")

    def __init__(self, walk: Walk, index: int) -> None:
        self.live, self.walk, self.index = walk.live, walk, index

    def see(self, value: Any) -> None:
        if type(value) is list and len(value) > self.index:
            self.walk.see(value[self.index])
            self.live = self.walk.live


class Others(Walk):
    """Members of an object that have no schema of their own, or whose names match a pattern."""

    __slots__ = ("named", "not_these", "only", "walk")

    def __init__(
        self,
        walk: Walk,
        named: Mapping[str, Any],
        not_these: Sequence[Pattern[str]] = (),
        only: Pattern[str] | None = None,
    ) -> None:
        self.live, self.walk, self.named = walk.live, walk, named
        self.not_these, self.only = not_these, only

    def see(self, value: Any) -> None:
        if type(value) is not dict:
            return
        for name, item in value.items():
            if name in self.named or any(one.search(name) for one in self.not_these):
                continue
            if self.only is None or self.only.search(name):
                self.walk.see(item)
        self.live = self.walk.live


class All(Walk):
    """Several walks over one value."""

    __slots__ = ("walks",)

    def __init__(self, walks: Sequence[Walk]) -> None:
        self.live, self.walks = bool(walks), walks

    def see(self, value: Any) -> None:
        changed = False
        for walk in self.walks:
            walk.see(value)
            changed |= not walk.live
        if changed:
            self.walks = [walk for walk in self.walks if walk.live]
            self.live = bool(self.walks)

    def awaits(self, value: Any) -> bool:
        return any(walk.awaits(value) for walk in self.walks)


class Named(Walk):
    """A named shape, laid out when a value first reaches it; so recursion costs nothing."""

    __slots__ = ("load", "walk")

    def __init__(self, load: Callable[[], Walk]) -> None:
        self.live, self.load = True, load
        self.walk: Walk | None = None

    def see(self, value: Any) -> None:
        walk = self.walk
        if walk is None:
            walk = self.walk = self.load()
        if walk.live:
            walk.see(value)
        self.live = walk.live

    def awaits(self, value: Any) -> bool:
        return self.walk is None or self.walk.awaits(value)


def together(walks: Sequence[Walk]) -> Walk:
    """One walk of several; those without goals are left out."""
    live = [walk for walk in walks if walk.live]
    if not live:
        return IDLE
    return live[0] if len(live) == 1 else All(live)
