"""The walk down two schemas side by side, through every pair that the documents have, once each.

Knows recursion, what has been seen and what is known to hold no difference. It must not know any
keyword.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from itertools import islice
from typing import Any

from specbound.diff.conjunction import shape
from specbound.diff.found import Below, Compared, Found, Node
from specbound.diff.schemas import compare
from specbound.diff.scope import Scope
from specbound.diff.severity import Effect, Sender
from specbound.diff.site import Sides

#: More differences than this need not be counted to see that two schemas are apart.
_MOST_COUNTED = 40

Key = tuple[Any, ...]


class Walk:
    """Compares schemas that one side sends; what was compared once is not compared again."""

    def __init__(self, sides: Sides, sender: Sender) -> None:
        self._sides = sides
        self._sender = sender
        self._known: dict[Key, Compared] = {}
        self._differs: dict[Key, bool] = {}
        self._links: dict[Key, list[tuple[Key, Below, bool]]] = {}
        self._open: set[Key] = set()

    def found(self, old: Node, new: Node) -> Iterator[Found]:
        """Every difference, `at` leading from here; a pair met again is not told again."""
        start = Below("", old, new)
        if not self._same(old, new):
            self._explore(start)
            yield from self._walk(start)

    def _walk(self, start: Below) -> Iterator[Found]:
        # The nearest first, so that what is met in many places is told at the shortest way to it.
        waiting = deque([(_key(start), start)])
        seen = {(_key(start), False)}
        while waiting:
            key, here = waiting.popleft()
            if self._same(here.old, here.new):
                continue
            for one in self._compared(here).found:
                effect = _turned(one.effect) if here.inverted else one.effect
                label = one.variant or here.variant
                yield one._replace(at=here.at + one.at, effect=effect, variant=label)
            for child, below, shared in self._below(key):
                inverted = here.inverted != below.inverted
                if (child, inverted) in seen or not self._differs.get(child, True):
                    continue
                seen.add((child, inverted))
                label = below.variant or ("" if shared else here.variant)
                waiting.append(
                    (child, Below(here.at + below.at, below.old, below.new, label, inverted))
                )

    def _below(self, key: Key) -> list[tuple[Key, Below, bool]]:
        """The pairs below a pair that was compared, each with its key and whether it is shared."""
        known = self._links.get(key)
        if known is None:
            known = [(_key(one), one, _shared(one)) for one in self._known[key].below]
            if key not in self._open:
                self._links[key] = known
        return known

    def _explore(self, start: Below) -> None:
        """Learn of every pair below whether it leads to a difference, each pair once for ever."""
        above: dict[Key, list[Key]] = {_key(start): []}
        waiting, differing = [start], []
        while waiting:
            here = waiting.pop()
            key = _key(here)
            if key in self._differs or self._same(here.old, here.new):
                differing += [key] if self._differs.get(key) else []
                continue
            compared = self._compared(here)
            differing += [key] if compared.found else []
            for below in compared.below:
                if (child := _key(below)) not in above:
                    above[child] = []
                    waiting.append(below)
                above[child].append(key)
        reached = set(differing)
        while differing:
            for key in above[differing.pop()]:
                if key not in reached:
                    reached.add(key)
                    differing.append(key)
        self._differs.update((key, key in reached) for key in above)

    def _same(self, old: Node, new: Node) -> bool:
        if len(old.parts) != len(new.parts) or old.told != new.told:
            return False
        pairs = zip(old.parts, new.parts, strict=True)
        return all(
            one.bare == other.bare and self._sides.same(one.schema, other.schema)
            for one, other in pairs
        )

    def _compared(self, pair: Below) -> Compared:
        key = _key(pair)
        known = self._known.get(key)
        if known is None:
            # While a pair is compared it counts as the same: so recursion finds its end.
            self._known[key] = Compared((), ())
            self._open.add(key)
            known = self._known[key] = compare(self._scope(pair))
            self._open.discard(key)
        return known

    def _scope(self, pair: Below) -> Scope:
        old, new = pair.old, pair.new
        shapes = shape(self._sides.old, old.parts), shape(self._sides.new, new.parts)
        return Scope(self._sides, self._sender, old, new, *shapes, self._apart)

    def _apart(self, old: Node, new: Node) -> int:
        """How many differences there are, no more of them than tell two pairs apart.

        Unlike `found` it learns nothing: pairs that do not belong together lead to ever more.
        """
        return sum(1 for _ in islice(self._walk(Below("", old, new)), _MOST_COUNTED))


def _key(pair: Below) -> Key:
    return pair.old.key, pair.new.key


def _shared(pair: Below) -> bool:
    """Whether both schemas stand elsewhere, so that they belong to no variant alone."""
    parts = (*pair.old.parts, *pair.new.parts)
    return all(isinstance(part.schema, dict) and "$ref" in part.schema for part in parts)


def _turned(effect: Effect) -> Effect:
    """Under `not` whatever takes less allows more."""
    return Effect(effect.wider, effect.narrower)
