"""Coverage as plain data: totals by kind, every operation with its parts, and what was not seen.

Knows goals and hits. It must not know how they are shown. What nobody has reached yet is told by
its topmost part alone: an operation never called is one line, not one for each of its goals.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from specbound.check.coverage.book import Operations, Part, Shape, Slot
from specbound.check.coverage.goals import Goal, Kind, Tally

Seen = Mapping[Slot, set[int]]
Tallies = dict[Kind, Tally]


def total(operations: Operations, seen: Seen) -> Tally:
    """All goals of a contract together."""
    found = Tally()
    for each in _by_operation(operations, seen).values():
        found = found.plus(_sum(each))
    return found


def to_json(
    operations: Operations, seen: Seen, exchanges: Mapping[tuple[str, str], int]
) -> dict[str, Any]:
    """``percent``, ``goals``, a tally by kind, and ``by_operation``.

    An operation has its tally by kind, its statuses, its parts with their variants, and `missing`:
    what was not seen, each with kind, part, place, words and the pointer of the rule.
    """
    by_operation = _by_operation(operations, seen)
    kinds: Tallies = {}
    for each in by_operation.values():
        _add(kinds, each)
    whole = _sum(kinds)
    report = _Report(operations, seen, exchanges)
    return {
        "percent": whole.percent(),
        "goals": whole.to_json(),
        **_kinds_json(kinds),
        "by_operation": {key: report.operation(key, by_operation[key]) for key in by_operation},
    }


class _Report:
    """What one report reads while it tells operation after operation."""

    def __init__(
        self, operations: Operations, seen: Seen, exchanges: Mapping[tuple[str, str], int]
    ) -> None:
        self.operations, self.seen = operations, seen
        self.counts: dict[str, dict[str, int]] = {}
        for (key, status), count in exchanges.items():
            self.counts.setdefault(key, {})[status] = count

    def operation(self, key: str, kinds: Tallies) -> dict[str, Any]:
        """One operation; its goals are listed only where it was called at all."""
        operation = self.operations.contract.operations[key]
        own = _hits(self.seen, key)
        counts = self.counts.get(key, {})
        return {
            "name": operation.name,
            **_sum(kinds).to_json(),
            "percent": _sum(kinds).percent(),
            "exchanges": sum(counts.values()),
            "kinds": _kinds_json(kinds),
            "statuses": {
                status: {
                    "seen": self.operations.numbers(key)[f"status {status}"] in own,
                    "exchanges": counts.get(status, 0),
                }
                for status in operation.replies
            },
            "parts": [self._part(part) for part in self.operations.parts(key)],
            "missing": list(self._missing(key, own)),
        }

    def _part(self, part: Part) -> dict[str, Any]:
        kinds: Tallies = {}
        for name, _, shape in self.operations.shapes(part):
            _add(kinds, _tallies(shape, self.seen.get(part.slot(name), set())))
        return {
            "part": part.name,
            "media_type": part.media_type,
            **_sum(kinds).to_json(),
            "branches": self._variants(part),
        }

    def _variants(self, part: Part) -> list[dict[str, Any]]:
        """The branches of the union that the part itself is, if it is one."""
        root = ""
        for name, _, shape in self.operations.shapes(part):
            if name not in (root, ""):
                break
            hits = self.seen.get(part.slot(name), set())
            found = [
                {"name": goal.words, "seen": number in hits}
                for number, goal in enumerate(shape.goals)
                if goal.kind is Kind.BRANCHES and not goal.place
            ]
            if found or len(shape.refers) != 1 or shape.goals:
                return found
            root = next(iter(shape.refers))
        return []

    def _missing(self, key: str, own: set[int]) -> Iterator[dict[str, str]]:
        for number, goal in enumerate(self.operations.own(key)):
            if number not in own:
                yield _goal(goal, "")
            if goal.kind is Kind.OPERATIONS and number not in own:
                return
        for part in self.operations.parts(key):
            if not self._reached(part, own):
                continue
            for name, place, shape in self.operations.shapes(part):
                hits = self.seen.get(part.slot(name), set())
                for number, goal in enumerate(shape.goals):
                    if number not in hits:
                        yield _goal(goal, f"{part.name} {part.media_type}".strip(), place)

    def _reached(self, part: Part, own: set[int]) -> bool:
        """Whether the part was seen; if not, its media type stands in the list already."""
        number = self.operations.numbers(part.operation).get(f"{part.name} {part.media_type}")
        if number is None:
            return part.name == "parameters" or part.slot() in self.seen
        return number in own


def _goal(goal: Goal, part: str, place: str = "") -> dict[str, str]:
    return {
        "kind": goal.kind.value,
        "part": part,
        "place": (place + goal.place).removeprefix("."),
        "words": goal.words,
        "pointer": goal.pointer,
    }


def _by_operation(operations: Operations, seen: Seen) -> dict[str, Tallies]:
    found: dict[str, Tallies] = {}
    for key in operations.contract.operations:
        own = operations.own(key)
        kinds = _tallies(Shape(tuple(own), Counter(g.kind for g in own), {}), _hits(seen, key))
        for part in operations.parts(key):
            for name, _, shape in operations.shapes(part):
                _add(kinds, _tallies(shape, seen.get(part.slot(name), set())))
        found[key] = kinds
    return found


def _tallies(shape: Shape, hits: set[int]) -> Tallies:
    seen = Counter(shape.goals[number].kind for number in hits)
    return {kind: Tally(seen[kind], count) for kind, count in shape.kinds.items()}


def _hits(seen: Seen, operation: str) -> set[int]:
    return seen.get((operation, "", "", ""), set())


def _add(kinds: Tallies, more: Tallies) -> None:
    for kind, tally in more.items():
        kinds[kind] = kinds.get(kind, Tally()).plus(tally)


def _sum(kinds: Tallies) -> Tally:
    return Tally(sum(one.seen for one in kinds.values()), sum(one.of for one in kinds.values()))


def _kinds_json(kinds: Tallies) -> dict[str, dict[str, int]]:
    return {kind.value: kinds[kind].to_json() for kind in Kind if kind in kinds}
