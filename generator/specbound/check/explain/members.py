"""Members that fit and yet deserve a word: undeclared, deprecated, or of the other direction.

Knows which schemas apply to each object of a value, in the branches that were meant. It must not
know why a value is invalid.

What is no stray: a member of an object whose schemas declare none at all, or whose
`additionalProperties` (or `unevaluatedProperties`) is a schema or is stated as true, since then
the document says that the object is a map or open; where it is false, `explain` tells.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from specbound.check.explain.parts import Declared, Part, items
from specbound.check.explain.phrases import called, names
from specbound.check.explain.reasons import Said
from specbound.check.explain.siblings import declaring
from specbound.check.explain.unions import union_of
from specbound.check.explain.walk import Draft, Here, Spot, Walk
from specbound.check.finding import Fault
from specbound.check.schema.judge import Judge, is_plain
from specbound.check.schema.lookup import FLAGS, Direction, Lookup, Place, lookup_of
from specbound.contract.load import Contract, deep_recursion
from specbound.contract.model import Schema
from specbound.diagnostics import Severity

__all__ = ["strays", "strays_by"]

_OTHER_WAY = {"request": ("read-only", "a request"), "response": ("write-only", "a response")}
_LONGEST_REASON = 200
#: What is nested more deeply than this is not looked at.
DEEPEST = 1000


def strays(
    contract: Contract, schema: Schema, at: str, value: Any, direction: Direction
) -> list[Fault]:
    """Members that no schema declares or forbids, deprecated ones, and `readOnly` ones in requests.

    Codes `undeclared-member` (warning), `deprecated` (note), `read-only` and `write-only`
    (warning). Works on invalid values, too; `schema` and `at` are what `explain` takes.
    """
    judge = Judge(lookup_of(contract), direction, not is_plain(value))
    return strays_by(judge, schema, at, value)


def strays_by(judge: Judge, schema: Schema, at: str, value: Any) -> list[Fault]:
    """The same, by a judge of the value who may know something of it already."""
    place = Place(judge.lookup.remember(("kept", id(schema)), lambda: schema), at, at)
    with deep_recursion():
        walk = Walk(judge, lambda *_: None)
        waiting = [Spot(Here(value, (), None, place))]
        while waiting:
            spot = waiting.pop()
            if len(spot.path) < DEEPEST:
                waiting.extend(reversed(list(_below(walk, spot))))
    return walk.faults(place)


def _below(walk: Walk, spot: Spot) -> Iterator[Spot]:
    """Tell what is odd about an object's members, and lead to the objects inside."""
    applying = spot.here.parts(walk.judge)
    variant = next((part.variant for part in reversed(applying) if part.variant), spot.variant)
    spot = spot._replace(variant=variant)
    if isinstance(spot.value, dict):
        yield from _members(walk, spot)
    elif isinstance(spot.value, list):
        for index, item in enumerate(spot.value):
            if isinstance(item, dict | list):
                yield from _child(walk, spot, index, items(walk.judge, applying, index))


def _members(walk: Walk, spot: Spot) -> Iterator[Spot]:
    known = spot.here.declared(walk.judge)
    told = not known.open and not known.closed and bool(known.names)
    for name, value in spot.value.items():
        found = known.of(name)
        if not found and told:
            _undeclared(walk, spot, known, name)
        for part in found:
            _flagged(walk, spot, name, part.place)
        if isinstance(value, dict | list):
            yield from _child(walk, spot, name, found)


def _child(walk: Walk, spot: Spot, step: str | int, found: list[Part]) -> Iterator[Spot]:
    if found:
        here = Here(spot.value[step], (*spot.path, step), spot.here, found[0].place)
        here.apply(found)
        yield Spot(here, spot.variant)


def _undeclared(walk: Walk, spot: Spot, known: Declared, name: str) -> None:
    if walk.is_full():
        return
    near = spot.here.renamed(walk.judge).get(name)
    help_ = f"did you mean {called(near)}?" if near else _elsewhere(walk, spot, name)
    owner = f" by {spot.variant}" if spot.variant else ""
    said = Said(f"{called(name)} is not declared{owner}", names(list(known.names), most=20), help_)
    path = (*spot.path, name)
    rule = known.lists[0]
    walk.add(
        spot,
        Draft("undeclared-member", rule, said, path, (name,), spot.value[name], Severity.WARNING),
    )


def _elsewhere(walk: Walk, spot: Spot, name: str) -> str:
    """Which other branches of the unions at this place have the member."""
    for part in spot.here.parts(walk.judge):
        for keyword in ("oneOf", "anyOf"):
            if keyword in part.place.schema:
                union = union_of(walk.judge.lookup, part.place, keyword)
                if hint := declaring(walk.judge.lookup, union, None, name):
                    return hint
    return ""


def _flagged(walk: Walk, spot: Spot, name: str, place: Place) -> None:
    lookup, direction = walk.judge.lookup, walk.judge.direction
    path = (*spot.path, name)
    if rule := _flag(lookup, place, "deprecated"):
        said = Said(f"{called(name)} is deprecated{_because(lookup, place)}")
        if not walk.is_full():
            walk.add(spot, Draft("deprecated", rule, said, path, (), None, Severity.NOTE))
    if rule := _flag(lookup, place, FLAGS[direction]):
        code, where = _OTHER_WAY[direction]
        said = Said(f"{called(name)} is {code} and has no place in {where}", "", "leave it out")
        if not walk.is_full():
            walk.add(spot, Draft(code, rule, said, path, (), None, Severity.WARNING))


def _flag(lookup: Lookup, place: Place, keyword: str) -> Place | None:
    """Where an annotation is set, if it is."""
    for part in lookup.folded(place):
        if part.schema.get(keyword) is True:
            return part.child(keyword)
    return None


def _because(lookup: Lookup, place: Place) -> str:
    """The first sentence of the description."""
    for part in lookup.folded(place):
        text = part.schema.get("description")
        if isinstance(text, str) and text.strip():
            sentence = " ".join(text.split()).partition(". ")[0].rstrip(".")
            return f": {sentence[:_LONGEST_REASON]}"
    return ""
