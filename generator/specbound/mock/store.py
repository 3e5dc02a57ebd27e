"""What a mock remembers: things on shelves, one shelf a resource and a path to it.

Knows things, their states and their order. It must not know HTTP, nor how bodies are made.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from specbound.contract.lifecycle import Resource, States

#: Things of one shelf, and shelves; what was made first is forgotten first.
MOST = 10_000
MOST_SHELVES = 1_000
#: Bytes of requests that things were made from, each with what it costs to keep the least thing.
MOST_BYTES = 128 * 1024 * 1024
_LEAST = 1_000
_FEW = 1_000


@dataclass(slots=True)
class Thing:
    """One thing: the members that are known of it, and how far it has come.

    `ends` is the state in which it will end, `halted` the one in which it was stopped.
    """

    id: Any
    number: int
    born: float
    values: dict[str, Any] = field(default_factory=dict)
    polls: int = 0
    ends: str = ""
    halted: str = ""
    #: Replies about it that were given, by operation and state; forgotten when it changes.
    bodies: dict[tuple[str, str], Any] = field(default_factory=dict)
    #: Members that change while it goes on, by the state in which they were told.
    moving: dict[str, dict[str, Any]] = field(default_factory=dict)
    #: What it counts for in `MOST_BYTES`.
    weight: int = 0

    def state(self, states: States | None, pace: float | None, now: float) -> str:
        """The state that is due: by time where there is a pace, else by how often it was asked."""
        if self.halted or states is None or not states.way:
            return self.halted
        way = (*states.way[:-1], self.ends or states.way[-1])
        step = self.polls if pace is None else len(way) if not pace else (now - self.born) // pace
        return way[min(int(step), len(way) - 1)]


@dataclass(slots=True)
class Shelf:
    """Things by their ids as texts, in the order in which they were made."""

    things: dict[str, Thing] = field(default_factory=dict)
    made: int = 0
    #: The numbers of things that are gone: pages that began after one go on there.
    gone: dict[str, int] = field(default_factory=dict)

    def put(self, thing: Thing) -> None:
        """Keep a thing."""
        self.things[str(thing.id)] = thing
        if len(self.things) > MOST:
            self.take(next(iter(self.things)))

    def take(self, key: str) -> Thing | None:
        """Give a thing away; None if there is none of that id."""
        thing = self.things.pop(key, None)
        if thing is not None:
            self.gone[key] = thing.number
            if len(self.gone) > MOST:
                del self.gone[next(iter(self.gone))]
        return thing

    def has(self, thing: Thing) -> bool:
        """Whether a thing is still here."""
        return self.things.get(str(thing.id)) is thing

    def number(self, key: str) -> int | None:
        """The number of a thing that is or was here."""
        return self.things[key].number if key in self.things else self.gone.get(key)

    def next(self) -> int:
        """The number of the next thing, from 1."""
        self.made += 1
        return self.made

    def __iter__(self) -> Iterator[Thing]:
        return iter(self.things.values())

    def __len__(self) -> int:
        return len(self.things)


@dataclass(slots=True)
class Store:
    """All shelves of a mock, and how often each operation was asked."""

    shelves: dict[tuple[str, tuple[str, ...]], Shelf] = field(default_factory=dict)
    asked: Counter[str] = field(default_factory=Counter)
    #: Everything that was put on a shelf, the oldest first, and what it weighs together.
    kept: list[tuple[Shelf, Thing]] = field(default_factory=list)
    weight: int = 0
    #: So many may be kept before those that are gone are let go: they hold memory.
    full: int = _FEW

    def shelf(self, resource: Resource, scope: tuple[str, ...]) -> Shelf | None:
        """The shelf of a resource under some parents; None if nobody has asked for it yet."""
        return self.shelves.get((resource.name, scope))

    def new_shelf(self, resource: Resource, scope: tuple[str, ...]) -> Shelf:
        """An empty shelf in its place."""
        if len(self.shelves) >= MOST_SHELVES:
            self.shelves.pop(next(iter(self.shelves))).things.clear()
        found = self.shelves[resource.name, scope] = Shelf()
        return found

    def put(self, shelf: Shelf, thing: Thing, size: int = 0) -> None:
        """Keep a thing that a request of `size` bytes has made; for room, forget the oldest."""
        shelf.put(thing)
        self.kept.append((shelf, thing))
        self.weigh(thing, size)
        if len(self.kept) > self.full:
            self._make_room()

    def weigh(self, thing: Thing, size: int) -> None:
        """A thing is now what a request of `size` bytes has made of it."""
        self.weight -= thing.weight
        thing.weight = _LEAST + size
        self.weight += thing.weight
        if self.weight > MOST_BYTES:
            self._make_room()

    def _make_room(self) -> None:
        """Let go of what is gone, and of so many old things that this is seldom needed."""
        there = [(shelf, one) for shelf, one in self.kept if shelf.has(one)]
        self.weight = sum(one.weight for _, one in there)
        first = 0
        if self.weight > MOST_BYTES:
            while self.weight > MOST_BYTES * 3 // 4 and first < len(there) - 1:
                shelf, one = there[first]
                shelf.take(str(one.id))
                self.weight -= one.weight
                first += 1
        self.kept = there[first:]
        self.full = 2 * len(self.kept) + _FEW

    def count(self, key: str) -> int:
        """How often something has been asked, this time included."""
        self.asked[key] += 1
        return self.asked[key]

    def reset(self) -> None:
        """Forget everything."""
        self.shelves.clear()
        self.asked.clear()
        self.kept.clear()
        self.weight = 0
