"""Values with one fault: what breaks one keyword of a plan's schemas and no other.

Knows what counts as a single fault. It must not know where in a request a value stands.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any

from specbound.check.schema.judge import HANDLERS, Judge
from specbound.check.schema.lookup import Lookup
from specbound.contract.values import key
from specbound.prove.breaks import candidates, some
from specbound.prove.conjunction import Part
from specbound.prove.constraints import TWINS, WHOLE, Constraint, absent, same_fault
from specbound.prove.planner import Planner
from specbound.prove.plans import Choice, Members, Plan
from specbound.prove.tags import retagged

#: So many wrong tags of one union are tried before the nearest miss is chosen.
_MOST_TAGS = 24
#: What is judged by what stands below it, or is no assertion of its own.
_APPLIED = ("oneOf", "anyOf", "allOf", "$ref")
_LATE = ("unevaluatedProperties", "unevaluatedItems")


@dataclass(frozen=True)
class Faults:
    """Finds faulty values for the plans of one planner."""

    lookup: Lookup
    work: Planner

    def wrong(self, plan: Plan, constraint: Constraint) -> Iterator[Any]:
        """Values that break one constraint of a plan's own schemas and no other."""
        if isinstance(plan, Choice):
            yield from islice(retagged(plan, constraint.member), _MOST_TAGS)
            return
        seen = set[Any]()
        spare: list[Any] = []
        for value in self._tried(plan, constraint):
            broken = self._failing(plan, value)
            if constraint.place not in broken or key(value) in seen:
                continue
            others = {one for one in broken if not _is_one(constraint.place, one)}
            if all(same_fault(constraint, one) for one in others):
                seen.add(key(value))
                yield value
                if constraint.keyword != "type":
                    return
            elif {one[1] for one in others} <= TWINS.get(constraint.keyword, set()):
                spare.append(value)
        if not seen and spare:
            yield spare[0]

    def _tried(self, plan: Plan, constraint: Constraint) -> Iterator[Any]:
        if constraint.keyword == "required" and isinstance(plan, Members):
            for value in list(some(plan))[:6]:
                yield {name: one for name, one in value.items() if name != constraint.member}
            return
        yield from candidates(plan, constraint.keyword, constraint.limit)
        if constraint.keyword in WHOLE or constraint.keyword in ("minProperties", "pattern"):
            yield from self._without(plan, constraint)

    def _without(self, plan: Plan, constraint: Constraint) -> Iterator[Any]:
        """Values of the same schemas, had they not said this."""
        work = self.work
        parts = [
            (
                part._replace(done=part.done | {constraint.keyword, "then", "else"})
                if part.at == constraint.place[0]
                else part
            )
            for part in plan.parts
        ]
        more = []
        owner = next(part for part in plan.parts if part.at == constraint.place[0])
        if constraint.keyword in ("not", "if"):
            more = [Part(owner.schema[constraint.keyword], f"{owner.at}/{constraint.keyword}")]
        if constraint.keyword == "if":
            parts = [part for part in parts if not _is_consequence(part.at, owner.at)]
        free = work.tried([*parts, *more], f"{constraint.rule} (broken)")
        if free is not None:
            work.settle(free)
            yield from some(free)

    def _failing(self, plan: Plan, value: Any) -> set[tuple[str, str, str]]:
        judge = Judge(self.lookup, "request")
        found: set[tuple[str, str, str]] = set()
        for part in plan.parts:
            for keyword, limit in part.schema.items():
                if keyword in _LATE and _is_late(judge, keyword, part.schema, value):
                    found.add((part.at, keyword, ""))
                handler = HANDLERS.get(keyword)
                if handler is None or keyword in _APPLIED:
                    continue
                if keyword == "required":
                    found |= {(part.at, keyword, name) for name in absent(limit, value)}
                elif not handler(judge, limit, part.schema, value, None):
                    found.add((part.at, keyword, ""))
        return found


def _is_one(place: tuple[str, str, str], other: tuple[str, str, str]) -> bool:
    """Whether two breaches are the same: a condition's, and that of what follows from it."""
    if place == other or (place[1] == "if" and _is_consequence(other[0], place[0])):
        return True
    return other[1] == "if" and _is_consequence(place[0], other[0])


def _is_consequence(at: str, owner: str) -> bool:
    """Whether a schema is what follows from a condition, whose breach is then one with its own."""
    return at.startswith((f"{owner}/then", f"{owner}/else", f"{owner}/if"))


def _is_late(judge: Judge, keyword: str, schema: Mapping[str, Any], value: Any) -> bool:
    """Whether only what nothing else has looked at is wrong."""
    rest = judge.keep({name: limit for name, limit in schema.items() if name != keyword})
    return judge.fits(rest, value) and not judge.fits(schema, value)
