"""The schemas that hold at one place for one value, and which members they declare.

Knows which branches a value means, whether it fits them or not. It must not know faults.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from specbound.check.explain.unions import Choice, How, choose, fitting_branches, union_of
from specbound.check.schema.asserts import names as speaks_of
from specbound.check.schema.judge import Judge
from specbound.check.schema.lookup import Place

#: So many sets of schemas are remembered with what they declare.
_REMEMBERED = 10_000


class Part(NamedTuple):
    """One object schema that applies to a value, and the tagged branch in which it stands."""

    place: Place
    variant: str = ""


def parts(judge: Judge, places: Iterable[Part], value: Any) -> list[Part]:
    """All object schemas that apply to a value: itself, `$ref`, `allOf`, the branches meant."""
    found: list[Part] = []
    entered: set[int] = set()
    for part in places:
        _collect(judge, part, value, (found, entered))
    return found


def _collect(judge: Judge, part: Part, value: Any, into: tuple[list[Part], set[int]]) -> None:
    place, schema = part.place, part.place.schema
    found, entered = into
    if not isinstance(schema, dict) or id(schema) in entered:
        return
    entered.add(id(schema))
    found.append(part)
    if "$ref" in schema:
        _collect(judge, Part(judge.lookup.follow(place), part.variant), value, into)
    for index in range(len(schema.get("allOf", ()))):
        _collect(judge, Part(place.child("allOf", index), part.variant), value, into)
    for keyword in ("oneOf", "anyOf"):
        if keyword in schema:
            for each in meant(judge, part, keyword, value):
                _collect(judge, each, value, into)
    if "if" in schema or "dependentSchemas" in schema:
        for below_ in _conditional(judge, place, value):
            _collect(judge, Part(below_, part.variant), value, into)


def _conditional(judge: Judge, place: Place, value: Any) -> list[Place]:
    schema, found = place.schema, []
    if "if" in schema:
        holds = judge.fits(schema["if"], value)
        chosen = "then" if holds else "else"
        found += [place.child("if")] if holds else []
        found += [place.child(chosen)] if chosen in schema else []
    if isinstance(value, dict):
        for name in schema.get("dependentSchemas", {}):
            found += [place.child("dependentSchemas", name)] if name in value else []
    return found


def meant(judge: Judge, part: Part, keyword: str, value: Any) -> list[Part]:
    """The branches of a union that a value fits or, where it fits none, those that it means."""
    union = union_of(judge.lookup, part.place, keyword)
    named = union.tag and isinstance(value, dict) and union.tag in value
    if not named:
        fitting = fitting_branches(judge, union, value)
        if fitting:
            return [Part(union.branches[index], part.variant) for index in fitting]
    choice = choose(judge, union, value)
    if choice.how in (How.TAG, How.UNKNOWN_TAG):
        return [Part(choice.place, choice.label)]
    if choice.how is How.NO_TAG:
        return [Part(union.branches[index], part.variant) for index in choice.candidates]
    if choice.how in (How.ONLY, How.NEAREST):
        return [Part(choice.place, variant_of(choice, part.variant))]
    return []


def variant_of(choice: Choice, outer: str) -> str:
    """The name of the branch for a finding: the innermost tag, else what a branch is called."""
    if choice.how is How.TAG:
        return choice.label
    return outer or (choice.label if len(choice.candidates) > 1 else "")


@dataclass(slots=True)
class Declared:
    """What the schemas of one object say about its members' names.

    `open` where other members are allowed in so many words, `closed` where they are forbidden.
    """

    names: dict[str, list[Part]] = field(default_factory=dict)
    patterns: list[tuple[str, Part]] = field(default_factory=list)
    rest: list[tuple[Mapping[str, Any], Part]] = field(default_factory=list)
    lists: list[Place] = field(default_factory=list)
    open: bool = False
    closed: bool = False

    def knows(self, name: str) -> bool:
        """Whether a member is declared by its name or by a pattern."""
        return name in self.names or any(speaks_of(pattern, name) for pattern, _ in self.patterns)

    def of(self, name: str) -> list[Part]:
        """The schemas of one member."""
        found = list(self.names.get(name, ()))
        found += [part for pattern, part in self.patterns if speaks_of(pattern, name)]
        return found or [part for _, part in self.rest]

    def undeclared(self, value: Mapping[str, Any]) -> list[str]:
        """The members of a value that no schema knows."""
        return [name for name in value if not self.knows(name)]

    def absent(self, value: Mapping[str, Any]) -> list[str]:
        """The declared members that a value does not have."""
        return [name for name in self.names if name not in value]


def declared_by(judge: Judge, applying: Iterable[Part]) -> Declared:
    """The same, remembered: nobody changes it."""
    said, each = judge.lookup.declared, tuple(applying)
    key = tuple([(id(schema), *at, variant) for (schema, *at), variant in each])
    found = said.get(key)
    if found is None:
        if len(said) >= _REMEMBERED:
            said.clear()
        found = said[key] = declared(each)
    return found


def declared(applying: Iterable[Part]) -> Declared:
    """What object schemas say together about names."""
    found = Declared()
    for part in applying:
        schema, place = part.place.schema, part.place
        if "properties" in schema:
            found.lists.append(place.child("properties"))
            for name in schema["properties"]:
                each = Part(place.child("properties", name), part.variant)
                found.names.setdefault(name, []).append(each)
        for pattern in schema.get("patternProperties", ()):
            each = Part(place.child("patternProperties", pattern), part.variant)
            found.patterns.append((pattern, each))
        for keyword in ("additionalProperties", "unevaluatedProperties"):
            if keyword in schema:
                closed = schema[keyword] is False
                found.closed, found.open = found.closed or closed, found.open or not closed
                if not closed:
                    found.rest.append((schema, Part(place.child(keyword), part.variant)))
    return found


def items(judge: Judge, applying: Iterable[Part], index: int) -> list[Part]:
    """The schemas of one item of an array."""
    found = []
    for part in applying:
        schema, place = part.place.schema, part.place
        first = schema.get("prefixItems", ())
        if index < len(first):
            found.append(Part(place.child("prefixItems", index), part.variant))
        elif "items" in schema:
            found.append(Part(place.child("items"), part.variant))
    return found


def below(judge: Judge, places: Iterable[Part], value: Any, step: str | int) -> list[Part]:
    """The schemas that apply one step down a value."""
    applying = parts(judge, places, value)
    if isinstance(step, int):
        return items(judge, applying, step)
    return declared_by(judge, applying).of(step)
